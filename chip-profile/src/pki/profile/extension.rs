//! The extensions of Doc 9303-12 table 6, each with its value written out.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;

use super::{ProfileError, UsagePeriod};
use crate::ec::{HashAlgorithm, push_unsigned};
use crate::pki::certificate::{DOCUMENT_TYPE_LIST, Extension, NAME_CHANGE};
use crate::signature::VerifyingKey;
use crate::tlv;

/// Bits of keyUsage that the profiles set, as the contents of the BIT STRING: unused bits, then the bits.
pub(super) enum Usage {
    /// keyCertSign (5) and cRLSign (6).
    CountrySigner,
    /// digitalSignature (0).
    Signer,
}

/// `Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`; a default is not encoded.
fn extension(oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 24);
    tlv::push_nested(&mut out, 0x30, |out| {
        tlv::push(out, 0x06, oid.as_bytes());
        if critical {
            tlv::push(out, 0x01, &[0xFF]);
        }
        tlv::push(out, 0x04, value);
    });
    out
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(contents.len() + 4);
    tlv::push(&mut out, 0x30, contents);
    out
}

/// Method 1 of RFC 5280 4.2.1.2: SHA-1 of the public key's bits.
pub(super) fn key_identifier(key: &VerifyingKey) -> Vec<u8> {
    HashAlgorithm::Sha1.digest(&key.subject_public_key())
}

/// `AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] OCTET STRING, … }`, RFC 5280 4.2.1.1.
pub(in crate::pki) fn authority_key_identifier(identifier: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    tlv::push(&mut value, 0x80, identifier);
    extension(rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &sequence(&value))
}

/// `SubjectKeyIdentifier ::= OCTET STRING`, RFC 5280 4.2.1.2.
pub(super) fn subject_key_identifier(identifier: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    tlv::push(&mut value, 0x04, identifier);
    extension(rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER, false, &value)
}

/// `KeyUsage ::= BIT STRING`, critical, RFC 5280 4.2.1.3.
pub(super) fn key_usage(usage: Usage) -> Vec<u8> {
    let bits = match usage {
        Usage::CountrySigner => [1, 0b0000_0110],
        Usage::Signer => [7, 0b1000_0000],
    };
    let mut value = Vec::new();
    tlv::push(&mut value, 0x03, &bits);
    extension(rfc5280::ID_CE_KEY_USAGE, true, &value)
}

/// `PrivateKeyUsagePeriod ::= SEQUENCE { notBefore [0], notAfter [1] GeneralizedTime }`, RFC 3280 4.2.1.4.
pub(in crate::pki) fn private_key_usage_period(period: UsagePeriod) -> Vec<u8> {
    let mut value = Vec::new();
    tlv::push(&mut value, 0x80, period.not_before.to_generalized().as_bytes());
    tlv::push(&mut value, 0x81, period.not_after.to_generalized().as_bytes());
    extension(rfc5280::ID_CE_PRIVATE_KEY_USAGE_PERIOD, false, &sequence(&value))
}

/// `CertificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier OBJECT IDENTIFIER, … }`, RFC 5280 4.2.1.4.
pub(super) fn certificate_policies(policies: &[ObjectIdentifier]) -> Vec<u8> {
    let mut value = Vec::new();
    for policy in policies {
        tlv::push_nested(&mut value, 0x30, |out| tlv::push(out, 0x06, policy.as_bytes()));
    }
    extension(rfc5280::ID_CE_CERTIFICATE_POLICIES, false, &sequence(&value))
}

/// subjectAltName from GeneralNames in DER.
pub(super) fn subject_alternative_name(general_names: &[u8]) -> Vec<u8> {
    extension(rfc5280::ID_CE_SUBJECT_ALT_NAME, false, general_names)
}

/// issuerAltName from GeneralNames in DER.
pub(super) fn issuer_alternative_name(general_names: &[u8]) -> Vec<u8> {
    extension(rfc5280::ID_CE_ISSUER_ALT_NAME, false, general_names)
}

/// `ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER`, critical, RFC 5280 4.2.1.12.
pub(super) fn extended_key_usage(purposes: &[ObjectIdentifier]) -> Vec<u8> {
    let mut value = Vec::new();
    purposes.iter().for_each(|purpose| tlv::push(&mut value, 0x06, purpose.as_bytes()));
    extension(rfc5280::ID_CE_EXT_KEY_USAGE, true, &sequence(&value))
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN, pathLenConstraint INTEGER }` with TRUE and 0, critical, RFC 5280 4.2.1.9.
pub(super) fn basic_constraints_of_country_signer() -> Vec<u8> {
    extension(rfc5280::ID_CE_BASIC_CONSTRAINTS, true, &sequence(&[0x01, 0x01, 0xFF, 0x02, 0x01, 0x00]))
}

/// ```text
/// CRLDistributionPoints ::= SEQUENCE OF SEQUENCE {
///     distributionPoint [0] CHOICE { fullName [0] GeneralNames { uniformResourceIdentifier [6] IA5String } } }
/// ```
///
/// Doc 9303-12 7.1.1.4: at least one address, ldap, http or https. All name one list, so they share one point.
pub(super) fn crl_distribution_points(addresses: &[String]) -> Result<Vec<u8>, ProfileError> {
    let allowed = |address: &String| {
        let scheme = ["ldap://", "http://", "https://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        scheme.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
    };
    if addresses.is_empty() || !addresses.iter().all(allowed) {
        return Err(ProfileError::RevocationListAddress);
    }
    let mut value = Vec::new();
    tlv::push_nested(&mut value, 0x30, |out| {
        tlv::push_nested(out, 0xA0, |out| {
            tlv::push_nested(out, 0xA0, |out| {
                for address in addresses {
                    tlv::push(out, 0x86, address.as_bytes());
                }
            });
        });
    });
    Ok(extension(rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS, false, &sequence(&value)))
}

/// ```text
/// DocumentTypeListSyntax ::= SEQUENCE { version INTEGER (0), docTypeList SET OF PrintableString (SIZE(1..2)) }
/// ```
///
/// Doc 9303-12 7.1.1.6, always non-critical. DER sorts a SET OF by its encodings (X.690 11.6).
pub(in crate::pki) fn document_type_list(types: &[String]) -> Result<Vec<u8>, ProfileError> {
    let allowed = |code: &String| (1..=2).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if types.is_empty() || !types.iter().all(allowed) {
        return Err(ProfileError::DocumentTypes);
    }
    let mut encodings: Vec<Vec<u8>> = types
        .iter()
        .map(|code| {
            let mut out = Vec::new();
            tlv::push(&mut out, 0x13, code.as_bytes());
            out
        })
        .collect();
    encodings.sort();
    encodings.dedup();
    let mut value = vec![0x02, 0x01, 0x00];
    tlv::push(&mut value, 0x31, &encodings.concat());
    Ok(extension(DOCUMENT_TYPE_LIST, false, &sequence(&value)))
}

/// An extension as another certificate has it.
pub(super) fn repeated(other: &Extension) -> Vec<u8> {
    extension(other.oid, other.critical, &other.value)
}

/// `nameChange` has the syntax NULL, Doc 9303-12 7.1.1.5.
pub(super) fn name_change() -> Vec<u8> {
    extension(NAME_CHANGE, false, &[0x05, 0x00])
}

/// `CRLNumber ::= INTEGER`, RFC 5280 5.2.3.
pub(in crate::pki) fn crl_number(number: u64) -> Vec<u8> {
    let mut value = Vec::new();
    push_unsigned(&mut value, &number.to_be_bytes());
    extension(rfc5280::ID_CE_CRL_NUMBER, false, &value)
}
