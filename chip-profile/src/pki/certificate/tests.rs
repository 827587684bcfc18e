use super::*;
use crate::pki::tests::shared;
use crate::tlv;
use std::collections::BTreeMap;
use std::path::Path;

/// The certificates of a CSCA master list: CMS around SEQUENCE { version, SET OF Certificate }, Doc 9303-12 9.2.
fn master_list(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let mut content_info = tlv::parse_single(&bytes, 0x30).unwrap().reader();
    content_info.expect(0x06).unwrap();
    let mut explicit = content_info.expect(0xA0).unwrap().reader();
    let mut signed_data = explicit.expect(0x30).unwrap().reader();
    signed_data.expect(0x02).unwrap();
    signed_data.expect(0x31).unwrap();
    let mut encapsulated = signed_data.expect(0x30).unwrap().reader();
    encapsulated.expect(0x06).unwrap();
    let octets = encapsulated.expect(0xA0).unwrap().reader().expect(0x04).unwrap().value;
    let mut list = tlv::parse_single(octets, 0x30).unwrap().reader();
    list.expect(0x02).unwrap();
    let mut set = list.expect(0x31).unwrap().reader();
    let mut certificates = Vec::new();
    while !set.is_empty() {
        let rest = set.remaining();
        let before = set.position();
        set.expect(0x30).unwrap();
        certificates.push(rest[..set.position() - before].to_vec());
    }
    certificates
}

/// How many certificates of a list have each trait of the CSCA profile.
fn traits(certificates: &[Vec<u8>]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let mut count = |name, holds: bool| *counts.entry(name).or_default() += usize::from(holds);
    for bytes in certificates {
        let certificate = match Certificate::parse(bytes) {
            Ok(certificate) => certificate,
            Err(error) => {
                // One state writes the boolean of basicConstraints as 01, which is BER.
                assert_eq!(error.to_string(), "extension 2.5.29.19: ASN.1 BOOLEAN not canonically encoded as DER");
                count("refused", true);
                continue;
            }
        };
        count("read", true);
        let constraints = certificate.basic_constraints();
        count("authority", constraints.is_some_and(|constraints| constraints.certificate_authority));
        count("path length 0", constraints.is_some_and(|constraints| constraints.path_length == Some(0)));
        count("usage period", certificate.private_key_usage_period().is_some());
        count("subject key identifier", certificate.subject_key_identifier().is_some());
        count("certificate sign", certificate.key_usage().is_some_and(|usage| usage.certificate_sign));
        let has = |oid: &str| certificate.extension(&ObjectIdentifier::new_unwrap(oid)).is_some();
        count("subject alternative name", has("2.5.29.17"));
        count("issuer alternative name", has("2.5.29.18"));
        count("crl distribution points", has("2.5.29.31"));
        let key = certificate.verifying_key().unwrap_or_else(|error| panic!("{}: {error}", certificate.subject()));
        count("elliptic", matches!(key, VerifyingKey::Ec(_)));
        count("explicit", matches!(key, VerifyingKey::Explicit(_)));
        count("rsa", matches!(key, VerifyingKey::Rsa(_)));
    }
    counts
}

#[test]
fn reads_the_country_signers_of_the_world() {
    let Some(shared) = shared() else { return };
    // The counts are those of `openssl x509 -text` over the same lists, less the one certificate that is refused.
    let expected = [
        ("authority", 579, 410),
        ("certificate sign", 586, 410),
        ("crl distribution points", 441, 290),
        ("elliptic", 127, 88),
        ("issuer alternative name", 417, 283),
        ("explicit", 37, 26),
        ("rsa", 423, 296),
        ("path length 0", 554, 397),
        ("read", 587, 410),
        ("refused", 1, 1),
        ("subject alternative name", 433, 289),
        ("subject key identifier", 587, 410),
        ("usage period", 469, 328),
    ];
    let german = traits(&master_list(&shared.join("vectors/masterlist/DE_ML_2026-05-28-08-28-45.ml")));
    let dutch = traits(&master_list(&shared.join("vectors/masterlist/NL_ML_2026-07-22.ml")));
    for (name, in_german, in_dutch) in expected {
        assert_eq!((german[name], dutch[name]), (in_german, in_dutch), "{name}");
    }
}

