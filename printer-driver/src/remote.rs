//! Machines elsewhere: the contract of this crate as a gRPC service with mutual TLS.
//!
//! The service is `proto/persoline/machine/v1/machine.proto`; `docs/remote.md` tells makers of machines how to implement
//! it in a language of their own.
//!
//! - [`RemoteDriver`] is a [`MachineDriver`](crate::MachineDriver) for a machine that offers the service.
//! - [`server::serve`] offers any driver as the service.
//! - [`certificates`] makes the certificates with which both sides know each other.
//! - [`caller`] and [`listener`] are the two ends of a link for other services of the same kind.
//!
//! # What a host sees of a link
//!
//! A link that breaks is told as [`ErrorKind::LinkLost`](crate::ErrorKind::LinkLost), a machine that does not answer in
//! time as [`ErrorKind::Timeout`](crate::ErrorKind::Timeout); the next call makes a new link. An answer that breaks the
//! rules, that is too large for instance, ends the link too. What the machine itself has to say about errors comes as it
//! was said.
//!
//! # Example
//!
//! ```no_run
//! use printer_driver::remote::{LinkSecurity, PrivateKeyPem, RemoteDriver, RemoteSettings, TlsSettings};
//! use printer_driver::{FencingToken, MachineDriver};
//!
//! fn greet(authority: String, certificate: String, key: String) -> Result<(), Box<dyn core::error::Error>> {
//!     let tls = TlsSettings::new(authority, certificate, PrivateKeyPem::new(key));
//!     let mut machine = RemoteDriver::connect(RemoteSettings::new("line-1.example:7600", LinkSecurity::MutualTls(tls)))?;
//!     let description = machine.describe()?;
//!     machine.attach(FencingToken(1))?;
//!     assert!(description.capabilities.jobs_at_once > 0);
//!     Ok(())
//! }
//! ```

pub mod caller;
pub mod certificates;
mod convert;
mod driver;
mod error;
pub mod listener;
pub mod server;
mod session;
mod settings;
mod wire;

pub use driver::RemoteDriver;
pub use error::RemoteError;
pub use settings::{LinkSecurity, PrivateKeyPem, RemoteSettings, Timeouts, TlsSettings};
