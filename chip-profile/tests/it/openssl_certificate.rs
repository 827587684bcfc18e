//! A certificate as OpenSSL sees it: `asn1parse` tells the places of its parts, `dgst` verifies its signature.

use std::path::Path;

use crate::tools::{openssl, openssl_well};

/// A certificate and what `asn1parse` says of it.
pub(crate) struct OpensslCertificate {
    bytes: Vec<u8>,
    text: String,
}

impl OpensslCertificate {
    /// Reads a file in DER, or in PEM if its name ends so. The folder is for what lies between two programs.
    pub(crate) fn read(file: &str, folder: &Path) -> Self {
        let der = folder.join("certificate.der").to_str().unwrap().to_owned();
        let form = if file.ends_with("pem") { "PEM" } else { "DER" };
        let text = openssl_well(&["asn1parse", "-inform", form, "-in", file, "-out", &der]);
        OpensslCertificate { bytes: std::fs::read(&der).unwrap(), text }
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

    /// A field of what is signed, the version counted: 3 is the issuer, 5 the subject, 6 the key.
    fn field(&self, index: usize) -> &[u8] {
        self.parts(2)[index].0
    }

    pub(crate) fn issuer(&self) -> &[u8] {
        self.field(3)
    }

    pub(crate) fn subject(&self) -> &[u8] {
        self.field(5)
    }

    /// What is said of the signature's algorithm, in lower case.
    fn algorithm(&self) -> String {
        let lines = self.text.lines().scan(0, |seen, line| {
            *seen += usize::from(line.contains(":d=1 "));
            Some((*seen, line))
        });
        lines.filter(|(seen, _)| *seen == 2).map(|(_, line)| line.to_lowercase() + "\n").collect()
    }

    /// Whether the issuer's key signed the certificate.
    pub(crate) fn is_signed_by(&self, issuer: &Self, folder: &Path) -> bool {
        let [(tbs, _), _, (signature, header)] = self.parts(1)[..] else { panic!("{}", self.text) };
        let files = [("key", issuer.field(6)), ("tbs", tbs), ("signature", &signature[header + 1..])];
        let [key, tbs, signature] = files.map(|(name, bytes)| {
            let file = folder.join(name).to_str().unwrap().to_owned();
            std::fs::write(&file, bytes).unwrap();
            file
        });
        let algorithm = self.algorithm();
        let hashes = hashes(&algorithm);
        let digest = format!("-{}", hashes.first().copied().unwrap_or("sha1"));
        let mask = format!("rsa_mgf1_md:{}", hashes.get(1).copied().unwrap_or("sha1"));
        let mut arguments = vec!["dgst", &digest, "-keyform", "DER", "-verify", &key, "-signature", &signature];
        if algorithm.contains("rsassapss") {
            // What is left out of the parameters is SHA-1 (RFC 4055 3.1).
            arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:auto", "-sigopt", &mask]);
        }
        arguments.push(&tbs);
        openssl(&arguments).0
    }
}

/// The hash functions that are named, in their order.
fn hashes(algorithm: &str) -> Vec<&'static str> {
    let known = ["sha512", "sha384", "sha256", "sha224", "sha1", "md5"];
    algorithm.lines().filter_map(|line| known.into_iter().find(|hash| line.contains(hash))).collect()
}
