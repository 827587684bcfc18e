//! The crate `dmrtd`: basic access control or PACE, the main files, passive and active authentication.
//!
//! `dmrtd-reader FOLDER CSCA.der bac|pace mrz NUMBER BIRTH EXPIRY` or `dmrtd-reader FOLDER CSCA.der pace can DIGITS`: dates as
//! YYMMDD. DG15 is challenged when it is there.

use chrono::NaiveDate;
use dmrtd::auth::passive::{DataGroup, TrustAnchor, verify};
use dmrtd::com::{TransceiveError, Transceiver};
use dmrtd::lds::ef::ElementaryFile;
use dmrtd::passport::Passport;
use dmrtd::proto::can_key::CanKey;
use dmrtd::proto::dba_key::DBAKey;
use stranger_readers::{Folder, Trouble, card};

struct Reader(pcsc::Card);

impl Transceiver for Reader {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        let mut room = vec![0; 65_538];
        let answer = self.0.transmit(command, &mut room);
        answer.map(<[u8]>::to_vec).map_err(|error| TransceiveError::new(error.to_string()))
    }
}

fn main() -> Result<(), Trouble> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [folder, csca, protocol, password @ ..] = words.as_slice() else { return Err("see the source".into()) };
    let folder = Folder((*folder).into());
    let mut passport = Passport::new(Reader(card()?));
    match (*protocol, password) {
        ("bac", ["mrz", number, birth, expiry]) => {
            passport.start_session(DBAKey::new(*number, date(birth)?, date(expiry)?, false)?)?;
        }
        ("pace", ["mrz", number, birth, expiry]) => {
            let access = passport.read_ef_card_access()?;
            passport.start_session_pace(DBAKey::new(*number, date(birth)?, date(expiry)?, true)?, &access)?;
        }
        ("pace", ["can", digits]) => {
            let access = passport.read_ef_card_access()?;
            passport.start_session_pace(CanKey::new(digits)?, &access)?;
        }
        _ => return Err("see the source".into()),
    }
    println!("access");

    let com = passport.read_ef_com()?.to_bytes().to_vec();
    folder.keep("COM", &com)?;
    let sod = passport.read_ef_sod()?.to_bytes().to_vec();
    folder.keep("SOD", &sod)?;
    let mut groups =
        vec![(1, passport.read_ef_dg1()?.to_bytes().to_vec()), (2, passport.read_ef_dg2()?.to_bytes().to_vec())];
    if com.contains(&0x6E) {
        groups.push((14, passport.read_ef_dg14()?.to_bytes().to_vec()));
    }
    if com.contains(&0x6F) {
        groups.push((15, passport.read_ef_dg15()?.to_bytes().to_vec()));
    }
    for (number, contents) in &groups {
        folder.keep(&format!("DG{number}"), contents)?;
    }
    println!("read");

    let anchor = TrustAnchor::from_certificate(&std::fs::read(csca)?)?;
    let parts: Vec<_> = groups.iter().map(|(number, bytes)| DataGroup { number: *number, bytes }).collect();
    let result = verify(&sod, &parts, &[anchor])?;
    if !result.is_authentic() || !result.covers_all_groups() {
        return Err(format!("passive authentication: {:?} of {:?}", result.verified_groups, result.sod_groups).into());
    }
    println!("passive authentication");

    if groups.iter().any(|(number, _)| *number == 15) {
        passport.verify_active_authentication(&rand::random::<[u8; 8]>())?;
        println!("active authentication");
    }
    Ok(())
}

/// Of this century's or the last's does not matter: the passwords have two digits for the year.
fn date(text: &str) -> Result<NaiveDate, Trouble> {
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<u32>().ok()).ok_or("no date");
    let year = 2000 + i32::try_from(part(0..2)?)?;
    Ok(NaiveDate::from_ymd_opt(year, part(2..4)?, part(4..6)?).ok_or("no date")?)
}
