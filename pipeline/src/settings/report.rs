//! Who is told what became of booklets.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Longest time that one report may be given, in seconds.
const LONGEST_TIMEOUT: u64 = 300;

/// A receiver of reports.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportSettings {
    /// What the centre calls it. How far it has been told is kept under this name.
    pub(crate) name: String,
    /// Where reports go.
    pub(crate) to: ReceiverKind,
}

/// Where reports go.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReceiverKind {
    /// A file of JSON Lines, inside the data folder unless absolute.
    File(PathBuf),
    /// The register's service.
    Http(RegisterService),
}

/// The register's service over HTTP. Files lie inside the data folder unless absolute.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterService {
    /// Where reports are posted to: https, or http on a loopback address.
    pub(crate) url: String,
    /// Certificates (PEM) of the authorities that may vouch for the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_authority: Option<PathBuf>,
    /// This centre's certificate (PEM), for a service that asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<PathBuf>,
    /// Its private key (PEM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// File with a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    /// How long one report may take.
    #[serde(default = "usual_timeout")]
    pub(crate) timeout_seconds: u64,
}

const fn usual_timeout() -> u64 {
    20
}

/// Refuses receivers that cannot be.
pub(super) fn check(reports: &[ReportSettings]) -> Result<(), String> {
    let mut names: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err("two receivers of reports have the same name".to_owned());
    }
    if !names.iter().all(|name| super::is_name(name)) {
        return Err("receivers' names are letters, digits and hyphens, 32 at most".to_owned());
    }
    for report in reports {
        let ReceiverKind::Http(service) = &report.to else { continue };
        if service.certificate.is_some() != service.key.is_some() {
            return Err(format!("receiver {}: certificate and key belong together", report.name));
        }
        if !(1..=LONGEST_TIMEOUT).contains(&service.timeout_seconds) {
            return Err(format!("receiver {}: timeout_seconds is 1 to {LONGEST_TIMEOUT}", report.name));
        }
    }
    Ok(())
}
