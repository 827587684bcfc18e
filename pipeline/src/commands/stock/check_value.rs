//! Key check values of chips' transport keys, held against the delivery file: a wrong key version, a wrong master key or
//! wrong chip serials are found before a machine bricks a carton by authenticating wrongly.
//!
//! The value is the first three bytes of a block of 01 encrypted with the AES key (GlobalPlatform Card Specification 2.3,
//! B.6); a file gives that of Key-ENC alone, or of Key-ENC, Key-MAC and Key-DEK one after the other.

use persoline_domain::booklet::Blank;
use persoline_keys::KeyStore;

use super::delivery_file::hexadecimal;

/// Faults that are told of one file at most.
const FAULTS_TOLD: usize = 10;

/// The check values that the keys of the centre give for a blank's chip: Key-ENC, Key-MAC, Key-DEK.
pub(super) fn of(blank: &Blank, keys: &KeyStore) -> [[u8; 3]; 3] {
    keys.chip_transport_keys(&blank.chip_serial, blank.key_version).check_values()
}

/// Compares every blank's. Gives the count of blanks that came without one.
///
/// # Errors
/// Each carton that has wrong ones, with the first of its serials.
pub(super) fn compare(blanks: &[Blank], keys: &KeyStore) -> Result<usize, String> {
    let mut without = 0;
    let mut wrong: Vec<(&str, usize, String)> = Vec::new();
    for blank in blanks {
        if blank.check_value.is_empty() {
            without += 1;
            continue;
        }
        let ours = of(blank, keys).concat();
        if ours.starts_with(&blank.check_value) {
            continue;
        }
        match wrong.iter_mut().find(|(carton, ..)| *carton == blank.carton) {
            Some((_, count, _)) => *count += 1,
            None => {
                let theirs = hexadecimal(&blank.check_value);
                let first = format!(
                    "first {} with key version {}: {theirs} in the file, {} by this centre's keys",
                    blank.serial,
                    blank.key_version,
                    hexadecimal(ours.get(..blank.check_value.len()).unwrap_or(&ours))
                );
                wrong.push((&blank.carton, 1, first));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(without);
    }
    let told = wrong.iter().take(FAULTS_TOLD);
    let cartons: Vec<String> = told
        .map(|(carton, count, first)| format!("carton {carton}: {count} blanks have other transport keys, {first}"))
        .collect();
    let more = wrong.len().saturating_sub(FAULTS_TOLD);
    let more = if more == 0 { String::new() } else { format!("; and {more} cartons more") };
    Err(format!("{}{more}", cartons.join("; ")))
}
