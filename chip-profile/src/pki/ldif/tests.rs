use std::process::Command;

use super::pkd::{DOWNLOAD_BASE, PkdError, PkdObject};
use super::*;
use crate::pki::lint::tests::edit::{State, signer_key, start};
use crate::pki::{Certificate, MasterList, MasterListContents, RevocationList};
use crate::signature::SignatureScheme;

fn objects() -> Vec<PkdObject> {
    let state = State::utopia();
    let signer = Certificate::parse(&state.master_list_signer).unwrap();
    let contents = MasterListContents { certificates: vec![state.csca.clone()], signing_time: start() };
    let scheme = SignatureScheme::Ecdsa(crate::ec::HashAlgorithm::Sha256);
    let prepared = contents.prepare(&signer, &Certificate::parse(&state.csca).unwrap(), scheme).unwrap();
    let list = prepared.assemble(&signer_key().sign(scheme.hash(), prepared.to_be_signed()));
    vec![
        PkdObject::Certificate(Box::new(Certificate::parse(&state.document_signer).unwrap())),
        PkdObject::RevocationList(RevocationList::parse(&state.revocation_list).unwrap()),
        PkdObject::MasterList(Box::new(MasterList::parse(&list).unwrap())),
    ]
}

#[test]
fn objects_of_the_directory_go_out_and_come_back() {
    let objects = objects();
    let entries: Vec<Entry> = objects.iter().map(|object| object.to_entry(DOWNLOAD_BASE).unwrap()).collect();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let issuer = r"cn=CN\=CSCA Utopia\,SERIALNUMBER\=001\,O\=Utopia Immigration\,C\=UT";
    let serial = "44".to_owned() + &"04".repeat(19);
    assert_eq!(names[0].to_lowercase(), format!("{issuer}+sn={serial},o=dsc,c=UT,{DOWNLOAD_BASE}").to_lowercase());
    assert_eq!(names[1].to_lowercase(), format!("{issuer},o=crl,c=UT,{DOWNLOAD_BASE}").to_lowercase());
    assert_eq!(names[2].to_lowercase(), format!("{issuer},o=ml,c=UT,{DOWNLOAD_BASE}").to_lowercase());
    assert_eq!(entries[1].values("objectclass").collect::<Vec<_>>(), [&b"top"[..], b"cRLDistributionPoint"]);

    let text = write(&entries).unwrap();
    assert!(text.lines().all(|line| line.len() <= 76 && line.is_ascii()));
    let read = parse(text.as_bytes()).unwrap();
    assert_eq!(read, entries);
    let back: Vec<PkdObject> = read.iter().map(|entry| PkdObject::from_entry(entry).unwrap()).collect();
    assert_eq!(back, objects);
    assert_eq!(parse(text.replace('\n', "\r\n").as_bytes()).unwrap(), entries);
    assert_eq!(PkdObject::from_entry(&Entry { name: "c=UT".into(), attributes: vec![] }), Err(PkdError::NoObject));
}

/// The examples of RFC 2849 that are contents: folding, base64, comments, empty values, options.
#[test]
fn examples_of_the_standard_are_read() {
    let text = b"version: 1\n# add an entry\ndn:cn=Barbara Jensen, ou=Product Development, dc=airius, dc=com\nobjectclass:top\ncn:Barbara Jensen\nsn:\ndescription:Babs is a big sailing fan, and travels extensively in sea\n rch of perfect sailing conditions.\n# folded\n  comment\ntitle:: UHJvZHVjdCBNYW5hZ2VyLCBSb2QgYW5kIFJlZWwgRGl2aXNpb24=\n\n\ndn:: b3U95Za25qWt6YOoLG89QWlyaXVz\nchangetype: add\nou;lang-ja:: 5Za25qWt6YOo\n";
    let entries = parse(text).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].name, "cn=Barbara Jensen, ou=Product Development, dc=airius, dc=com");
    let description = b"Babs is a big sailing fan, and travels extensively in search of perfect sailing conditions.";
    assert_eq!(entries[0].value("Description"), Some(&description[..]));
    assert_eq!(entries[0].value("sn"), Some(&b""[..]));
    assert_eq!(entries[0].value("title"), Some(&b"Product Manager, Rod and Reel Division"[..]));
    assert_eq!(entries[1].name, "ou=営業部,o=Airius");
    assert_eq!(entries[1].value("ou;lang-ja"), Some("営業部".as_bytes()));
}

