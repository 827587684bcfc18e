//! The answering end of a link: a gRPC service behind a socket, with a bounded number of connections.

use core::convert::Infallible;
use core::net::SocketAddr;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::transport::Server;
use tonic::transport::server::{Connected, TlsConnectInfo};

use super::settings::check_loopback;
use super::{LinkSecurity, RemoteError};

/// Connections at once, unless said otherwise; one more is closed as soon as it comes.
pub const CONNECTIONS: usize = 16;
/// Requests under way at once on one connection.
const REQUESTS: u32 = 4;
/// Bytes of one request, and of all requests of a connection, that a peer may send before they are read.
const WINDOW_BYTES: u32 = 4 << 20;
/// Bytes of headers of one request.
const HEADER_BYTES: u32 = 16 << 10;
/// After this long without a sign of life a peer is asked for one, and after as long again given up.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Within this time both sides have shown their certificates.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Rest after the system refused a connection, when it is out of sockets for instance.
const REST: Duration = Duration::from_millis(100);

/// Where and to whom a service is offered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListenSettings {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// How both sides know each other.
    pub security: LinkSecurity,
    /// Connections at once.
    pub connections: usize,
}

impl ListenSettings {
    /// An address with the usual number of [`CONNECTIONS`].
    pub fn new(address: SocketAddr, security: LinkSecurity) -> Self {
        ListenSettings { address, security, connections: CONNECTIONS }
    }
}

/// A service that is being offered, until this is dropped.
pub struct Listener {
    address: SocketAddr,
    // Dropped without waiting: a listener may be dropped where waiting is not allowed.
    runtime: Option<Runtime>,
}

impl Listener {
    /// Offers a service, on threads of its own. `C` is what the service keeps for each connection; a request leads to it
    /// by [`connection`].
    ///
    /// # Errors
    /// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
    pub fn start<C, S>(settings: &ListenSettings, service: S) -> Result<Self, RemoteError>
    where
        C: Default + Send + Sync + 'static,
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        if Handle::try_current().is_ok() {
            return Err(RemoteError::InsideAsynchronous);
        }
        let server = Server::builder()
            .max_concurrent_streams(REQUESTS)
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(WINDOW_BYTES)
            .http2_max_header_list_size(HEADER_BYTES)
            .http2_keepalive_interval(Some(KEEP_ALIVE))
            .http2_keepalive_timeout(Some(KEEP_ALIVE));
        let server = match &settings.security {
            LinkSecurity::MutualTls(tls) => {
                tls.check()?;
                server
                    .tls_config(tls.server(HANDSHAKE))
                    .map_err(|error| RemoteError::Certificates { detail: error.to_string() })?
            }
            LinkSecurity::PlainLoopback => {
                check_loopback(&settings.address.to_string())?;
                server
            }
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("listener")
            .enable_io()
            .enable_time()
            .build()
            .map_err(RemoteError::Threads)?;
        let listen = |source| RemoteError::Listen { address: settings.address, source };
        let listener = runtime.block_on(TcpListener::bind(settings.address)).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (sender, links) = mpsc::channel(1);
        runtime.spawn(accept::<C>(listener, settings.connections, sender));
        runtime.spawn(async move { server.serve_with_incoming(service, ReceiverStream::new(links)).await });
        Ok(Listener { address, runtime: Some(runtime) })
    }

    /// Where the service is offered; with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections and closes the socket, and waits until that is done.
    pub fn stop(mut self) {
        if let Some(runtime) = self.runtime.take() {
            if Handle::try_current().is_ok() {
                runtime.shutdown_background();
            } else {
                runtime.shutdown_timeout(Duration::from_secs(1));
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl core::fmt::Debug for Listener {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Listener({})", self.address)
    }
}

/// What is kept for one connection as long as it stands, or something of it is still under way.
#[derive(Debug)]
pub struct Connection<C> {
    /// What the service keeps.
    pub kept: C,
    _place: OwnedSemaphorePermit,
}

/// The connection by which a request came.
pub fn connection<C: Send + Sync + 'static, T>(request: &tonic::Request<T>) -> Option<Arc<Connection<C>>> {
    let extensions = request.extensions();
    extensions.get::<Arc<Connection<C>>>().cloned().or_else(|| {
        let info = extensions.get::<TlsConnectInfo<Arc<Connection<C>>>>()?;
        Some(Arc::clone(info.get_ref()))
    })
}

async fn accept<C: Default + Send + Sync + 'static>(
    listener: TcpListener,
    connections: usize,
    links: mpsc::Sender<Result<Link<C>, Infallible>>,
) {
    let places = Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        // One connection too many is closed by dropping it.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        // A connection that is gone already fails at its first use.
        let _ = stream.set_nodelay(true);
        let connection = Arc::new(Connection { kept: C::default(), _place: place });
        if links.send(Ok(Link { stream, connection })).await.is_err() {
            return;
        }
    }
}

/// A connection with what is kept for it.
struct Link<C> {
    stream: TcpStream,
    connection: Arc<Connection<C>>,
}

impl<C: Send + Sync + 'static> Connected for Link<C> {
    type ConnectInfo = Arc<Connection<C>>;

    fn connect_info(&self) -> Self::ConnectInfo {
        Arc::clone(&self.connection)
    }
}

impl<C> AsyncRead for Link<C> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<C> AsyncWrite for Link<C> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
