//! OpenSSL: `cms` and `pkcs7` for EF.SOD, `asn1parse` for what it signs, `dgst` for hashes and for the signatures of
//! certificates, `verify` for dates.
//!
//! `openssl verify` follows no chain with explicit curve parameters, which Doc 9303-12 requires. So the signature of each
//! certificate is verified under its issuer's key, and its dates with the certificate as its own anchor.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use super::{Case, Reasons, reasons};
use crate::openssl_certificate::OpensslCertificate;
use crate::tools::{each, openssl, openssl_well};

pub(super) fn judge(cases: &[Case]) -> Vec<Reasons> {
    let known = Known::default();
    each(cases, |case| {
        let file = case.twin.files[&chip_profile::lds::FileId::SOD].clone();
        let object = known.objects.find(file, || Object::read(case));
        let mut found = Reasons::new();
        if !object.is_signed {
            found.insert("signature".to_owned());
        }
        hashes(case, &object, &mut found);
        let pair = (object.certificate.clone(), case.twin.country_signer.clone(), case.twin.now.0);
        found.extend(known.pairs.find(pair, || certificates(case, &object.certificate)));
        found
    })
}

/// What was found already: many twins share an EF.SOD, and more its certificate.
#[derive(Default)]
struct Known {
    objects: Cache<Vec<u8>, Object>,
    pairs: Cache<(Vec<u8>, Vec<u8>, i64), Reasons>,
}

struct Cache<Key, Value>(Mutex<HashMap<Key, Value>>);

impl<Key, Value> Default for Cache<Key, Value> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}

impl<Key: Hash + Eq, Value: Clone> Cache<Key, Value> {
    fn find(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        if let Some(value) = self.0.lock().unwrap().get(&key) {
            return value.clone();
        }
        let value = make();
        self.0.lock().unwrap().insert(key, value.clone());
        value
    }
}

/// An EF.SOD as OpenSSL reads it.
#[derive(Clone)]
struct Object {
    is_signed: bool,
    /// The option that names the hash function.
    digest: String,
    hashes: HashMap<u8, String>,
    /// The certificate inside, PEM.
    certificate: Vec<u8>,
}

impl Object {
    fn read(case: &Case) -> Object {
        let file = std::fs::read(case.path("EF.SOD.bin")).unwrap();
        // Application 23 and a length of two bytes stand before the CMS structure.
        let ([0x77, 0x82, _, _], cms) = file.split_at(4) else { panic!("{}", case.name()) };
        let (cms_file, content, signer) = (case.path("cms.der"), case.path("content.der"), case.path("ds.pem"));
        std::fs::write(&cms_file, cms).unwrap();
        let verify = ["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", &cms_file, "-out", &content];
        let is_signed = openssl(&verify).0;
        if !is_signed {
            // The content as it stands, whoever signed it.
            let loose = ["-nosigs", "-no_attr_verify", "-no_content_verify"];
            openssl_well(&[&verify[..2], &loose, &verify[2..]].concat());
        }
        openssl_well(&["pkcs7", "-inform", "DER", "-in", &cms_file, "-print_certs", "-out", &signer]);
        let certificate = std::fs::read(&signer).unwrap();
        let mut object = Object { is_signed, digest: String::new(), hashes: HashMap::new(), certificate };
        let mut number = 0;
        for line in openssl_well(&["asn1parse", "-inform", "DER", "-in", &content]).lines() {
            let Some((kind, value)) = line.rsplit_once(':') else { continue };
            if kind.contains("prim: OBJECT") {
                object.digest = format!("-{value}");
            } else if kind.contains("prim: INTEGER") {
                number = u8::from_str_radix(value, 16).unwrap();
            } else if kind.contains("OCTET STRING") {
                object.hashes.insert(number, value.to_lowercase());
            }
        }
        object
    }
}

/// The hashes of the files against the signed ones.
fn hashes(case: &Case, object: &Object, found: &mut Reasons) {
    let there = case.groups();
    let paths: Vec<String> = there.iter().map(|number| case.path(&format!("DG{number}.bin"))).collect();
    let arguments = ["dgst", &object.digest, "-r"].into_iter().chain(paths.iter().map(String::as_str));
    let told = openssl_well(&arguments.collect::<Vec<_>>());
    let hashes = told.lines().filter_map(|line| line.split_whitespace().next());
    let computed: HashMap<u8, &str> = there.into_iter().zip(hashes).collect();
    for (number, hash) in &object.hashes {
        match computed.get(number) {
            Some(computed) if computed == hash => {}
            Some(_) => drop(found.insert(format!("hash:{number}"))),
            None => drop(found.insert(format!("list:{number}"))),
        }
    }
    let added = computed.keys().filter(|number| !object.hashes.contains_key(number));
    found.extend(added.map(|number| format!("list:{number}")));
}

/// The certificate inside of EF.SOD against the country signer, and both against the time.
fn certificates(case: &Case, signer: &[u8]) -> Reasons {
    let (signer_file, anchor_file) = (case.path("ds.pem"), case.path("csca.der"));
    std::fs::write(&signer_file, signer).unwrap();
    let [signer, anchor] = [&signer_file, &anchor_file].map(|file| OpensslCertificate::read(file, &case.folder));
    let mut found = Vec::new();
    if !is_valid(&signer_file, case) {
        found.push("signer_validity");
    }
    if signer.issuer() == anchor.subject() && signer.is_signed_by(&anchor, &case.folder) {
        if !is_valid(&anchor_file, case) {
            found.push("anchor_validity");
        }
        if !anchor.is_signed_by(&anchor, &case.folder) {
            found.push("anchor_signature");
        }
    } else {
        found.push("chain");
    }
    reasons(found)
}

/// Dates alone: the certificate is its own anchor.
fn is_valid(certificate: &str, case: &Case) -> bool {
    let time = case.twin.now.0.to_string();
    let (good, text) = openssl(&["verify", "-partial_chain", "-attime", &time, "-trusted", certificate, certificate]);
    let is_over = text.contains("expired") || text.contains("not yet valid");
    // A key that was tampered with is another reason.
    assert!(good || is_over || text.contains("public key"), "{text}");
    good || !is_over
}