#[test]
fn faults_are_named_with_their_place() {
    use LdifErrorKind as Kind;
    for (text, kind, position) in [
        ("version: 2\n", Kind::Version, 0),
        (" dn: c=UT\n", Kind::Line, 0),
        ("dn: c=UT\nfoo\n", Kind::Line, 9),
        ("dn: c=UT\n: x\n", Kind::Description, 9),
        ("dn: c=UT\na b: x\n", Kind::Description, 9),
        ("dn: c=UT\na:: =\n", Kind::Base64, 9),
        ("dn: c=UT\na:: YQ\n", Kind::Base64, 9),
        ("dn: c=UT\na:< file:///etc/passwd\n", Kind::Reference, 9),
        ("dn: c=UT\na: \u{fc}\n", Kind::UnsafeValue, 9),
        ("dn: c=UT\nchangetype: delete\n", Kind::Change, 9),
        ("a: x\n", Kind::Name, 0),
        ("dn:\n", Kind::Name, 0),
        ("dn: c=UT\ndn: c=UT\n", Kind::Name, 9),
        ("dn:: /w==\n", Kind::Name, 0),
    ] {
        assert_eq!(parse(text.as_bytes()), Err(LdifError { kind, position }), "{text:?}");
    }
    let entry = |name: &str, description: &str| Entry {
        name: name.to_owned(),
        attributes: vec![Attribute::text(description, "x")],
    };
    for wrong in [entry("", "cn"), entry("c=UT", ""), entry("c=UT", "a b"), entry("c=UT", "changetype")] {
        assert!(write(&[wrong]).is_err());
    }
}

#[test]
fn values_of_names_are_escaped_as_rfc_4514_has_it() {
    // RFC 4514 section 4, and what the directory escapes beyond it.
    assert_eq!(escape_value("James \"Jim\" Smith, III"), r#"James \"Jim\" Smith\, III"#);
    assert_eq!(escape_value("#a b "), r"\#a b\ ");
    assert_eq!(escape_value(" a\0+;<>\\=#"), r"\ a\00\+\;\<\>\\\=#");
}

proptest::proptest! {
    #[test]
    fn any_value_comes_back(value: Vec<u8>, name in "[a-zA-Z0-9 =,]{0,90}[a-z]") {
        let entry = Entry { name, attributes: vec![Attribute::new("a", value)] };
        let text = write(std::slice::from_ref(&entry)).unwrap();
        proptest::prop_assert_eq!(parse(text.as_bytes()).unwrap(), vec![entry]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(version: 1\n)?(dn:{1,3} ?[a-zA-Z=+/]{0,9}\r?\n( ?[a-z;]{0,4}:{0,2}<? ?[ -~]{0,9}\n){0,4}\n?){0,3}") {
        let _ = parse(text.as_bytes());
    }
}

/// A parser that is not ours reads the same entries.
#[test]
fn a_stranger_reads_the_same() {
    let Some(python) = crate::pki::lint::tests::strangers::python() else { return };
    let entries: Vec<Entry> = objects().iter().map(|object| object.to_entry(DOWNLOAD_BASE).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("upload.ldif");
    std::fs::write(&path, write(&entries).unwrap()).unwrap();
    let program = "import sys, ldif\n\
        for dn, entry in ldif.LDIFParser(open(sys.argv[1], 'rb'), strict=True).parse():\n\
        \x20   if dn: print(dn)\n\
        \x20   for name in sorted(entry):\n\
        \x20       for value in entry[name]:\n\
        \x20           print(name, (value if isinstance(value, bytes) else value.encode()).hex())\n";
    let output = Command::new(python).args(["-c", program]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expected = String::new();
    for entry in &entries {
        expected.push_str(&format!("{}\n", entry.name));
        let mut attributes: Vec<&Attribute> = entry.attributes.iter().collect();
        attributes.sort_by_key(|attribute| &attribute.description);
        for attribute in attributes {
            expected.push_str(&format!("{} {}\n", attribute.description, hex::encode(&attribute.value)));
        }
    }
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

/// What the writer keeps for itself is no attribute when it is read.
#[test]
fn words_of_the_format_are_no_attributes() {
    for word in ["version", "control", "Control"] {
        let text = format!("version: 1\n\ndn: c=UT\nobjectClass: top\n{word}: 1\n");
        assert_eq!(parse(text.as_bytes()).map_err(|error| error.kind), Err(LdifErrorKind::Description));
    }
}
