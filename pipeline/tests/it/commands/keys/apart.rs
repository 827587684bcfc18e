//! Centre and country signer as two data folders, with files that go between them.

use std::path::Path;
use std::process::Command;

use chip_profile::pki::Certificate;
use persoline_domain::identifiers::Sequence;

use crate::support::{Centre, Ended, events, sample_records};

/// What people know who keep the country signer.
const ABOVE: &str = "two halves in two envelopes";

/// A centre whose country signer lies in another folder under another passphrase.
struct Apart {
    centre: Centre,
    authority: Centre,
}

impl Apart {
    fn new(suite: &str) -> Apart {
        let apart = Apart { centre: Centre::empty(), authority: Centre::empty() };
        apart.above(&["keys", "ceremony", "--make", "authority", "--csca-suite", suite]).with(0, &["keys for UTO"]);
        let own = apart.centre.input("own");
        apart.above(&["keys", "export", "--out", &own]).with(0, &["1 certificates"]);
        let certificate = files(&own, "cer").remove(0);
        let make = ["keys", "ceremony", "--make", "centre", "--country-signer", &certificate];
        apart.centre.run(&make).with(0, &["keys for UTO"]);
        apart
    }

    /// Runs the program where the country signer lies.
    fn above(&self, arguments: &[&str]) -> Ended {
        let mut command = self.authority.command(arguments);
        command.env("PERSOLINE_PASSPHRASE", ABOVE);
        Ended::of(command.output().expect("the program starts"))
    }

    /// Requests, issues, and answers the folders of requests and certificates.
    fn certificates(&self, name: &str, suite: &str) -> (String, String) {
        let (requests, out) = (self.centre.input(&format!("{name}-requests")), self.centre.input(name));
        let ask = ["keys", "request", "--out", &requests, "--count", "2", "--suite", suite];
        self.centre.run(&ask).with(0, &["2 requests in"]);
        self.above(&["keys", "issue", "--out", &out, &requests]).with(0, &["2 certificates of csca-"]);
        (requests, out)
    }
}

/// Files of a folder with an ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<String> = entries.map(|entry| entry.expect("a file").path().display().to_string()).collect();
    files.retain(|file| file.ends_with(ending));
    files.sort();
    files
}

fn alter(file: &str, place: usize) -> Vec<u8> {
    let whole = std::fs::read(file).expect("a file");
    let mut bytes = whole.clone();
    bytes[place] ^= 1;
    std::fs::write(file, bytes).expect("a file");
    whole
}

