//! How certificates and requests are shown.

use persoline_domain::clock::Timestamp;
use persoline_keys::{IssuedCertificate, PendingRequest};
use serde::Serialize;

use crate::commands::say;
use crate::exit::Failure;

/// A certificate, as JSON.
#[derive(Serialize)]
pub(super) struct CertificateView {
    name: String,
    serial: String,
    sha256: String,
    usage_begin: String,
    usage_end: String,
    expiry: String,
}

impl CertificateView {
    pub(super) fn of(certificate: &IssuedCertificate) -> Self {
        CertificateView {
            name: certificate.name.clone(),
            serial: certificate.serial.clone(),
            sha256: hexadecimal(&certificate.fingerprint),
            usage_begin: certificate.usage_begin.to_string(),
            usage_end: certificate.usage_end.to_string(),
            expiry: certificate.expiry.to_string(),
        }
    }
}

/// A request that waits, as JSON.
#[derive(Serialize)]
pub(super) struct RequestView {
    name: String,
    usage_begin: String,
    usage_end: String,
}

impl RequestView {
    pub(super) fn of(request: &PendingRequest) -> Self {
        RequestView {
            name: request.name.clone(),
            usage_begin: request.usage_begin.to_string(),
            usage_end: request.usage_end.to_string(),
        }
    }
}

/// Tells of a certificate in two lines.
pub(super) fn tell_certificate(certificate: &IssuedCertificate) -> Result<(), Failure> {
    say(format!(
        "  {}  signs {} to {}  certificate until {}",
        certificate.name,
        day(certificate.usage_begin),
        day(certificate.usage_end),
        day(certificate.expiry)
    ))?;
    say(format!("    serial {}  SHA-256 {}", certificate.serial, hexadecimal(&certificate.fingerprint)))
}

pub(super) fn day(moment: Timestamp) -> String {
    moment.utc_date().to_string()
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
