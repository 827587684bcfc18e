//! The crate `emrtd`: basic access control and all files.
//!
//! `emrtd-reader FOLDER NUMBER BIRTH EXPIRY`: dates as YYMMDD.

use emrtd::{EmrtdComms, other_mrz};
use stranger_readers::{Folder, Trouble, card};

fn main() -> Result<(), Trouble> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, number, birth, expiry] = words.as_slice() else {
        return Err("emrtd-reader FOLDER NUMBER BIRTH EXPIRY".into());
    };
    let folder = Folder(folder.into());
    let mut chip = EmrtdComms::new(card()?);
    chip.select_emrtd_application()?;
    let secret = other_mrz(number, birth, expiry)?;
    chip.establish_bac_session_keys(secret.as_bytes())?;
    println!("access");

    let mut read = |number: [u8; 2], name: &str| -> Result<Vec<u8>, Trouble> {
        chip.select_ef(&number, name, true)?;
        let contents = chip.read_data_from_ef(true)?;
        folder.keep(name, &contents)?;
        Ok(contents)
    };
    let com = read([0x01, 0x1E], "COM")?;
    read([0x01, 0x1D], "SOD")?;
    for tag in data_group_tags(&com).ok_or("EF.COM has no tag list")? {
        let number = number_of(*tag).ok_or("EF.COM lists a tag that is no data group's")?;
        read([0x01, number], &format!("DG{number}"))?;
    }
    println!("read");
    Ok(())
}

/// The value of 5C, the last object of EF.COM, which is short.
fn data_group_tags(com: &[u8]) -> Option<&[u8]> {
    let at = com.iter().rposition(|byte| *byte == 0x5C)?;
    let length = usize::from(*com.get(at + 1)?);
    com.get(at + 2..at + 2 + length)
}

/// Doc 9303-10 table 32.
fn number_of(tag: u8) -> Option<u8> {
    const TAGS: [u8; 16] =
        [0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70];
    TAGS.iter().position(|known| *known == tag).map(|at| at as u8 + 1)
}
