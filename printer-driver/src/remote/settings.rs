//! How a link is set up.

use core::fmt;
use core::net::SocketAddr;
use std::time::Duration;

use tonic::transport::{Certificate, ClientTlsConfig, Identity, ServerTlsConfig};
use zeroize::Zeroizing;

use super::RemoteError;

/// How a remote machine is reached.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RemoteSettings {
    /// `host:port`; the host is a name or an address, an IPv6 address in brackets.
    pub address: String,
    /// How both sides know each other.
    pub security: LinkSecurity,
    /// How long to be patient.
    pub timeouts: Timeouts,
}

impl RemoteSettings {
    /// A machine at `host:port` with the usual patience.
    pub fn new(address: impl Into<String>, security: LinkSecurity) -> Self {
        RemoteSettings { address: address.into(), security, timeouts: Timeouts::default() }
    }
    /// The same machine with another patience.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }
}

/// How long a link is patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands, certificates checked.
    pub connect: Duration,
    /// Until a request is answered; for events on top of what they may wait.
    pub answer: Duration,
}

impl Default for Timeouts {
    /// Five seconds to connect, ten to answer.
    fn default() -> Self {
        Timeouts { connect: Duration::from_secs(5), answer: Duration::from_secs(10) }
    }
}

/// How both sides of a link know each other.
#[derive(Debug, Clone)]
pub enum LinkSecurity {
    /// Each side shows a certificate of one authority.
    MutualTls(TlsSettings),
    /// Not at all, and in clear: for two programs on one computer, and refused with any address but loopback.
    PlainLoopback,
}

/// Certificates of one side of a link, as PEM.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TlsSettings {
    /// Certificate of the authority that both sides trust for this link, and nothing else.
    pub authority_certificate: String,
    /// This side's certificate.
    pub certificate: String,
    /// This side's private key (PKCS #8).
    pub key: PrivateKeyPem,
    /// For a host: the name that the machine's certificate must bear, when it is not the host of the address.
    pub peer_name: Option<String>,
}

impl TlsSettings {
    /// An authority's certificate, and one's own certificate with its key.
    pub fn new(authority_certificate: impl Into<String>, certificate: impl Into<String>, key: PrivateKeyPem) -> Self {
        TlsSettings {
            authority_certificate: authority_certificate.into(),
            certificate: certificate.into(),
            key,
            peer_name: None,
        }
    }
    /// The same, for a machine whose certificate bears this name.
    #[must_use]
    pub fn with_peer_name(mut self, name: impl Into<String>) -> Self {
        self.peer_name = Some(name.into());
        self
    }
    /// An authority without a certificate would be found out only when nobody is let in.
    pub(crate) fn check(&self) -> Result<(), RemoteError> {
        for (what, pem) in [("authority's", &self.authority_certificate), ("own", &self.certificate)] {
            if !pem.contains("-----BEGIN CERTIFICATE-----") {
                return Err(RemoteError::Certificates { detail: format!("the {what} certificate is not PEM") });
            }
        }
        Ok(())
    }
    /// Of a host, for an address.
    pub(crate) fn client(&self, host: &str) -> ClientTlsConfig {
        let name = self.peer_name.as_deref().unwrap_or(host);
        ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(&self.authority_certificate))
            .identity(Identity::from_pem(&self.certificate, self.key.as_str()))
            .domain_name(name)
    }
    /// Of a machine: a host without a certificate is not let in.
    pub(crate) fn server(&self, handshake: Duration) -> ServerTlsConfig {
        ServerTlsConfig::new()
            .client_ca_root(Certificate::from_pem(&self.authority_certificate))
            .client_auth_optional(false)
            .identity(Identity::from_pem(&self.certificate, self.key.as_str()))
            .timeout(handshake)
    }
}

/// A private key as PEM. Overwritten when dropped, never shown.
#[derive(Clone)]
pub struct PrivateKeyPem(Zeroizing<String>);

impl PrivateKeyPem {
    /// Takes the key.
    pub fn new(pem: impl Into<String>) -> Self {
        PrivateKeyPem(Zeroizing::new(pem.into()))
    }
    /// The key, for who writes it to where it belongs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyPem(…)")
    }
}

/// Host and port of `host:port`.
pub(crate) fn host_of(address: &str) -> Result<&str, RemoteError> {
    let malformed = || RemoteError::Address { address: address.to_owned() };
    let (host, port) = address.rsplit_once(':').ok_or_else(malformed)?;
    let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
    let is_sound = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']) && port.parse::<u16>().is_ok();
    is_sound.then_some(host).ok_or_else(malformed)
}

/// Without TLS only an address that names this computer by number: a name could lead elsewhere.
pub(crate) fn check_loopback(address: &str) -> Result<(), RemoteError> {
    let is_loopback = address.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    if is_loopback { Ok(()) } else { Err(RemoteError::NotLoopback { address: address.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_host_and_port() {
        for (address, host) in [("line-1:7600", "line-1"), ("10.0.0.7:1", "10.0.0.7"), ("[::1]:65535", "::1")] {
            assert_eq!(host_of(address).unwrap(), host);
        }
        for wrong in ["", "line-1", ":7600", "line-1:", "line-1:65536", "http://line-1:7600", "user@line-1:1", "a b:1"]
        {
            assert!(matches!(host_of(wrong), Err(RemoteError::Address { .. })), "{wrong}");
        }
    }

    #[test]
    fn plain_links_stay_on_the_computer() {
        for address in ["127.0.0.1:1", "127.8.0.1:1", "[::1]:1"] {
            check_loopback(address).unwrap();
        }
        for address in ["localhost:1", "10.0.0.7:1", "0.0.0.0:1", "[::]:1", "line-1:1"] {
            assert!(matches!(check_loopback(address), Err(RemoteError::NotLoopback { .. })), "{address}");
        }
    }

    #[test]
    fn keys_are_not_shown() {
        let settings = TlsSettings::new("A", "C", PrivateKeyPem::new("SECRET"));
        assert!(!format!("{settings:?}").contains("SECRET"));
    }
}
