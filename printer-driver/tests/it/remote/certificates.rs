//! Certificates, looked at by OpenSSL.

use std::path::Path;
use std::process::{Command, Stdio};

use printer_driver::remote::certificates::{self, CertificateError, Period};
use printer_driver::remote::{PrivateKeyPem, certificates::CertificateAndKey};

use super::tls::random;

/// The year 2026, and a period that ends after 2050, when the coding of times changes.
const PERIOD: Period = Period { from: 1_767_225_600, until: 2_600_000_000 };

/// What OpenSSL prints; none when it is not there, which is a failure where everything is meant to run.
fn openssl(arguments: &[&str]) -> Option<String> {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output();
    let Ok(output) = output else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no OpenSSL");
        println!("not run: no OpenSSL");
        return None;
    };
    Some(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn openssl_finds_them_sound_and_for_their_purpose_only() {
    let random = &mut random(1);
    let authority = certificates::authority("link authority", PERIOD, random).unwrap();
    let host = certificates::host(&authority, "host 1", PERIOD, random).unwrap();
    let machine =
        certificates::machine(&authority, &["line-1.example", "10.0.0.7", "fd00::7"], PERIOD, random).unwrap();
    let folder = std::env::temp_dir().join(format!("link-certificates-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let trusted = written(&folder, "authority.pem", &authority.certificate);
    let host_file = written(&folder, "host.pem", &host.certificate);
    let machine_file = written(&folder, "machine.pem", &machine.certificate);
    let key_file = written(&folder, "machine.key", machine.key.as_str());
    let verify = |purpose: &str, file: &str| {
        let time = ["-attime", "1790000000", "-x509_strict"];
        openssl(&[["verify", "-CAfile", &trusted, "-purpose", purpose].as_slice(), &time, &[file]].concat())
    };
    let Some(said) = verify("sslclient", &host_file) else { return };
    assert!(said.contains("OK"), "{said}");
    let verified = |purpose: &str, file: &str| verify(purpose, file).unwrap().contains("OK");
    assert!(verified("sslserver", &machine_file));
    assert!(!verified("sslserver", &host_file), "a host could pass for a machine");
    assert!(!verified("sslclient", &machine_file), "a machine could pass for a host");

    let text = openssl(&["x509", "-in", &machine_file, "-noout", "-text"]).unwrap();
    for part in [
        "Subject: CN = line-1.example",
        "Issuer: CN = link authority",
        "DNS:line-1.example, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:7",
        "CA:FALSE",
        "Not Before: Jan  1 00:00:00 2026 GMT",
        "Not After : May 22 14:13:20 2052 GMT",
    ] {
        assert!(text.contains(part) || text.contains(&part.replace(" = ", "=")), "no {part} in {text}");
    }
    // Key and certificate belong together, as OpenSSL sees it.
    let of_certificate = openssl(&["x509", "-in", &machine_file, "-noout", "-pubkey"]).unwrap();
    assert_eq!(openssl(&["pkey", "-in", &key_file, "-pubout"]).unwrap(), of_certificate);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_same_chance_makes_the_same_certificates_and_another_chance_others() {
    let made = |seed| certificates::authority("a", PERIOD, &mut random(seed)).unwrap().certificate;
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

#[test]
fn what_cannot_stand_in_a_certificate_is_refused() {
    let random = &mut random(1);
    let authority = certificates::authority("a", PERIOD, random).unwrap();
    for name in ["", " a", "a,O=b", "a+b", "a\\2Cb", "a\0", "é", &"n".repeat(65)] {
        assert!(
            matches!(certificates::host(&authority, name, PERIOD, random), Err(CertificateError::Name(_))),
            "{name}"
        );
        let refused = certificates::machine(&authority, &["ok", name], PERIOD, random);
        assert!(matches!(refused, Err(CertificateError::Name(_))), "{name}");
    }
    assert!(matches!(certificates::machine(&authority, &[], PERIOD, random), Err(CertificateError::NoName)));
    for period in [Period { from: 2, until: 1 }, Period { from: 0, until: u64::MAX }] {
        assert!(matches!(certificates::authority("a", period, random), Err(CertificateError::Period)));
    }
    let other = certificates::authority("b", PERIOD, random).unwrap();
    let broken = |certificate: &str, key: &PrivateKeyPem| CertificateAndKey {
        certificate: certificate.to_owned(),
        key: key.clone(),
    };
    for authority in [
        broken(&authority.certificate, &other.key),
        broken("", &authority.key),
        broken(&authority.certificate, &PrivateKeyPem::new("")),
    ] {
        let refused = certificates::host(&authority, "h", PERIOD, random);
        assert!(matches!(refused, Err(CertificateError::Authority(_))), "{refused:?}");
    }
}
