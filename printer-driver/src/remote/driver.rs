//! The driver of a machine elsewhere.

use std::time::Duration;

use tonic::transport::Channel;

use super::caller::{CallError, Caller};
use super::convert::{self, Malformed};
use super::wire::machine_client::MachineClient;
use super::wire::{self, MAX_MESSAGE_BYTES, MAX_PICTURE_MESSAGE_BYTES, MAX_WAIT_MS};
use super::{RemoteError, RemoteSettings};
use crate::{
    Acceptance, Attached, BookletFate, CameraImage, Command, Cursor, Description, DeviceError, ErrorKind, EventBatch,
    FencingToken, IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

/// A session with a machine that offers the contract over a network.
///
/// Blocks its caller, as every driver does, and cannot be used on a thread that runs asynchronous tasks.
#[derive(Debug)]
pub struct RemoteDriver {
    caller: Caller,
}

impl RemoteDriver {
    /// Checks the settings. The link itself is made by the first call and made anew by the next call after it broke, so a
    /// machine that is switched off is told by the calls and not here.
    ///
    /// # Errors
    /// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
    pub fn connect(settings: RemoteSettings) -> Result<Self, RemoteError> {
        Ok(RemoteDriver { caller: Caller::new(&settings)? })
    }

    /// Asks, and takes the answer apart; an answer that breaks the rules ends the link.
    fn ask<A, T, F>(
        &mut self,
        longer: Duration,
        fate: BookletFate,
        ask: impl FnOnce(MachineClient<Channel>) -> F,
        understand: impl FnOnce(A) -> Result<Result<T, DeviceError>, Malformed>,
    ) -> Result<T, DeviceError>
    where
        F: Future<Output = Result<tonic::Response<A>, tonic::Status>>,
    {
        let answer = self.caller.call(longer, |channel| {
            let client = MachineClient::new(channel);
            ask(client.max_encoding_message_size(MAX_MESSAGE_BYTES).max_decoding_message_size(MAX_MESSAGE_BYTES))
        });
        let answer = answer.map_err(|error| link_error(&error, fate))?;
        understand(answer).unwrap_or_else(|malformed| {
            self.caller.hang_up();
            let detail = format!("the machine's answer breaks the rules of the link: {malformed}");
            Err(DeviceError::new(ErrorKind::LinkLost, fate, detail))
        })
    }
}

/// What a broken call means for the booklet: a request that was never sent touches nothing.
fn link_error(error: &CallError, fate: BookletFate) -> DeviceError {
    let (kind, fate) = match error {
        CallError::NotConnected(_) => (ErrorKind::LinkLost, BookletFate::Untouched),
        CallError::Broken(_) => (ErrorKind::LinkLost, fate),
        CallError::Late(_) => (ErrorKind::Timeout, fate),
        CallError::Unknown => (ErrorKind::Unsupported, BookletFate::Untouched),
    };
    DeviceError::new(kind, fate, error.to_string())
}

const ASKING: BookletFate = BookletFate::Untouched;

impl MachineDriver for RemoteDriver {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.ask(
            Duration::ZERO,
            ASKING,
            async |mut client| client.describe(wire::DescribeRequest {}).await,
            convert::description::understood,
        )
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        let request = wire::AttachRequest { token: token.0 };
        self.ask(
            Duration::ZERO,
            ASKING,
            async |mut client| client.attach(request).await,
            convert::session::understood_attach,
        )
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let too_much = |what: String| DeviceError::untouched(ErrorKind::Invalid, what);
        command.check_limits().map_err(|excess| too_much(excess.to_string()))?;
        let request = convert::command::told(command)?;
        self.ask(
            Duration::ZERO,
            BookletFate::Unknown,
            async |mut client| client.submit(request).await,
            convert::session::understood_submit,
        )
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(MAX_WAIT_MS).min(MAX_WAIT_MS);
        let request = wire::EventsRequest { after_cursor: after.0, wait_ms };
        self.ask(
            Duration::from_millis(wait_ms.into()),
            ASKING,
            async |mut client| client.events(request).await,
            convert::event::understood,
        )
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.ask(
            Duration::ZERO,
            ASKING,
            async |mut client| client.snapshot(wire::SnapshotRequest {}).await,
            convert::snapshot::understood,
        )
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        let request = wire::JournalRequest { key: convert::key_told(key) };
        self.ask(
            Duration::ZERO,
            ASKING,
            async |mut client| client.journal(request).await,
            convert::event::understood_journal,
        )
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let request = wire::ImageRequest { image: image.0 };
        self.ask(
            Duration::ZERO,
            ASKING,
            async |client| client.max_decoding_message_size(MAX_PICTURE_MESSAGE_BYTES).image(request).await,
            convert::session::understood_image,
        )
    }
}
