//! Files that must be signed, with signatures made by OpenSSL (`tests/data/README.md`).

use persoline_intake::{IntakeError, RegisterKey, TakeError, Trust};

use super::{Folder, take_all};

const SIGNED: &[u8] = include_bytes!("../data/signed.jsonl");
const SIGNATURE: &[u8] = include_bytes!("../data/signed.jsonl.sig");
const PORTRAIT: &[u8] = include_bytes!("../data/portrait.jpg");

fn key(der: &[u8]) -> RegisterKey {
    RegisterKey::from_public_key_der(der).unwrap()
}

fn register() -> RegisterKey {
    key(include_bytes!("../data/register.der"))
}

fn another() -> RegisterKey {
    key(include_bytes!("../data/another.der"))
}

#[test]
fn a_file_signed_by_a_trusted_key_is_taken() {
    let folder = Folder::new();
    folder.write("portrait.jpg", PORTRAIT);
    folder.write("a.jsonl.sig", SIGNATURE);
    let path = folder.write("a.jsonl", SIGNED);
    let (summary, taken) = take_all(&path, Trust::Signed(vec![another(), register()])).unwrap();
    assert_eq!((summary.set_aside, taken.len()), (0, 1));
}

#[test]
fn anything_else_is_refused_whole() {
    let folder = Folder::new();
    folder.write("portrait.jpg", PORTRAIT);
    let path = folder.write("a.jsonl", SIGNED);
    let trust = || Trust::Signed(vec![register()]);
    let refused = |trust| match take_all(&path, trust) {
        Err(TakeError::Intake(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(trust()), IntakeError::Unsigned { .. }));

    folder.write("a.jsonl.sig", SIGNATURE);
    assert!(matches!(refused(Trust::Signed(vec![another()])), IntakeError::WrongSignature { .. }));
    assert!(matches!(refused(Trust::Signed(Vec::new())), IntakeError::WrongSignature { .. }));
    for (signature, text) in [
        (SIGNATURE[..SIGNATURE.len() - 1].to_vec(), SIGNED.to_vec()),
        (Vec::new(), SIGNED.to_vec()),
        (SIGNATURE.to_vec(), SIGNED.strip_suffix(b"\n").unwrap().to_vec()),
        (SIGNATURE.to_vec(), [SIGNED, SIGNED].concat()),
    ] {
        folder.write("a.jsonl.sig", signature);
        folder.write("a.jsonl", text);
        assert!(matches!(refused(trust()), IntakeError::WrongSignature { .. }));
    }
    assert!(matches!(RegisterKey::from_public_key_der(SIGNED), Err(IntakeError::Key)));
}

#[test]
fn the_signature_covers_the_pictures_too() {
    let folder = Folder::new();
    folder.write("portrait.jpg", [PORTRAIT, b"another face"].concat());
    folder.write("a.jsonl.sig", SIGNATURE);
    let path = folder.write("a.jsonl", SIGNED);
    let (summary, taken) = take_all(&path, Trust::Signed(vec![register()])).unwrap();
    assert_eq!((summary.set_aside, taken.len()), (1, 0));
    assert_eq!(
        (summary.faults[0].field.as_str(), summary.faults[0].what.as_str()),
        ("portrait.sha256", "not the digest of the file")
    );
}

#[test]
fn a_signed_file_must_give_the_digests_of_its_pictures() {
    let folder = Folder::new();
    let secret = super::secret();
    let trust = Trust::Signed(vec![register()]);
    let intake = persoline_intake::Intake::new(&super::FirstBytes, &super::covers, &secret, trust);
    let faults = intake.check_record(1, super::record().to_string().as_bytes(), folder.path()).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["portrait.sha256", "signature.sha256"]);
}
