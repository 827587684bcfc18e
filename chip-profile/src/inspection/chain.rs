//! From the document signer to a trusted country signer, Doc 9303-12 6.1.1 and 6.1.2.

use super::report::{CheckName, InspectionReport, Outcome};
use super::{InspectionContext, TrustAnchors, anchors};
use crate::cms::CmsVerifyError;
use crate::ec::VerifyError;
use crate::pki::{Certificate, UnixTime};
use crate::sod::SecurityObject;

/// Link certificates between a trusted key and the one that signed: a country signer of a decade ago is three or four away.
const MOST_LINKS: usize = 8;

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
    let country_signer = find_country_signer(&signer, anchors, context.now);
    let (outcome, country_signer) = match country_signer {
        Ok(certificate) => (Outcome::Noted(certificate.subject().to_owned()), Some(certificate)),
        Err(refusal) => (refusal, None),
    };
    report.add(CheckName::DocumentSignerChain, outcome);
    if let Some(country_signer) = country_signer {
        report.add(CheckName::CountrySignerValidity, validity(country_signer, context.now));
        report.add(CheckName::CountrySignerProfile, country_signer_profile(country_signer));
        report.add(CheckName::CountrySignerSignature, self_signature(country_signer));
        let revocation = revocation(&signer, country_signer, anchors, context.now);
        report.add(CheckName::DocumentSignerRevocation, revocation);
    }
    Some(signer)
}

pub(super) fn signature(object: &SecurityObject) -> Outcome {
    match object.verify_signature() {
        Ok(()) => Outcome::Passed,
        Err(CmsVerifyError::Signature(error)) if is_unsupported(&error) => Outcome::not_done(error.to_string()),
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

/// Whom to trust is configured, and a certificate that was altered since would say what nobody signed: other dates, another
/// usage of the key.
fn self_signature(certificate: &Certificate) -> Outcome {
    if anchors::is_link(certificate) {
        return Outcome::Noted("a link certificate, signed by the country signer before it".to_owned());
    }
    match certificate.verifying_key().map(|key| certificate.verify_signed_by(&key)) {
        Ok(Ok(())) => Outcome::Passed,
        Ok(Err(error)) if !is_unsupported(&error) => {
            Outcome::failed(format!("the certificate is not as its own key signed it: {error}"))
        }
        Ok(Err(error)) => Outcome::not_done(error.to_string()),
        Err(error) => Outcome::not_done(format!("country signer key: {error}")),
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

/// The certificate whose key signed the document signer's: a trusted one, or a link certificate to which a trusted one
/// leads. Several certificates of one name are usual after a change of keys.
pub(super) fn find_country_signer<'a>(
    signer: &Certificate,
    anchors: &'a TrustAnchors,
    now: UnixTime,
) -> Result<&'a Certificate, Outcome> {
    let mut refusal = Outcome::failed("no trusted country signer has the issuer's name");
    for candidate in candidates(signer, &anchors.country_signers) {
        match is_issued_by(signer, candidate) {
            Ok(()) => return Ok(candidate),
            Err(outcome) => refusal = outcome,
        }
    }
    for link in candidates(signer, &anchors.link_certificates) {
        match is_issued_by(signer, link) {
            Ok(()) if is_led_to(link, anchors, now, MOST_LINKS) => return Ok(link),
            Ok(()) => refusal = Outcome::failed("no trusted country signer leads to the link certificate"),
            Err(outcome) => refusal = outcome,
        }
    }
    Err(refusal)
}

/// Certificates of the issuer's name, the one with the right key identifier first.
fn candidates<'a>(signer: &Certificate, among: &'a [Certificate]) -> impl Iterator<Item = &'a Certificate> {
    let wanted = signer.authority_key_identifier();
    let issuer = plain_name(signer.issuer());
    let is_named = |candidate: &&Certificate| {
        candidate.subject_bytes() == signer.issuer_bytes() || plain_name(candidate.subject()) == issuer
    };
    let mut named: Vec<_> = among.iter().filter(is_named).collect();
    named.sort_by_key(|candidate| wanted.is_none() || candidate.subject_key_identifier() != wanted);
    named.into_iter()
}

/// Names are compared as RFC 5280 7.1 has it: States have changed the string type and the case of their country code between
/// the certificates of one country signer.
fn plain_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a chain of link certificates, each valid, begins at a trusted country signer and ends here.
fn is_led_to(link: &Certificate, anchors: &TrustAnchors, now: UnixTime, most: usize) -> bool {
    if !link.is_valid_at(now) || matches!(country_signer_profile(link), Outcome::Failed(_)) {
        return false;
    }
    if candidates(link, &anchors.country_signers).any(|trusted| is_issued_by(link, trusted).is_ok()) {
        return true;
    }
    most > 0
        && candidates(link, &anchors.link_certificates)
            .filter(|other| other.as_bytes() != link.as_bytes())
            .any(|other| is_issued_by(link, other).is_ok() && is_led_to(other, anchors, now, most - 1))
}

/// Whether the country signer's key signed the certificate.
pub(super) fn is_issued_by(signer: &Certificate, country_signer: &Certificate) -> Result<(), Outcome> {
    let key =
        country_signer.verifying_key().map_err(|error| Outcome::not_done(format!("country signer key: {error}")))?;
    signer.verify_signed_by(&key).map_err(|error| {
        if is_unsupported(&error) {
            Outcome::not_done(error.to_string())
        } else {
            Outcome::failed(format!("country signer of the issuer's name did not sign the certificate: {error}"))
        }
    })
}

fn is_unsupported(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Scheme(_))
}

/// Doc 9303-12 6.1.2: the newest list that the country signed, with whichever of its keys, for there is one list however often
/// the keys change.
fn revocation(signer: &Certificate, country_signer: &Certificate, anchors: &TrustAnchors, now: UnixTime) -> Outcome {
    let of_country = |certificate: &&Certificate| {
        let country = |certificate: &Certificate| certificate.subject_country().map(str::to_ascii_uppercase);
        country(certificate) == country(country_signer)
    };
    let mut refusal = "no revocation list of the country signer";
    let mut newest: Option<&super::RevocationList> = None;
    for list in &anchors.revocation_lists {
        if list.issuer_bytes() != signer.issuer_bytes() {
            continue;
        }
        let mut issuers = anchors.country_signers.iter().filter(of_country).chain([country_signer]).filter(|issuer| {
            issuer.subject_bytes() == list.issuer_bytes()
                && issuer.key_usage().is_some_and(|usage| usage.revocation_list_sign)
        });
        if !issuers.any(|issuer| issuer.verifying_key().is_ok_and(|key| list.verify_signed_by(&key).is_ok())) {
            refusal = "the revocation list of the country signer's name is not signed by a trusted country signer";
        } else if newest.is_none_or(|newest| newest.this_update() < list.this_update()) {
            newest = Some(list);
        }
    }
    match newest {
        None => Outcome::not_done(refusal),
        Some(list) if list.revocation_of(signer).is_some() => Outcome::failed("document signer certificate is revoked"),
        Some(list) if list.next_update().is_some_and(|next| next < now) => {
            Outcome::not_done(format!("revocation list of {} is out of date", list.this_update()))
        }
        Some(_) => Outcome::Passed,
    }
}
