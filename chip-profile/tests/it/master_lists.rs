//! The country signers of the world: of every certificate in two published master lists, whose key signed it, as this crate
//! says and as OpenSSL says.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chip_profile::pki::{Certificate, CertificateError, MasterList};

use crate::openssl_certificate::OpensslCertificate;
use crate::tools::{each, vectors};

/// A certificate as both have read it; ours may refuse to.
struct Listed {
    ours: Result<Certificate, CertificateError>,
    foreign: OpensslCertificate,
    issuer: Vec<u8>,
    subject: Vec<u8>,
}

/// Each certificate once, though most stand in both lists; read once for all tests.
fn listed() -> Option<&'static [Listed]> {
    static LISTED: OnceLock<Option<Vec<Listed>>> = OnceLock::new();
    LISTED.get_or_init(read).as_deref()
}

fn read() -> Option<Vec<Listed>> {
    let folder = vectors()?.join("masterlist");
    let mut all = BTreeSet::new();
    for (name, count) in [("DE_ML_2026-05-28-08-28-45.ml", 588), ("NL_ML_2026-07-22.ml", 411)] {
        let list = MasterList::parse(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(list.len(), count, "{name}");
        all.extend(list.certificates().map(<[u8]>::to_vec));
    }
    let all: Vec<Vec<u8>> = all.into_iter().collect();
    Some(each(&all, |bytes| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("der");
        std::fs::write(&file, bytes).unwrap();
        let foreign = OpensslCertificate::read(file.to_str().unwrap(), folder.path());
        let [issuer, subject] = [foreign.issuer(), foreign.subject()].map(<[u8]>::to_vec);
        Listed { ours: Certificate::parse(bytes), foreign, issuer, subject }
    }))
}

/// Of every certificate and every one that bears its issuer's name, itself included, whether the key signed: each that did,
/// each that should have for being its own, and every fourth of the others.
#[test]
fn signatures_of_country_signers_are_judged_as_openssl_judges_them() {
    let Some(listed) = listed() else { return };
    let named = |subject: &Listed, issuer: &Listed| subject.issuer == issuer.subject;
    let pairs: Vec<(usize, &Listed, &Listed)> = listed
        .iter()
        .flat_map(|subject| listed.iter().map(move |issuer| (subject, issuer)))
        .filter(|(subject, issuer)| named(subject, issuer))
        .enumerate()
        .map(|(index, (subject, issuer))| (index, subject, issuer))
        .collect();
    let judged = each(&pairs, |(index, subject, issuer)| {
        let (Ok(certificate), Ok(country_signer)) = (&subject.ours, &issuer.ours) else { return None };
        let key = country_signer.verifying_key().map_err(|error| error.to_string());
        let ours = key.and_then(|key| certificate.verify_signed_by(&key).map_err(|error| error.to_string()));
        if ours.is_err() && !std::ptr::eq(*subject, *issuer) && index % 4 != 0 {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let foreign = subject.foreign.is_signed_by(&issuer.foreign, folder.path());
        let difference = format!("{}: ours {ours:?}, OpenSSL {foreign}", certificate.subject());
        Some((ours.is_ok(), foreign, difference))
    });
    let judged: Vec<_> = judged.into_iter().flatten().collect();
    let differ: Vec<&str> = judged
        .iter()
        .filter(|(ours, foreign, _)| ours != foreign)
        .map(|(.., difference)| difference.as_str())
        .collect();
    let signed = judged.iter().filter(|(ours, ..)| *ours).count();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert_eq!((listed.len(), pairs.len(), signed), (627, 2267, 933));
    assert!(judged.len() > signed + 300, "{}", judged.len());
}

/// What OpenSSL reads and this crate does not: one certificate whose TRUE is not FF, which X.690 11.1 asks of DER, and RFC
/// 5280 4.1 asks DER of certificates.
#[test]
fn certificates_that_only_openssl_reads_are_not_der() {
    let Some(listed) = listed() else { return };
    let refused = listed.iter().filter_map(|listed| listed.ours.as_ref().err()).map(ToString::to_string);
    assert_eq!(refused.collect::<Vec<_>>(), ["extension 2.5.29.19: ASN.1 BOOLEAN not canonically encoded as DER"]);
}

/// A country signer whose own signature does not hold is refused by an inspection; of those in the lists none is.
#[test]
fn no_country_signer_of_the_world_fails_its_own_signature() {
    let Some(listed) = listed() else { return };
    let failing: Vec<&str> = listed
        .iter()
        .filter_map(|listed| listed.ours.as_ref().ok())
        .filter(|certificate| certificate.is_self_issued())
        // Another key signed a link certificate, and it says so.
        .filter(|certificate| {
            let keys = (certificate.authority_key_identifier(), certificate.subject_key_identifier());
            !matches!(keys, (Some(authority), Some(subject)) if authority != subject)
        })
        .filter(|certificate| {
            let key = certificate.verifying_key();
            !key.is_ok_and(|key| certificate.verify_signed_by(&key).is_ok())
        })
        .map(Certificate::subject)
        .collect();
    assert_eq!(failing, Vec::<&str>::new());
}
