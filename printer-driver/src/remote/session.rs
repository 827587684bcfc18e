//! One host's session with a driver that blocks: a thread that does one thing after the other.

use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};
use tonic::Status;

use super::server::DriverFactory;
use crate::{DeviceError, MachineDriver};

/// Requests that wait for the one under way.
const WAITING: usize = 16;

type Work = Box<dyn FnOnce(Result<&mut dyn MachineDriver, DeviceError>) + Send>;

/// A connection's session; begins with its first request and ends with the connection.
#[derive(Default)]
pub(crate) struct Session {
    work: OnceLock<mpsc::Sender<Work>>,
}

impl Session {
    /// Does something with the driver, after everything that was asked before on the same connection.
    ///
    /// # Errors
    /// A status when the session is gone, which ends the connection for the host: it comes back with a new one.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        factory: &DriverFactory,
        act: impl FnOnce(&mut dyn MachineDriver) -> Result<T, DeviceError> + Send + 'static,
    ) -> Result<Result<T, DeviceError>, Status> {
        let work = self.work.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(WAITING);
            let factory = Arc::clone(factory);
            // Without a thread the receiver is dropped, and every request is told that the session is gone.
            let _ = std::thread::Builder::new().name("session".into()).spawn(move || serve(&factory, receiver));
            sender
        });
        let gone = |_| Status::unavailable("the session with the machine is gone");
        let (answer, answered) = oneshot::channel();
        let item: Work = Box::new(move |driver| {
            // A host that is gone does not hear the answer.
            let _ = answer.send(driver.and_then(act));
        });
        work.send(item).await.map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))
    }
}

/// A driver that cannot be had is tried again with every request.
fn serve(factory: &DriverFactory, mut work: mpsc::Receiver<Work>) {
    let mut driver: Option<Box<dyn MachineDriver>> = None;
    while let Some(item) = work.blocking_recv() {
        match &mut driver {
            Some(driver) => item(Ok(driver.as_mut())),
            None => match factory() {
                Ok(fresh) => item(Ok(driver.insert(fresh).as_mut())),
                Err(error) => item(Err(error)),
            },
        }
    }
}
