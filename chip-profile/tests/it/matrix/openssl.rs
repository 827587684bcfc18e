//! OpenSSL: `cms` and `pkcs7` for EF.SOD, `dgst` for hashes and for the signatures of certificates, `verify` for dates, and
//! `asn1parse` for the places of all parts.
//!
//! `openssl verify` follows no chain with explicit curve parameters, which Doc 9303-12 requires. So the signature of each
//! certificate is verified under its issuer's key, and its dates with the certificate as its own anchor.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use super::{Case, Reasons, reasons};
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
    let (signer, anchor) = (Certificate::read(case, &signer_file), Certificate::read(case, &anchor_file));
    let mut found = Vec::new();
    if !is_valid(&signer_file, case) {
        found.push("signer_validity");
    }
    if signer.part(3) == anchor.part(5) && signer.is_signed_by(&anchor, case) {
        if !is_valid(&anchor_file, case) {
            found.push("anchor_validity");
        }
        if !anchor.is_signed_by(&anchor, case) {
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

/// A certificate and the places of its parts as `asn1parse` tells them.
struct Certificate {
    bytes: Vec<u8>,
    text: String,
}

impl Certificate {
    fn read(case: &Case, file: &str) -> Certificate {
        let der = case.path("certificate.der");
        let form = if file.ends_with("pem") { "PEM" } else { "DER" };
        let text = openssl_well(&["asn1parse", "-inform", form, "-in", file, "-out", &der]);
        Certificate { bytes: std::fs::read(&der).unwrap(), text }
    }

    /// The objects at a depth, whole, with the length of tag and length.
    fn parts(&self, depth: usize) -> Vec<(&[u8], usize)> {
        let mark = format!(":d={depth} ");
        let part = |line: &str| {
            let (offset, rest) = line.trim_start().split_once(&mark)?;
            let mut numbers = rest.split(['=', ' ']).filter_map(|word| word.parse::<usize>().ok());
            let (offset, header, length) = (offset.parse::<usize>().ok()?, numbers.next()?, numbers.next()?);
            Some((self.bytes.get(offset..offset + header + length)?, header))
        };
        self.text.lines().filter_map(part).collect()
    }

    /// A field of what is signed: 3 is the issuer, 5 the subject, 6 the key.
    fn part(&self, index: usize) -> &[u8] {
        self.parts(2)[index].0
    }

    fn is_signed_by(&self, issuer: &Certificate, case: &Case) -> bool {
        let [(tbs, _), _, (signature, header)] = self.parts(1)[..] else { panic!("{}", self.text) };
        let files = [("key", issuer.part(6)), ("tbs", tbs), ("signature", &signature[header + 1..])];
        let [key, tbs, signature] = files.map(|(name, bytes)| {
            std::fs::write(case.path(name), bytes).unwrap();
            case.path(name)
        });
        let mut algorithm = self.text.lines().filter(|line| line.contains(":d=3 ") && line.contains("OBJECT"));
        let algorithm = algorithm.next().unwrap_or_default().to_lowercase();
        let is_pss = algorithm.contains("rsassapss");
        let names_384 = algorithm.contains("sha384") || is_pss && self.text.contains(":sha384");
        let digest = if names_384 { "-sha384" } else { "-sha256" };
        let mut arguments = vec!["dgst", digest, "-keyform", "DER", "-verify", &key, "-signature", &signature];
        if is_pss {
            arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]);
        }
        arguments.push(&tbs);
        openssl(&arguments).0
    }
}
