//! Any driver, offered over a network.
//!
//! Each connection has a session of its own: a thread, and a driver that the factory made for it. Nothing of the contract
//! is added or left out on the way; the machine behind the driver looks at tokens and keys.

use std::sync::Arc;
use std::time::Duration;

use tonic::{Request, Response, Status};

use super::RemoteError;
use super::convert;
use super::listener::{ListenSettings, Listener, connection};
use super::session::Session;
use super::wire::machine_server::{Machine, MachineServer};
use super::wire::{self, MAX_MESSAGE_BYTES, MAX_WAIT_MS};
use crate::limits::Excess;
use crate::{Cursor, DeviceError, ErrorKind, EventBatch, FencingToken, ImageId, MachineDriver};

/// Makes a driver for a new session with the machine.
pub type DriverFactory = Arc<dyn Fn() -> Result<Box<dyn MachineDriver>, DeviceError> + Send + Sync>;

/// A session waits for events in slices of this length, so that other requests of the connection get in between and a
/// host that is gone is noticed.
const SLICE: Duration = Duration::from_millis(50);

/// Offers the machine for which `factory` makes drivers. The service ends when what is returned is dropped.
///
/// # Errors
/// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
pub fn serve(settings: &ListenSettings, factory: DriverFactory) -> Result<Listener, RemoteError> {
    let service = MachineServer::new(Offered { factory }).max_decoding_message_size(MAX_MESSAGE_BYTES);
    Listener::start::<Session, _>(settings, service)
}

struct Offered {
    factory: DriverFactory,
}

impl Offered {
    async fn run<Q, T: Send + 'static>(
        &self,
        request: &Request<Q>,
        act: impl FnOnce(&mut dyn MachineDriver) -> Result<T, DeviceError> + Send + 'static,
    ) -> Result<Result<T, DeviceError>, Status> {
        let connection =
            connection::<Session, Q>(request).ok_or_else(|| Status::internal("a request without a connection"))?;
        connection.kept.run(&self.factory, act).await
    }
}

/// A driver that tells more than the contract allows has a fault.
fn within<T>(answer: T, check: impl FnOnce(&T) -> Result<(), Excess>) -> Result<T, DeviceError> {
    match check(&answer) {
        Ok(()) => Ok(answer),
        Err(excess) => Err(DeviceError::untouched(ErrorKind::Fault, format!("the machine tells too much: {excess}"))),
    }
}

/// As many of the oldest events as one answer may have; the host asks again for the others.
fn fitting(mut batch: EventBatch) -> Result<EventBatch, DeviceError> {
    while batch.events.len() > 1 && batch.check_limits().is_err() {
        batch.events.truncate(batch.events.len() / 2);
    }
    within(batch, EventBatch::check_limits)
}

#[tonic::async_trait]
impl Machine for Offered {
    async fn describe(
        &self,
        request: Request<wire::DescribeRequest>,
    ) -> Result<Response<wire::DescribeResponse>, Status> {
        let answer = self.run(&request, |driver| driver.describe()).await?;
        let answer = answer.and_then(|description| within(description, |description| description.check_limits()));
        Ok(Response::new(convert::description::told(answer)))
    }

    async fn attach(&self, request: Request<wire::AttachRequest>) -> Result<Response<wire::AttachResponse>, Status> {
        let token = FencingToken(request.get_ref().token);
        let answer = self.run(&request, move |driver| driver.attach(token)).await?;
        Ok(Response::new(convert::session::told_attach(answer)))
    }

    async fn submit(
        &self,
        mut request: Request<wire::SubmitRequest>,
    ) -> Result<Response<wire::SubmitResponse>, Status> {
        let answer = match convert::command::understood(core::mem::take(request.get_mut())) {
            Ok(command) => self.run(&request, move |driver| driver.submit(&command)).await?,
            Err(malformed) => Err(malformed.refused()),
        };
        Ok(Response::new(convert::session::told_submit(answer)))
    }

    async fn events(&self, request: Request<wire::EventsRequest>) -> Result<Response<wire::EventsResponse>, Status> {
        let after = Cursor(request.get_ref().after_cursor);
        let mut left = Duration::from_millis(request.get_ref().wait_ms.min(MAX_WAIT_MS).into());
        let answer = loop {
            let slice = left.min(SLICE);
            let answer = self.run(&request, move |driver| driver.events(after, slice)).await?;
            left = left.saturating_sub(slice);
            match answer {
                Ok(batch) if batch.events.is_empty() && !left.is_zero() => {}
                answer => break answer,
            }
        };
        Ok(Response::new(convert::event::told(answer.and_then(fitting))))
    }

    async fn snapshot(
        &self,
        request: Request<wire::SnapshotRequest>,
    ) -> Result<Response<wire::SnapshotResponse>, Status> {
        let answer = self.run(&request, |driver| driver.snapshot()).await?;
        let answer = answer.and_then(|snapshot| within(snapshot, |snapshot| snapshot.check_limits()));
        Ok(Response::new(convert::snapshot::told(answer)))
    }

    async fn journal(&self, request: Request<wire::JournalRequest>) -> Result<Response<wire::JournalResponse>, Status> {
        let answer = match convert::key_understood(&request.get_ref().key) {
            Ok(key) => self.run(&request, move |driver| driver.journal(key)).await?,
            Err(malformed) => Err(malformed.refused()),
        };
        let answer = answer.and_then(|entry| within(entry, |entry| entry.check_limits()));
        Ok(Response::new(convert::event::told_journal(answer)))
    }

    async fn image(&self, request: Request<wire::ImageRequest>) -> Result<Response<wire::ImageResponse>, Status> {
        let image = ImageId(request.get_ref().image);
        let answer = self.run(&request, move |driver| driver.image(image)).await?;
        let answer = answer.and_then(|image| within(image, |image| image.check_limits()));
        Ok(Response::new(convert::session::told_image(answer)))
    }
}
