//! Object identifiers that the profiles name.

use const_oid::ObjectIdentifier;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

// Attributes of names.
pub(super) const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
pub(super) const SERIAL_NUMBER: ObjectIdentifier = oid("2.5.4.5");
pub(super) const COUNTRY_NAME: ObjectIdentifier = oid("2.5.4.6");
pub(super) const LOCALITY_NAME: ObjectIdentifier = oid("2.5.4.7");
pub(super) const STATE_OR_PROVINCE_NAME: ObjectIdentifier = oid("2.5.4.8");
pub(super) const DN_QUALIFIER: ObjectIdentifier = oid("2.5.4.46");

// Extensions of Doc 9303-12 tables 6 and 10.
pub(super) const SUBJECT_DIRECTORY_ATTRIBUTES: ObjectIdentifier = oid("2.5.29.9");
pub(super) const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.14");
pub(super) const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
pub(super) const PRIVATE_KEY_USAGE_PERIOD: ObjectIdentifier = oid("2.5.29.16");
pub(super) const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = oid("2.5.29.17");
pub(super) const ISSUER_ALTERNATIVE_NAME: ObjectIdentifier = oid("2.5.29.18");
pub(super) const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
pub(super) const CRL_NUMBER: ObjectIdentifier = oid("2.5.29.20");
pub(super) const REASON_CODE: ObjectIdentifier = oid("2.5.29.21");
pub(super) const HOLD_INSTRUCTION_CODE: ObjectIdentifier = oid("2.5.29.23");
pub(super) const INVALIDITY_DATE: ObjectIdentifier = oid("2.5.29.24");
pub(super) const DELTA_CRL_INDICATOR: ObjectIdentifier = oid("2.5.29.27");
pub(super) const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = oid("2.5.29.28");
pub(super) const CERTIFICATE_ISSUER: ObjectIdentifier = oid("2.5.29.29");
pub(super) const NAME_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.30");
pub(super) const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = oid("2.5.29.31");
pub(super) const CERTIFICATE_POLICIES: ObjectIdentifier = oid("2.5.29.32");
pub(super) const POLICY_MAPPINGS: ObjectIdentifier = oid("2.5.29.33");
pub(super) const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.35");
pub(super) const POLICY_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.36");
pub(super) const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
pub(super) const FRESHEST_CRL: ObjectIdentifier = oid("2.5.29.46");
pub(super) const INHIBIT_ANY_POLICY: ObjectIdentifier = oid("2.5.29.54");
pub(super) const NETSCAPE_CERTIFICATE_TYPE: ObjectIdentifier = oid("2.16.840.1.113730.1.1");
pub(super) const NAME_CHANGE: ObjectIdentifier = oid("2.23.136.1.1.6.1");
pub(super) const DOCUMENT_TYPE: ObjectIdentifier = oid("2.23.136.1.1.6.2");

// Purposes of extended key usage.
pub(super) const MASTER_LIST_SIGNING: ObjectIdentifier = oid("2.23.136.1.1.3");
pub(super) const DEVIATION_LIST_SIGNING: ObjectIdentifier = oid("2.23.136.1.1.8");
pub(super) const LDS2_SIGNERS: [ObjectIdentifier; 3] =
    [oid("2.23.136.1.1.9.8.1"), oid("2.23.136.1.1.9.8.2"), oid("2.23.136.1.1.9.8.3")];
pub(super) const BAR_CODE_SIGNING: ObjectIdentifier = oid("2.23.136.1.1.11.1");
pub(super) const SPOC: [ObjectIdentifier; 2] = [oid("2.23.136.1.1.10.1"), oid("2.23.136.1.1.10.2")];
/// id-kp of RFC 5280 4.2.1.12: what is below serves the Internet's protocols.
pub(super) const INTERNET_PURPOSES: ObjectIdentifier = oid("1.3.6.1.5.5.7.3");

// Keys.
pub(super) const EC_PUBLIC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
pub(super) const PRIME_FIELD: ObjectIdentifier = oid("1.2.840.10045.1.1");
pub(super) const DSA: ObjectIdentifier = oid("1.2.840.10040.4.1");
pub(super) const RSA_ENCRYPTION: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
pub(super) const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
pub(super) const MASK_GENERATION_1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");

/// Signatures that name their hash function: identifier, hash function, and what of `Signature` it is.
pub(super) const SIGNATURES: [(ObjectIdentifier, &str, SignatureKind); 16] = {
    use SignatureKind::{Dsa, Ecdsa, RsaPkcs1};
    [
        (oid("1.2.840.113549.1.1.4"), "MD5", RsaPkcs1),
        (oid("1.2.840.113549.1.1.5"), "SHA-1", RsaPkcs1),
        (oid("1.2.840.113549.1.1.14"), "SHA-224", RsaPkcs1),
        (oid("1.2.840.113549.1.1.11"), "SHA-256", RsaPkcs1),
        (oid("1.2.840.113549.1.1.12"), "SHA-384", RsaPkcs1),
        (oid("1.2.840.113549.1.1.13"), "SHA-512", RsaPkcs1),
        (oid("1.2.840.10045.4.1"), "SHA-1", Ecdsa),
        (oid("1.2.840.10045.4.3.1"), "SHA-224", Ecdsa),
        (oid("1.2.840.10045.4.3.2"), "SHA-256", Ecdsa),
        (oid("1.2.840.10045.4.3.3"), "SHA-384", Ecdsa),
        (oid("1.2.840.10045.4.3.4"), "SHA-512", Ecdsa),
        (oid("1.2.840.10040.4.3"), "SHA-1", Dsa),
        (oid("2.16.840.1.101.3.4.3.1"), "SHA-224", Dsa),
        (oid("2.16.840.1.101.3.4.3.2"), "SHA-256", Dsa),
        (oid("2.16.840.1.101.3.4.3.3"), "SHA-384", Dsa),
        (oid("2.16.840.1.101.3.4.3.4"), "SHA-512", Dsa),
    ]
};

/// Hash functions that Doc 9303-12 4.1.6.4 permits.
pub(super) const HASHES: [ObjectIdentifier; 4] = [
    oid("2.16.840.1.101.3.4.2.4"),
    oid("2.16.840.1.101.3.4.2.1"),
    oid("2.16.840.1.101.3.4.2.2"),
    oid("2.16.840.1.101.3.4.2.3"),
];

/// The families of Doc 9303-12 4.1.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureKind {
    RsaPkcs1,
    RsaPss,
    Ecdsa,
    Dsa,
}

// Cryptographic message syntax.
pub(super) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
pub(super) const LDS_SECURITY_OBJECT: ObjectIdentifier = oid("2.23.136.1.1.1");
pub(super) const CSCA_MASTER_LIST: ObjectIdentifier = oid("2.23.136.1.1.2");
pub(super) const DEVIATION_LIST: ObjectIdentifier = oid("2.23.136.1.1.7");
pub(super) const SECURITY_OBJECT: ObjectIdentifier = oid("0.4.0.127.0.7.3.2.1");
pub(super) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
pub(super) const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
