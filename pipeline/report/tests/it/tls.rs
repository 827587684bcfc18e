//! The register over TLS: only one for which the named authority vouches, and one that knows this centre.

use std::sync::Arc;
use std::time::Duration;

use persoline_domain::outbox::ReceiverStanding;
use persoline_domain::personal::Personal;
use persoline_report::{HttpReceiver, HttpSettings, once};
use printer_driver::remote::certificates::{CertificateAndKey, Period, authority, host, machine};
use rand_core::SeedableRng;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::register::Register;
use crate::world::{lose_blanks, parts};

/// Authority, certificate of the register, certificate of the centre.
struct Certificates {
    authority: CertificateAndKey,
    register: CertificateAndKey,
    centre: CertificateAndKey,
}

fn certificates(seed: u64) -> Certificates {
    let mut random = rand_chacha::ChaCha20Rng::seed_from_u64(seed);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let period = Period { from: now - 3600, until: now + 3600 };
    let authority = authority("trial authority", period, &mut random).unwrap();
    let register = machine(&authority, &["localhost"], period, &mut random).unwrap();
    let centre = host(&authority, "centre", period, &mut random).unwrap();
    Certificates { authority, register, centre }
}

/// A register that wants to see a certificate of the same authority.
fn register(of: &Certificates) -> Register {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(of.authority.certificate.as_bytes()).unwrap()).unwrap();
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(of.register.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(of.register.key.as_str().as_bytes()).unwrap(),
        )
        .unwrap();
    Register::start_with_tls(config)
}

fn delivered(register: &Register, authorities: &Certificates, client: Option<&Certificates>) -> ReceiverStanding {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    lose_blanks(&*parts.store, "A", 2);
    let pem = |certificate: &CertificateAndKey| certificate.certificate.as_bytes().to_vec();
    let settings = HttpSettings {
        url: format!("https://localhost:{}/reports", register.address.port()),
        authorities: Some(pem(&authorities.authority)),
        client: client.map(|of| (pem(&of.centre), Personal::new(of.centre.key.as_str().as_bytes().to_vec()))),
        token: None,
        within: Duration::from_secs(5),
    };
    let receiver = HttpReceiver::new(settings).unwrap();
    once(&parts, vec![("register".to_owned(), Box::new(receiver))]).remove(0)
}

#[test]
fn a_register_is_told_only_when_both_sides_know_each_other() {
    let (ours, others) = (certificates(1), certificates(2));
    let service = register(&ours);
    let standing = delivered(&service, &ours, Some(&ours));
    assert!(standing.is_done, "{standing:?}");
    assert_eq!(service.seen().taken.len(), 2);
    for (authorities, client) in [(&others, Some(&ours)), (&ours, None), (&ours, Some(&others))] {
        let service = register(&ours);
        let standing = delivered(&service, authorities, client);
        assert!(!standing.is_done && standing.last_fault.is_some(), "{standing:?}");
        assert!(service.seen().taken.is_empty());
    }
}
