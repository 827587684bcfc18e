use super::*;
use crate::tlv;
use std::path::{Path, PathBuf};

/// The folder of test data that is not part of the project.
fn shared() -> Option<PathBuf> {
    match std::env::var_os("PERSOLINE_SHARED") {
        Some(folder) => Some(PathBuf::from(folder)),
        None if std::env::var("CI").as_deref() == Ok("true") => panic!("PERSOLINE_SHARED is not set"),
        None => {
            println!("not run: no test data");
            None
        }
    }
}

/// CscaMasterList inside CMS, Doc 9303-12 9.2: SEQUENCE { version, SET OF Certificate }.
fn master_list(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let mut content_info = tlv::parse_single(&bytes, 0x30).unwrap().reader();
    content_info.expect(0x06).unwrap();
    let mut explicit = content_info.expect(0xA0).unwrap().reader();
    let mut signed_data = explicit.expect(0x30).unwrap().reader();
    signed_data.expect(0x02).unwrap();
    signed_data.expect(0x31).unwrap();
    let mut encapsulated = signed_data.expect(0x30).unwrap().reader();
    encapsulated.expect(0x06).unwrap();
    let octets = encapsulated.expect(0xA0).unwrap().reader().expect(0x04).unwrap().value;
    let mut list = tlv::parse_single(octets, 0x30).unwrap().reader();
    list.expect(0x02).unwrap();
    let mut set = list.expect(0x31).unwrap().reader();
    let mut certificates = Vec::new();
    while !set.is_empty() {
        let rest = set.remaining();
        let before = set.position();
        set.expect(0x30).unwrap();
        certificates.push(rest[..set.position() - before].to_vec());
    }
    certificates
}

#[test]
fn reads_the_country_signers_of_the_world() {
    let Some(shared) = shared() else { return };
    for name in ["DE_ML_2026-05-28-08-28-45.ml", "NL_ML_2026-07-22.ml"] {
        let list = master_list(&shared.join("vectors/masterlist").join(name));
        let mut refused = std::collections::BTreeMap::<String, usize>::new();
        for bytes in &list {
            match Certificate::parse(bytes) {
                Ok(c) => {
                    if let Err(e) = c.public_key() {
                        *refused.entry(format!("key {}", e.kind)).or_default() += 1;
                    }
                }
                Err(error) => *refused.entry(error.to_string()).or_default() += 1,
            }
        }
        println!("{} {:#?}", list.len(), refused);
    }
}
