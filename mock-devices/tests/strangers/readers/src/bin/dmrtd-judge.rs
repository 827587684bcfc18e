//! The crate `dmrtd` judges documents in folders: a line with a folder in, the reasons to refuse it out, none for a good one.
//!
//! A folder has `EF.SOD.bin`, `DG1.bin` and so on, and `csca.der`, the one country signer that is trusted. The crate ends at
//! the first fault.

use std::error::Error;
use std::fs;
use std::path::Path;

use dmrtd::auth::passive::{DataGroup, PassiveAuth, PassiveAuthError, TrustAnchor, verify};

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lines() {
        println!("{}", judge(Path::new(&line?))?);
    }
    Ok(())
}

fn judge(folder: &Path) -> Result<String, Box<dyn Error>> {
    let sod = fs::read(folder.join("EF.SOD.bin"))?;
    let mut groups = Vec::new();
    for number in 1..=16_u8 {
        let file = folder.join(format!("DG{number}.bin"));
        if file.exists() {
            groups.push((number, fs::read(file)?));
        }
    }
    let anchors: Vec<_> = TrustAnchor::from_certificate(&fs::read(folder.join("csca.der"))?).into_iter().collect();
    let look = |without: Option<u8>| {
        let groups = groups.iter().filter(|(number, _)| Some(*number) != without);
        let groups: Vec<_> = groups.map(|(number, bytes)| DataGroup { number: *number, bytes }).collect();
        verify(&sod, &groups, &anchors)
    };
    Ok(match look(None) {
        Ok(found) => reasons(&found),
        // A group that is not listed at all is told as one with a wrong hash.
        Err(PassiveAuthError::DataGroupHashMismatch(number)) => match look(Some(number)) {
            Ok(found) if !found.sod_groups.contains(&number) => format!("list:{number}"),
            _ => format!("hash:{number}"),
        },
        Err(
            PassiveAuthError::BadDocumentSignature
            | PassiveAuthError::BadSignedAttributes
            | PassiveAuthError::NoSigner
            | PassiveAuthError::UnsupportedKey,
        ) => "signature".to_owned(),
        Err(_) => "unreadable".to_owned(),
    })
}

fn reasons(found: &PassiveAuth) -> String {
    let missing = found.sod_groups.iter().filter(|number| !found.verified_groups.contains(number));
    let mut reasons: Vec<String> = missing.map(|number| format!("list:{number}")).collect();
    if !found.is_authentic() {
        reasons.push("chain".to_owned());
    }
    reasons.join(" ")
}
