//! From the document signer to a trusted country signer, Doc 9303-12 6.

use super::report::{CheckName, InspectionReport, Outcome};
use super::{InspectionContext, TrustAnchors};
use crate::ec::VerifyError;
use crate::pki::{Certificate, UnixTime};
use crate::sod::{SecurityObject, SodVerifyError};

/// Signature of EF.SOD and everything about the certificates behind it.
pub(super) fn check_chain(
    report: &mut InspectionReport,
    object: &SecurityObject,
    anchors: &TrustAnchors,
    context: &InspectionContext,
) -> Option<Certificate> {
    report.add(CheckName::SecurityObjectSignature, signature(object));
    let signer = match object.document_signer() {
        Ok(signer) => signer,
        Err(error) => {
            report.add(CheckName::DocumentSignerChain, Outcome::failed(error.to_string()));
            return None;
        }
    };
    report.add(CheckName::DocumentSignerValidity, validity(&signer, context.now));
    report.add(CheckName::DocumentSignerProfile, document_signer_profile(&signer));
    let signed_at = object.signing_time().or(context.signed_at);
    report.add(CheckName::DocumentSignerUsagePeriod, usage_period(&signer, signed_at));
    let (outcome, country_signer) = find_country_signer(&signer, &anchors.country_signers);
    report.add(CheckName::DocumentSignerChain, outcome);
    if let Some(country_signer) = country_signer {
        report.add(CheckName::CountrySignerValidity, validity(country_signer, context.now));
        report.add(CheckName::CountrySignerProfile, country_signer_profile(country_signer));
        let revocation = revocation(&signer, country_signer, anchors, context.now);
        report.add(CheckName::DocumentSignerRevocation, revocation);
    }
    Some(signer)
}

pub(super) fn signature(object: &SecurityObject) -> Outcome {
    match object.verify_signature() {
        Ok(()) => Outcome::Passed,
        Err(error @ SodVerifyError::Signature(VerifyError::UnsupportedAlgorithm(_))) => {
            Outcome::not_done(error.to_string())
        }
        Err(error) => Outcome::failed(error.to_string()),
    }
}

pub(super) fn validity(certificate: &Certificate, now: UnixTime) -> Outcome {
    if now < certificate.not_before() {
        Outcome::failed(format!("valid from {} only", certificate.not_before()))
    } else if now > certificate.not_after() {
        Outcome::failed(format!("expired on {}", certificate.not_after()))
    } else {
        Outcome::Passed
    }
}

/// digitalSignature alone, no certification authority, no critical extension that nobody here understands.
pub(super) fn document_signer_profile(certificate: &Certificate) -> Outcome {
    let Some(usage) = certificate.key_usage() else { return Outcome::failed("no key usage") };
    if !usage.digital_signature || usage.certificate_sign || usage.revocation_list_sign || usage.other {
        return Outcome::failed("key usage is not digitalSignature alone");
    }
    if certificate.basic_constraints().is_some_and(|constraints| constraints.certificate_authority) {
        return Outcome::failed("is a certification authority");
    }
    unknown_critical_extension(certificate)
}

/// keyCertSign and cRLSign, certification authority with path length 0.
fn country_signer_profile(certificate: &Certificate) -> Outcome {
    let usage = certificate.key_usage().unwrap_or_default();
    if !usage.certificate_sign || usage.digital_signature {
        return Outcome::failed("key usage does not allow to issue certificates, or allows to sign documents");
    }
    match certificate.basic_constraints() {
        Some(constraints) if constraints.certificate_authority && constraints.path_length == Some(0) => {
            unknown_critical_extension(certificate)
        }
        Some(constraints) if constraints.certificate_authority => {
            Outcome::failed("path length is not 0 in the basic constraints")
        }
        _ => Outcome::failed("is not a certification authority"),
    }
}

/// RFC 5280 4.2: a reader refuses a critical extension that it does not process.
fn unknown_critical_extension(certificate: &Certificate) -> Outcome {
    // keyUsage and basicConstraints are the ones that Doc 9303-12 table 6 makes critical.
    let known = ["2.5.29.15", "2.5.29.19"].map(const_oid::ObjectIdentifier::new_unwrap);
    match certificate.extensions().iter().find(|extension| extension.critical && !known.contains(&extension.oid)) {
        Some(extension) => Outcome::failed(format!("critical extension {} is not understood", extension.oid)),
        None => Outcome::Passed,
    }
}

pub(super) fn usage_period(certificate: &Certificate, signed_at: Option<UnixTime>) -> Outcome {
    let Some(period) = certificate.private_key_usage_period() else {
        return Outcome::not_done("certificate states no private key usage period");
    };
    let Some(signed_at) = signed_at else { return Outcome::not_done("time of signing is not known") };
    let begun = period.not_before.is_none_or(|begin| begin <= signed_at);
    let over = period.not_after.is_some_and(|end| end < signed_at);
    Outcome::from_condition(begun && !over, "document was signed outside of the private key usage period")
}

/// Name and signature; several certificates of one name are usual after a change of keys.
fn find_country_signer<'a>(signer: &Certificate, trusted: &'a [Certificate]) -> (Outcome, Option<&'a Certificate>) {
    let mut refusal = Outcome::failed("no trusted country signer has the issuer's name");
    for candidate in trusted.iter().filter(|candidate| candidate.subject_bytes() == signer.issuer_bytes()) {
        match is_issued_by(signer, candidate) {
            Ok(()) => return (Outcome::Noted(candidate.subject().to_owned()), Some(candidate)),
            Err(outcome) => refusal = outcome,
        }
    }
    (refusal, None)
}

/// Whether the country signer's key signed the certificate.
pub(super) fn is_issued_by(signer: &Certificate, country_signer: &Certificate) -> Result<(), Outcome> {
    let key = country_signer.public_key().map_err(|error| Outcome::not_done(format!("country signer key: {error}")))?;
    signer.verify_signed_by(&key).map_err(|error| match error {
        VerifyError::UnsupportedAlgorithm(_) => Outcome::not_done(error.to_string()),
        _ => Outcome::failed(format!("country signer of the issuer's name did not sign the certificate: {error}")),
    })
}

fn revocation(signer: &Certificate, country_signer: &Certificate, anchors: &TrustAnchors, now: UnixTime) -> Outcome {
    let Ok(key) = country_signer.public_key() else { return Outcome::not_done("country signer key is not supported") };
    let newest = anchors
        .revocation_lists
        .iter()
        .filter(|list| list.issuer_bytes() == signer.issuer_bytes() && list.verify_signed_by(&key).is_ok())
        .max_by_key(|list| list.this_update());
    match newest {
        None => Outcome::not_done("no revocation list of the country signer"),
        Some(list) if list.revocation_of(signer).is_some() => Outcome::failed("document signer certificate is revoked"),
        Some(list) if list.next_update().is_some_and(|next| next < now) => {
            Outcome::not_done(format!("revocation list of {} is out of date", list.this_update()))
        }
        Some(_) => Outcome::Passed,
    }
}
