//! What can be wrong with a link before any machine is asked.

use core::net::SocketAddr;

use thiserror::Error;

/// A link cannot be set up.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// The address is not `host:port`.
    #[error("`{address}` is no address of the form host:port")]
    Address {
        /// What was given.
        address: String,
    },
    /// Without TLS a link goes from one program to another on the same computer and no further.
    #[error("`{address}` is not a loopback address: a link to it needs certificates")]
    NotLoopback {
        /// What was given.
        address: String,
    },
    /// Certificates or key cannot be read, or do not belong together.
    #[error("certificates of the link: {detail}")]
    Certificates {
        /// What is wrong, without anything of the key.
        detail: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The operating system gives no threads or sockets.
    #[error("the link's threads cannot be started: {0}")]
    Threads(std::io::Error),
    /// Called from within an asynchronous program: a link blocks and needs a thread that may.
    #[error("a link blocks its caller and cannot be used on a thread that runs asynchronous tasks")]
    InsideAsynchronous,
}