/// What became of each certificate of a list that was issued by its own name.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    /// Signed with the key it carries.
    self_signed: usize,
    /// Signed with an earlier key of the same name that is in the list too.
    links: usize,
    /// The same with an earlier key that the list does not have.
    of_keys_not_in_the_list: Vec<String>,
    /// By why verification was not possible or failed.
    refused: BTreeMap<String, usize>,
}

fn tally(path: &Path) -> Tally {
    let list: Vec<Certificate> = master_list(path).iter().filter_map(|bytes| Certificate::parse(bytes).ok()).collect();
    let mut tally = Tally::default();
    for certificate in list.iter().filter(|certificate| certificate.is_self_issued()) {
        let outcome = certificate.verifying_key().map_err(VerifyError::from);
        match outcome.and_then(|key| certificate.verify_signed_by(&key)) {
            Ok(()) => tally.self_signed += 1,
            Err(error) => {
                let issuers = list.iter().filter(|issuer| issuer.subject_bytes() == certificate.issuer_bytes());
                let mut keys = issuers.filter_map(|issuer| issuer.verifying_key().ok());
                if keys.any(|key| certificate.verify_signed_by(&key).is_ok()) {
                    tally.links += 1;
                } else if certificate.authority_key_identifier() != certificate.subject_key_identifier() {
                    tally.of_keys_not_in_the_list.push(certificate.subject().to_owned());
                } else {
                    *tally.refused.entry(format!("{}: {error}", certificate.subject())).or_default() += 1;
                }
            }
        }
    }
    tally
}

#[test]
fn verifies_the_self_signed_certificates_of_the_world() {
    let Some(shared) = shared() else { return };
    // Of the 588 and 411 certificates one of each list is not DER; of those of the German list that are left out here,
    // the issuer has another name than the subject.
    let german = tally(&shared.join("vectors/masterlist/DE_ML_2026-05-28-08-28-45.ml"));
    assert_eq!(german.refused, BTreeMap::new());
    assert_eq!((german.self_signed, german.links, german.of_keys_not_in_the_list.len()), (374, 116, 13), "{german:?}");
    let dutch = tally(&shared.join("vectors/masterlist/NL_ML_2026-07-22.ml"));
    assert_eq!(dutch, Tally { self_signed: 410, ..Tally::default() });
}

#[test]
fn reads_single_certificates_of_states() {
    let Some(shared) = shared() else { return };
    let cases = [
        ("masterlist/DE_ROOT_CA_CSCA07.cer", "CN=csca-germany,OU=bsi,O=bund,C=DE", "2024-10-01T05:17:55Z", true),
        (
            "masterlist/NL_ROOT_CA.cer",
            "C=NL,O=Kingdom of the Netherlands,OU=Kingdom of the Netherlands,CN=CSCA NL,SERIALNUMBER=7",
            "2024-06-21T00:00:00Z",
            true,
        ),
        (
            "masterlist/IDN_2010_SERIES_CSCA_CERT/2020-10_CSCA_LINK.cer",
            "CN=CSCA,OU=DITJEN IMIGRASI,O=DIT SISTIK,C=ID",
            "2020-10-19T17:00:00Z",
            true,
        ),
        (
            "bsi-tr03105-5/dsc_de_0130846f2b3e.cer",
            "CN=ETSI DS,OU=Document Signer,O=ETSI,C=DE",
            "2011-06-12T15:18:56Z",
            false,
        ),
        ("vds/sealgen_UTTS5B.crt", "CN=TS,OU=sealgen,O=tsenger,C=UT", "2020-06-10T07:15:00Z", false),
    ];
    for (name, subject, not_before, authority) in cases {
        let certificate = Certificate::parse(&std::fs::read(shared.join("vectors").join(name)).unwrap()).unwrap();
        assert_eq!(certificate.subject(), subject);
        assert_eq!(certificate.not_before().to_string(), not_before);
        assert_eq!(certificate.key_usage().is_some_and(|usage| usage.certificate_sign), authority, "{name}");
        assert_eq!(certificate.private_key_usage_period().is_some(), authority, "{name}");
    }
}
