//! The asking end of a link: blocking calls over one connection, which is made anew when it broke.

use core::future::Future;
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::{Builder, Handle, Runtime};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Response, Status};

use super::settings::{check_loopback, host_of};
use super::{LinkSecurity, RemoteError, RemoteSettings, Timeouts};

/// Bytes of one answer, and of all answers, that a peer may send before they are read.
const WINDOW_BYTES: u32 = 4 << 20;
/// Bytes of headers that a peer may send with an answer.
const HEADER_BYTES: u32 = 16 << 10;
/// After this long in silence the system asks the peer's system for a sign of life, and again after as long, and as often
/// as [`PROBES`] says. Not by PINGs of HTTP/2, which several servers take for abuse.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// Signs of life that fail to come before the connection is given up.
const PROBES: u32 = 2;
/// Longest text of a peer that is passed on.
const TOLD_BYTES: usize = 200;

/// One end of a link that asks. Connects at the first call.
pub struct Caller {
    // Dropped without waiting: a link may be dropped where waiting is not allowed.
    runtime: Option<Runtime>,
    endpoint: Endpoint,
    channel: Option<Channel>,
    timeouts: Timeouts,
}

/// A call did not come to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CallError {
    /// No connection came about, so the request was never sent.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The connection broke, or the answer was no answer; whether the request arrived is not known.
    #[error("the link broke: {0}")]
    Broken(String),
    /// No answer came in time; whether the request arrived is not known.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The peer does not know this request.
    #[error("the peer does not know this request")]
    Unknown,
}

impl Caller {
    /// Checks the settings; connects to nothing yet.
    ///
    /// # Errors
    /// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
    pub fn new(settings: &RemoteSettings) -> Result<Self, RemoteError> {
        if Handle::try_current().is_ok() {
            return Err(RemoteError::InsideAsynchronous);
        }
        let RemoteSettings { address, security, timeouts } = settings;
        let host = host_of(address)?;
        let unusable = |error: tonic::transport::Error| RemoteError::Certificates { detail: reasons(&error) };
        let scheme = match security {
            LinkSecurity::MutualTls(_) => "https",
            LinkSecurity::PlainLoopback => "http",
        };
        let endpoint = Endpoint::from_shared(format!("{scheme}://{address}"))
            .map_err(|_| RemoteError::Address { address: address.clone() })?
            .connect_timeout(timeouts.connect)
            .tcp_nodelay(true)
            .tcp_keepalive(Some(KEEP_ALIVE))
            .tcp_keepalive_interval(Some(KEEP_ALIVE))
            .tcp_keepalive_retries(Some(PROBES))
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(WINDOW_BYTES)
            .http2_max_header_list_size(HEADER_BYTES);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("link")
            .enable_io()
            .enable_time()
            .build()
            .map_err(RemoteError::Threads)?;
        let endpoint = match security {
            LinkSecurity::MutualTls(tls) => {
                tls.check()?;
                endpoint.tls_config(tls.client(host)).map_err(unusable)?
            }
            LinkSecurity::PlainLoopback => {
                check_loopback(address)?;
                endpoint
            }
        };
        Ok(Caller { runtime: Some(runtime), endpoint, channel: None, timeouts: *timeouts })
    }

    /// Asks something and waits for the answer, at most [`Timeouts::answer`] and `longer`. After an error the next call
    /// makes a new connection.
    ///
    /// # Errors
    /// [`CallError`], which says whether the request can have arrived.
    pub fn call<T, F>(&mut self, longer: Duration, ask: impl FnOnce(Channel) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let Some(runtime) = self.runtime.as_ref().filter(|_| Handle::try_current().is_err()) else {
            return Err(CallError::NotConnected(RemoteError::InsideAsynchronous.to_string()));
        };
        let patience = self.timeouts.answer.saturating_add(longer);
        let result = runtime.block_on(async {
            let channel = match self.channel.take() {
                Some(channel) => channel,
                None => connect(&self.endpoint, self.timeouts.connect).await?,
            };
            let answer = tokio::time::timeout(patience, ask(channel.clone()));
            match answer.await {
                Ok(Ok(answer)) => Ok((channel, answer.into_inner())),
                Ok(Err(status)) => Err(broken(&status)),
                Err(_) => Err(CallError::Late(patience)),
            }
        });
        result.map(|(channel, answer)| {
            self.channel = Some(channel);
            answer
        })
    }

    /// Ends the connection, if there is one; the next call makes a new one.
    pub fn hang_up(&mut self) {
        self.channel = None;
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.channel = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl core::fmt::Debug for Caller {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Caller({})", self.endpoint.uri())
    }
}

async fn connect(endpoint: &Endpoint, patience: Duration) -> Result<Channel, CallError> {
    match tokio::time::timeout(patience, endpoint.connect()).await {
        Ok(Ok(channel)) => Ok(channel),
        Ok(Err(error)) => Err(CallError::NotConnected(reasons(&error))),
        Err(_) => Err(CallError::NotConnected(format!("nothing within {patience:?}"))),
    }
}

fn broken(status: &Status) -> CallError {
    match status.code() {
        Code::Unimplemented => CallError::Unknown,
        code => CallError::Broken(shortened(&format!("{code}: {}", status.message()))),
    }
}

/// An error with what it came from: the transport's own words say little.
fn reasons(error: &dyn core::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !told.ends_with(&more) {
            told = format!("{told}: {more}");
        }
        source = error.source();
    }
    shortened(&told)
}

/// A peer's words are for a log: printable and short.
fn shortened(told: &str) -> String {
    let printable = told.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut short = String::new();
    for letter in printable {
        if short.len() + letter.len_utf8() > TOLD_BYTES {
            short.push('…');
            break;
        }
        short.push(letter);
    }
    short
}