#[test]
fn requested_issued_installed_and_a_document_made() {
    let apart = Apart::new("brainpoolP384r1");
    let (_, certificates) = apart.certificates("certificates", "brainpoolP256r1");
    let waiting = apart.centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    assert_eq!(waiting["requests"].as_array().expect("requests").len(), 2);
    assert_eq!(waiting["country_signers"][0]["suite"], serde_json::Value::Null);
    apart.centre.run(&["keys", "install", &certificates]).with(0, &["2 document signers"]);
    let status = apart.centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    assert_eq!(status["requests"].as_array().expect("requests").len(), 0);
    assert_eq!(status["document_signers"][0]["suite"], "brainpoolP256r1");
    assert_eq!(status["document_signers"][0]["standing"], "active");
    let above = apart.above(&["keys", "status", "--json"]).with(0, &[]).json();
    assert_eq!(above["country_signers"][0]["suite"], "brainpoolP384r1");

    // The line signs with them, and every act stands in a log.
    apart.centre.receive(2, 2);
    apart.centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &["1 accepted"]);
    apart.centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits"]);
    let used = apart.centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    assert_ne!(used["document_signers"][0]["used"], 0);
    let acts = |centre: &Centre| {
        let all = events(&centre.store(), Sequence(0)).into_iter().filter(|event| event.kind == "key_handled");
        all.map(|event| event.detail.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(acts(&apart.centre), ["installed", "requested", "requested", "installed", "installed"]);
    assert_eq!(acts(&apart.authority), ["made", "exported", "issued", "issued"]);
    apart.above(&["run"]).with(4, &["no keys of a centre"]);
}

#[test]
fn altered_requests_and_certificates_change_nothing() {
    let other = Apart::new("p256");
    let apart = Apart::new("p256");
    let (requests, certificates) = apart.certificates("certificates", "p256");
    let request = files(&requests, "p10").remove(1);
    let whole = alter(&request, 200);
    let out = apart.centre.input("refused");
    apart.above(&["keys", "issue", "--out", &out, &requests]).with(3, &["refused", "nothing was issued"]);
    std::fs::write(&request, whole).expect("a file");
    // Its key has a certificate already.
    apart.above(&["keys", "issue", "--out", &out, &requests]).with(3, &["has a certificate already"]);
    assert!(!Path::new(&out).exists());

    let certificate = files(&certificates, "cer").into_iter().find(|file| file.contains("ds-")).expect("a signer");
    let length = std::fs::metadata(&certificate).expect("a file").len() as usize;
    let whole = alter(&certificate, length - 1);
    apart.centre.run(&["keys", "install", &certificates]).with(3, &["refused", "nothing was installed"]);
    std::fs::write(&certificate, whole).expect("a file");

    // A country signer of the same name that nobody trusts.
    let foreign = other.centre.input("foreign");
    other.above(&["keys", "issue", "--out", &foreign, &requests]).with(0, &["2 certificates"]);
    apart.centre.run(&["keys", "install", &foreign]).with(3, &["no link certificate leads"]);
    let signers = files(&foreign, "cer").into_iter().filter(|file| file.contains("ds-")).collect::<Vec<_>>();
    let only: Vec<&str> = ["keys", "install"].into_iter().chain(signers.iter().map(String::as_str)).collect();
    apart.centre.run(&only).with(3, &["no country signer that is trusted here"]);
    let waiting = apart.centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    assert_eq!(waiting["requests"].as_array().expect("requests").len(), 2);

    apart.centre.run(&["keys", "install", &certificates]).with(0, &["2 document signers"]);
    apart.centre.run(&["keys", "issue", "--out", &out, &requests]).with(4, &["kept elsewhere"]);
    apart.centre.run(&["keys", "install", &apart.centre.input("")]).with(3, &["holds no file with"]);
    apart.centre.run(&["keys", "crl", "--out", &out]).with(4, &["kept elsewhere"]);
    apart.centre.run(&["keys", "request", "--out", &out, "--suite", "rsa1024"]).with(2, &["possible values"]);
}

#[test]
fn a_certificate_is_revoked_and_the_next_country_signer_made() {
    let apart = Apart::new("p256");
    let (_, certificates) = apart.certificates("certificates", "p256");
    apart.centre.run(&["keys", "install", &certificates]).with(0, &[]);
    let signer = files(&certificates, "cer").into_iter().find(|file| file.contains("ds-")).expect("a signer");
    let serial: String = Certificate::parse(&std::fs::read(signer).expect("a file"))
        .expect("a certificate")
        .serial()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let list = apart.authority.input("UTO.crl");
    apart.above(&["keys", "crl", "--out", &list]).with(0, &["revocation list 1 with 0 certificates"]);
    let unknown = ["keys", "crl", "--out", &list, "--revoke", "00ff"];
    apart.above(&unknown).with(3, &["no certificate with the serial number", "no list was made"]);
    let revoke = ["keys", "crl", "--out", &list, "--revoke", &serial, "--reason", "key_compromise"];
    apart.above(&revoke).with(0, &["revocation list 2 with 1 certificates"]);
    let shown = Command::new("openssl").args(["crl", "-inform", "DER", "-noout", "-text", "-in", &list]).output();
    let shown = String::from_utf8(shown.expect("openssl").stdout).expect("text");
    assert!(shown.contains(&serial.to_uppercase()), "{shown}");
    let log = events(&apart.authority.store(), Sequence(0));
    assert!(log.iter().any(|event| event.detail == format!("revoked {serial} key_compromise")));

    let (masters, ldif) = (apart.authority.input("UTO.ml"), apart.authority.input("UTO.ldif"));
    let other = Apart::new("brainpoolP384r1");
    let foreign = other.centre.input("own");
    apart.above(&["keys", "master-list", "--out", &masters, &foreign]).with(0, &["master list of 2 certificates"]);
    let verified =
        ["cms", "-verify", "-noverify", "-inform", "DER", "-in", &masters, "-out", &apart.centre.input("content")];
    let verified = Command::new("openssl").args(verified).output().expect("openssl");
    assert!(verified.status.success(), "{verified:?}");
    let publish = ["keys", "pkd", "--out", &ldif, "--master-list", &masters];
    apart.above(&publish).with(0, &["2 document signers, with a revocation list, with a master list"]);
    let text = std::fs::read_to_string(&ldif).expect("text");
    assert!(text.contains("userCertificate;binary::") && text.contains("pkdMasterListContent::"), "{text}");

    // A second later than the first ceremony, at least: the newest is found by its beginning.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let next = apart.centre.input("next");
    apart.above(&["keys", "succeed", "--out", &next, "--suite", "p384"]).with(0, &["link certificate"]);
    apart.centre.run(&["keys", "install", &next]).with(0, &["0 document signers and 2 certificates"]);
    let (_, later) = apart.certificates("later", "p256");
    apart.centre.run(&["keys", "install", &later]).with(0, &["2 document signers"]);
    apart.centre.run(&["keys", "retire"]).with(0, &["no document signer is used up or over"]);
    let exported = apart.centre.run(&["keys", "export", "--out", &apart.centre.input("all"), "--json"]).with(0, &[]);
    assert_eq!(exported.json().as_array().expect("certificates").len(), 7);
}

/// Everything in one folder, in RSA: what a trial wants.
#[test]
fn one_folder_may_hold_it_all() {
    let centre = Centre::empty();
    let rsa = ["keys", "ceremony", "--csca-suite", "p384", "--ds-suite", "rsa3072-pkcs1-sha256"];
    centre.run(&rsa).with(0, &["keys for UTO"]);
    centre.receive(2, 2);
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &["1 accepted"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits"]);
    let (requests, out) = (centre.input("requests"), centre.input("certificates"));
    let ask = ["keys", "request", "--out", &requests, "--suite", "rsa3072-pss-sha384", "--count", "1"];
    centre.run(&ask).with(0, &["1 requests in"]);
    centre.run(&["keys", "issue", "--out", &out, &requests]).with(0, &["1 certificates"]);
    centre.run(&["keys", "install", &out]).with(0, &["1 document signers"]);
}
