//! The dashboard as a whole: its parts, its address, its thread.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Clock;
use persoline_domain::outbox::OutboxSight;
use persoline_domain::stock::StockSight;
use persoline_domain::store::Store;
use persoline_domain::texts::Language;
use persoline_line::executor::Steering;
use persoline_line::watch::Watch;
use thiserror::Error;
use tokio::sync::oneshot;

use crate::route;
use crate::sampler;
use crate::site::Site;

/// Threads that wait for the store at once.
const STORE_THREADS: usize = 4;
/// How long open requests may take to end when the dashboard is stopped.
const STOP_WAIT: Duration = Duration::from_millis(500);

/// What the dashboard shows and steers.
pub struct DashboardParts {
    /// The durable truth.
    pub store: Arc<dyn Store>,
    /// The stock by state, sort and place.
    pub stock: Arc<dyn StockSight>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The calendar by which due dates are counted and working hours are foreseen.
    pub calendar: Arc<dyn Calendar>,
    /// Whose centre it is.
    pub centre: CentreSight,
    /// Receivers of reports to the register, by the names under which the store keeps what was delivered.
    pub receivers: Vec<String>,
    /// Who carries reports to them, if anybody does.
    pub outbox: Option<Arc<dyn OutboxSight>>,
    /// The running line, if it runs; see [`Dashboard::set_line`].
    pub line: Option<LineSight>,
}

/// The centre as its pages name it.
#[derive(Debug, Clone, PartialEq)]
pub struct CentreSight {
    /// The issuing state or authority.
    pub name: BilingualName,
    /// Whether it issues specimens only: every page then says so.
    pub is_specimen: bool,
    /// Documents an hour that the centre is built for, if it is known.
    pub documents_per_hour: Option<u32>,
    /// Working hours of a working day (1 to 24), by which the needed rate is computed.
    pub hours_per_working_day: f64,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilingualName {
    /// In English.
    pub english: String,
    /// In traditional Chinese.
    pub chinese: String,
}

impl BilingualName {
    /// The name in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::TraditionalChinese => &self.chinese,
        }
    }
}

/// The running line, as far as the dashboard sees and steers it.
#[derive(Clone)]
pub struct LineSight {
    /// Machines and step times.
    pub watch: Arc<Watch>,
    /// Tells machines at once what people have decided.
    pub steering: Steering,
}

/// Why the dashboard cannot be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DashboardError {
    /// Another program listens there.
    #[error(
        "port {} on {} is in use: end the program that uses it (an earlier run, perhaps), or choose another port; \
         port 0 takes any that is free", address.port(), address.ip()
    )]
    PortInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system does not give the address.
    #[error("the dashboard cannot listen on {address}: {why}")]
    Address {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        why: std::io::Error,
    },
    /// The system gives no thread or no event loop.
    #[error("the dashboard cannot be started: {0}")]
    Threads(std::io::Error),
}

/// The dashboard, served until it is stopped or dropped.
pub struct Dashboard {
    address: SocketAddr,
    site: Arc<Site>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Dashboard {
    /// Serves the dashboard at `address`; port 0 takes any that is free. Pass a loopback address unless the network is
    /// the centre's own: there are no accounts yet, and whoever reaches the address steers the line.
    ///
    /// # Errors
    /// When the port is in use, the address is not this computer's, or the system gives no thread.
    pub fn serve(parts: DashboardParts, address: SocketAddr) -> Result<Dashboard, DashboardError> {
        let refused = |why: std::io::Error| match why.kind() {
            ErrorKind::AddrInUse => DashboardError::PortInUse { address },
            _ => DashboardError::Address { address, why },
        };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let bound = listener.local_addr().map_err(refused)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(STORE_THREADS)
            .thread_name("dashboard store")
            .build()
            .map_err(DashboardError::Threads)?;
        let site = Arc::new(Site::new(parts));
        site.refresh();
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&site);
        let thread = std::thread::Builder::new()
            .name("dashboard".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let listener = match tokio::net::TcpListener::from_std(listener) {
                        Ok(listener) => listener,
                        Err(error) => return tracing::error!(%error, "the dashboard's listener is lost"),
                    };
                    let pages = axum::serve(listener, route::router(&served));
                    tokio::select! {
                        ended = pages => {
                            if let Err(error) = ended {
                                tracing::error!(%error, "the dashboard has ended");
                            }
                        }
                        () = sampler::run(Arc::clone(&served)) => {}
                        _ = stopped => {}
                    }
                });
                // Live streams never end by themselves, so open connections are cut.
                runtime.shutdown_timeout(STOP_WAIT);
            })
            .map_err(DashboardError::Threads)?;
        Ok(Dashboard { address: bound, site, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it is served; the port is the one taken when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows and steers this line from now on, or none when it has ended.
    pub fn set_line(&self, line: Option<LineSight>) {
        self.site.set_line(line);
        self.site.refresh();
    }

    /// Stops serving and waits until its thread has ended.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // The thread may have ended by itself; then nobody waits for the word.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the dashboard's thread ended unexpectedly");
        }
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        self.end();
    }
}
