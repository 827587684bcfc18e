//! OpenSSL: the signatures of EF.SOD and EF.CardSecurity, the hashes of the data groups, the certificates, the key of DG15.
//!
//! `openssl verify` refuses explicit curve parameters in a chain, which Doc 9303-12 requires, so each certificate's
//! signature is verified by itself under its issuer's public key.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;

use super::document::{Document, check, each, tool};
use super::{missing, tlv};

const SEQUENCE: u32 = 0x30;

pub(crate) fn judge(documents: &[Document]) -> Vec<String> {
    if missing("openssl") {
        return Vec::new();
    }
    let certificates = Mutex::new(HashSet::new());
    let mut faults = each(documents, |document| {
        let pair = (document.read("csca.der"), document.read("ds.der"));
        let is_new = certificates.lock().unwrap().insert(pair);
        if is_new {
            certificate(document, "csca.der", "csca.der")?;
            certificate(document, "ds.der", "csca.der")?;
        }
        let card_security = document.folder.join("EF.CardSecurity.bin");
        if card_security.exists() {
            verify(document, &document.read("EF.CardSecurity.bin"))?;
        }
        active_authentication_key(document)?;
        security_object(document)
    });
    println!("openssl: {} pairs of certificates", certificates.into_inner().unwrap().len());
    faults.extend(documents.first().and_then(|document| notices_a_changed_hash(document).err()));
    faults
}

/// The CMS signature under the exported document signer, and the signed hashes against those of the files.
fn security_object(document: &Document) -> Result<(), String> {
    let sod = document.read("EF.SOD.bin");
    let cms = tlv::at(&sod, &[0x77]).ok_or("EF.SOD has no tag 77")?;
    let content = verify(document, cms)?;

    // LDSSecurityObject: version, hash algorithm, then number and hash of each data group.
    let parts = tlv::all(tlv::first(&content).ok_or("no content")?.value);
    let [_, algorithm, hashes, ..] = parts.as_slice() else { return Err("the hash list is malformed".to_owned()) };
    let algorithm = match tlv::at(algorithm.value, &[0x06]) {
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1]) => "-sha256",
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 2]) => "-sha384",
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3]) => "-sha512",
        other => return Err(format!("unknown hash algorithm {other:02X?}")),
    };
    let mut signed = Vec::new();
    for entry in tlv::all(hashes.value) {
        let pair = tlv::all(entry.value);
        let [number, hash] = pair.as_slice() else { return Err("a hash is malformed".to_owned()) };
        let number = number.value.last().copied().unwrap_or_default();
        let hash: String = hash.value.iter().map(|byte| format!("{byte:02x}")).collect();
        signed.push((format!("DG{number}.bin"), hash));
    }
    let mut there: Vec<String> = std::fs::read_dir(&document.folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("DG") && name.ends_with(".bin"))
        .collect();
    let mut listed: Vec<String> = signed.iter().map(|(name, _)| name.clone()).collect();
    there.sort();
    listed.sort();
    check(there == listed, || format!("files {there:?}, signed {listed:?}"))?;

    let paths: Vec<String> = signed.iter().map(|(name, _)| document.path(name)).collect();
    let arguments: Vec<&str> = ["dgst", algorithm, "-r"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let told = String::from_utf8_lossy(&tool("openssl", &arguments)?).into_owned();
    let computed: Vec<&str> = told.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let expected: Vec<&str> = signed.iter().map(|(_, hash)| hash.as_str()).collect();
    check(computed == expected, || format!("signed {expected:?}, computed {computed:?}"))
}

/// The public key in DG15 is one.
fn active_authentication_key(document: &Document) -> Result<(), String> {
    let group = document.read("DG15.bin");
    write(&document.path("active.der"), tlv::at(&group, &[0x6F]).ok_or("DG15 has no tag 6F")?)?;
    let (key, kind) = (document.path("active.der"), ["-pubin", "-inform", "DER", "-noout", "-text"]);
    let text = tool("openssl", &[&["pkey", "-in", &key], &kind[..]].concat())?;
    let text = String::from_utf8_lossy(&text);
    check(text.contains("(2048 bit)") || text.contains("Cofactor:"), || format!("the key of DG15: {text}"))
}

/// The content of a CMS structure whose signature OpenSSL finds right under `ds.der` and no other certificate.
fn verify(document: &Document, cms: &[u8]) -> Result<Vec<u8>, String> {
    let path = |name: &str| document.path(name);
    write(&path("cms.der"), cms)?;
    tool("openssl", &["x509", "-inform", "DER", "-in", &path("ds.der"), "-out", &path("ds.pem")])?;
    let (input, signer, content) = (path("cms.der"), path("ds.pem"), path("content.der"));
    let mut arguments = vec!["cms", "-verify", "-noverify", "-nointern", "-binary", "-inform", "DER"];
    arguments.extend(["-in", &input, "-certfile", &signer, "-out", &content]);
    tool("openssl", &arguments)?;
    Ok(document.read("content.der"))
}

/// OpenSSL would notice: one bit of a signed hash turned.
fn notices_a_changed_hash(document: &Document) -> Result<(), String> {
    let sod = document.read("EF.SOD.bin");
    let mut cms = tlv::at(&sod, &[0x77]).ok_or("EF.SOD has no tag 77")?.to_vec();
    let content = document.read("content.der");
    let at = cms.windows(content.len()).position(|window| window == content).ok_or("the content is not in the CMS")?;
    cms[at + content.len() / 2] ^= 1;
    check(verify(document, &cms).is_err(), || "a changed hash went unnoticed".to_owned())
}

/// The signature of a certificate under its issuer's public key.
fn certificate(document: &Document, name: &str, issuer: &str) -> Result<(), String> {
    let certificate = document.read(name);
    let parts = tlv::all(tlv::at(&certificate, &[SEQUENCE]).ok_or("no certificate")?);
    let [signed, algorithm, signature] = parts.as_slice() else { return Err(format!("{name} is malformed")) };
    let digest = match tlv::at(algorithm.value, &[0x06]) {
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 2]) => "-sha256",
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 3]) => "-sha384",
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 4]) => "-sha512",
        other => return Err(format!("{name}: unknown signature algorithm {other:02X?}")),
    };
    let path = |name: &str| document.path(name);
    write(&path("signed"), signed.whole)?;
    write(&path("signature"), signature.value.get(1..).unwrap_or_default())?;
    let (issuer, key) = (path(issuer), path("key.pem"));
    tool("openssl", &["x509", "-inform", "DER", "-in", &issuer, "-noout", "-pubkey", "-out", &key])?;
    tool("openssl", &["dgst", digest, "-verify", &key, "-signature", &path("signature"), &path("signed")])?;
    // Doc 9303-12 7.1: the curve is described in full, not named.
    let text = tool("openssl", &["x509", "-inform", "DER", "-in", &path(name), "-noout", "-text"])?;
    let text = String::from_utf8_lossy(&text);
    check(text.contains("Field Type: prime-field") && text.contains("Cofactor:"), || format!("{name}: {text}"))
}

fn write(file: &str, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(Path::new(file), bytes).map_err(|error| format!("{file}: {error}"))
}
