//! A receiver that is the register's own service: one POST for each report, with an idempotency key.

mod answer;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use persoline_domain::personal::Personal;
use ureq::Agent;
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem};

use self::answer::{Answer, Meaning};
use crate::receiver::{Delivery, Fault, Mark, Receiver, Trouble};
use crate::view::Report;

/// Reports that are sent before the cursor is made durable, at most.
const BATCH: usize = 16;
/// Bytes of an answer's body that are looked at.
const LONGEST_ANSWER: u64 = 4 * 1024;
/// Bytes that an answer's head may have.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How the register's service is reached.
pub struct HttpSettings {
    /// Address to post to. Plain `http` is for a loopback address only.
    pub url: String,
    /// Certificates (PEM) of the authorities that may vouch for the service; needed with `https`. There are no others.
    pub authorities: Option<Vec<u8>>,
    /// This centre's certificate chain and its private key (PEM), for services that ask for them.
    pub client: Option<(Vec<u8>, Personal<Vec<u8>>)>,
    /// What is sent as `Authorization: Bearer`.
    pub token: Option<Personal<String>>,
    /// How long one report may take from the first byte to the last.
    pub within: Duration,
}

/// The register's service.
pub struct HttpReceiver {
    agent: Agent,
    url: String,
    authorization: Option<Personal<String>>,
}

impl HttpReceiver {
    /// The service as set up; nothing is sent yet.
    ///
    /// # Errors
    /// [`Trouble::Unusable`] when the address or a certificate cannot be used.
    pub fn new(settings: HttpSettings) -> Result<HttpReceiver, Trouble> {
        let is_secure = check(&settings.url)?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .https_only(is_secure)
            .user_agent("persoline")
            .accept("application/json")
            .max_response_header_size(LONGEST_HEAD)
            .timeout_connect(Some(CONNECT_WITHIN.min(settings.within)))
            .timeout_global(Some(settings.within));
        if is_secure {
            config = config.tls_config(tls(&settings)?);
        }
        let authorization = match settings.token {
            Some(token) if !is_header_text(token.expose()) => {
                return Err(Trouble::Unusable("its token holds what no header may".to_owned()));
            }
            token => token.map(|token| Personal::new(format!("Bearer {}", token.expose()))),
        };
        Ok(HttpReceiver { agent: config.build().new_agent(), url: settings.url, authorization })
    }

    fn send(&self, report: &Report) -> Result<Answer, String> {
        let mut request = self.agent.post(&self.url).content_type("application/json");
        // A structured header's string (RFC 8941 clause 3.3.3) as draft-ietf-httpapi-idempotency-key-header has it.
        request = request.header("Idempotency-Key", format!("\"{}\"", report.key));
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.expose());
        }
        let mut response = request.send(report.to_json()).map_err(|error| error.to_string())?;
        let text = |headers: &HeaderMap, name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let headers = response.headers();
        let (retry_after, date) = (text(headers, "retry-after"), text(headers, "date"));
        let named = text(headers, "idempotency-key");
        let status = response.status().as_u16();
        // The status is all that counts, except that a conflict must name the report to be taken for one.
        let body = if status == 409 {
            response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec().unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(Answer { status, retry_after, date, named, body })
    }
}

impl Receiver for HttpReceiver {
    fn batch(&self) -> usize {
        BATCH
    }

    /// The service is not asked: it knows each report by its key.
    fn reached(&mut self) -> Result<Option<Mark>, Fault> {
        Ok(None)
    }

    fn deliver(&mut self, reports: &[Report]) -> Delivery {
        for (taken, report) in reports.iter().enumerate() {
            let fault = match self.send(report) {
                Err(why) => Fault::Later { why, asked: None },
                Ok(answer) => match answer.meaning(&report.key) {
                    Meaning::Taken => continue,
                    Meaning::Later(asked) => Fault::Later { why: format!("HTTP status {}", answer.status), asked },
                    Meaning::TurnedAway(objection, asked) => Fault::TurnedAway { objection, asked },
                    Meaning::Refused => {
                        Fault::Stop(Trouble::Refused { key: report.key.clone(), status: answer.status })
                    }
                },
            };
            return Delivery { taken, fault: Some(fault) };
        }
        Delivery { taken: reports.len(), fault: None }
    }
}

/// Whether the address is one of `https`; plain `http` leaves this machine for nobody.
fn check(url: &str) -> Result<bool, Trouble> {
    let unusable = |what: &str| Err(Trouble::Unusable(format!("its address {what}")));
    let Ok(uri) = url.parse::<Uri>() else { return unusable("is no URL") };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(true),
        Some("http") if host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) => Ok(false),
        Some("http") => unusable("must begin with https: plain http is for a loopback address only"),
        _ => unusable("must begin with https"),
    }
}

fn tls(settings: &HttpSettings) -> Result<TlsConfig, Trouble> {
    let unusable = |what: &str| Trouble::Unusable(what.to_owned());
    let authorities = settings
        .authorities
        .as_deref()
        .ok_or_else(|| unusable("an https address needs the certificates of the authorities that may vouch for it"))?;
    let authorities = certificates(authorities).ok_or_else(|| unusable("its authorities are no PEM certificates"))?;
    let mut config = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&authorities));
    if let Some((chain, key)) = &settings.client {
        let chain = certificates(chain).ok_or_else(|| unusable("this centre's certificate is no PEM certificate"))?;
        let key = PrivateKey::from_pem(key.expose())
            .map_err(|_| unusable("the private key of this centre's certificate is no PEM key"))?;
        config = config.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(config.build())
}

/// The certificates of a PEM text; `None` when there is none in it or something else.
fn certificates(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    let one = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    };
    let all: Vec<_> = parse_pem(pem).map(one).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
