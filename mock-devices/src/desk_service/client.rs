//! The desk of a machine in another process.

use core::future::Future;
use std::collections::BTreeMap;
use std::time::Duration;

use printer_driver::remote::caller::{CallError, Caller};
use printer_driver::remote::{RemoteError, RemoteSettings};
use printer_driver::{ControlCommand, ControlMode, FeederId, Mode, Stack};
use thiserror::Error;
use tonic::transport::Channel;
use tonic::{Response, Status};

use super::convert::{self, BlankBooklet, FoundBooklet};
use super::wire::desk_client::DeskClient as Client;
use super::wire::{self, MAX_MESSAGE_BYTES};
use crate::machine::{FaultKind, Place};

/// Stands at a machine that runs elsewhere. Blocks its caller; makes its connection anew when it broke.
#[derive(Debug)]
pub struct DeskClient {
    caller: Caller,
}

/// An act at the machine did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeskError {
    /// It was not possible; nothing has changed.
    #[error("{0}")]
    Refused(String),
    /// The link broke; whether it was done is not known.
    #[error(transparent)]
    Link(#[from] CallError),
    /// The answer was no answer.
    #[error("the desk's answer makes no sense: {0}")]
    Senseless(&'static str),
}

impl DeskClient {
    /// Checks the settings; the first act connects.
    ///
    /// # Errors
    /// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
    pub fn connect(settings: &RemoteSettings) -> Result<Self, RemoteError> {
        Ok(DeskClient { caller: Caller::new(settings)? })
    }

    /// Lays booklets into a feeder, the first to be picked first; those that the machine has ever held are left out.
    /// Returns how many were laid in.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is no such feeder or it takes another format; then none was laid in.
    pub fn load(&mut self, feeder: FeederId, booklets: &[BlankBooklet]) -> Result<u64, DeskError> {
        let request =
            wire::LoadRequest { feeder: feeder.0.into(), booklets: booklets.iter().map(convert::blank_told).collect() };
        counted(self.ask(async |mut client| client.load(request).await)?)
    }

    /// Takes all booklets off a stack, the lowest first; `with_chips` asks for what their chips hold too.
    ///
    /// # Errors
    /// [`DeskError`], when the machine's memory cannot be written for instance.
    pub fn empty_stack(&mut self, stack: Stack, with_chips: bool) -> Result<Vec<FoundBooklet>, DeskError> {
        let request = wire::EmptyStackRequest { stack: convert::stack_name(stack).to_owned(), with_chips };
        found(self.ask(async |mut client| client.empty_stack(request).await)?)
    }

    /// Looks at a booklet; none when there is none or a person has taken it.
    ///
    /// # Errors
    /// [`DeskError::Link`].
    pub fn look(&mut self, serial: &str, with_chip: bool) -> Result<Option<FoundBooklet>, DeskError> {
        let request = wire::LookRequest { serial: serial.to_owned(), with_chip };
        Ok(found(self.ask(async |mut client| client.look(request).await)?)?.into_iter().next())
    }

    /// Every booklet that was ever loaded, with where it is.
    ///
    /// # Errors
    /// [`DeskError::Link`].
    pub fn places(&mut self) -> Result<Vec<(String, Place)>, DeskError> {
        let answer = self.ask(async |mut client| client.places(wire::PlacesRequest {}).await)?;
        let place = |of: wire::PlaceOf| Some((of.serial, convert::place_understood(of.place)?));
        let places: Option<Vec<_>> = answer.places.into_iter().map(place).collect();
        places.ok_or(DeskError::Senseless("a place that is none"))
    }

    /// Puts another reader to a booklet's chip: one answer for each command, empty where the chip stayed mute.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is no such booklet.
    pub fn transmit(&mut self, serial: &str, commands: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, DeskError> {
        use wire::transmit_response::Answer;
        let request = wire::TransmitRequest { serial: serial.to_owned(), commands: commands.to_vec() };
        match self.ask(async |mut client| client.transmit(request).await)?.answer {
            Some(Answer::Answers(answers)) => Ok(answers.answers),
            Some(Answer::Refusal(refusal)) => Err(DeskError::Refused(refusal.reason)),
            None => Err(DeskError::Senseless("no answer in it")),
        }
    }

    /// Takes stuck booklets out and lays them onto the reject stack; returns how many.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn clear_jam(&mut self) -> Result<u64, DeskError> {
        counted(self.ask(async |mut client| client.clear_jam(wire::ClearJamRequest {}).await)?)
    }

    /// Replaces a consumable by a full one; a snapshot of the machine names them.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is none of this name.
    pub fn refill(&mut self, name: &str, lot: Option<&str>, expiry: Option<&str>) -> Result<(), DeskError> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let request = wire::RefillRequest { name: name.to_owned(), lot: owned(lot), expiry: owned(expiry) };
        done(self.ask(async |mut client| client.refill(request).await)?)
    }

    /// Puts a consumable in of which only so much is left, in thousandths of full.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when there is none of this name.
    pub fn use_up(&mut self, name: &str, left_per_mille: u16) -> Result<(), DeskError> {
        let request = wire::UseUpRequest { name: name.to_owned(), left_per_mille: left_per_mille.into() };
        done(self.ask(async |mut client| client.use_up(request).await)?)
    }

    /// Presses a button on the panel.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the button does nothing in this state.
    pub fn press(&mut self, command: ControlCommand) -> Result<(), DeskError> {
        let request = wire::PressRequest { button: convert::button_name(command).to_owned() };
        done(self.ask(async |mut client| client.press(request).await)?)
    }

    /// Turns the key on the panel: who commands the machine.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn turn_key(&mut self, control: ControlMode) -> Result<(), DeskError> {
        let request = wire::TurnKeyRequest { control: convert::control_name(control).to_owned() };
        done(self.ask(async |mut client| client.turn_key(request).await)?)
    }

    /// Turns the mode switch on the panel.
    ///
    /// # Errors
    /// [`DeskError::Refused`] when the mode cannot change in this state.
    pub fn set_mode(&mut self, mode: Mode) -> Result<(), DeskError> {
        let request = wire::SetModeRequest { mode: convert::mode_name(mode).to_owned() };
        done(self.ask(async |mut client| client.set_mode(request).await)?)
    }

    /// Opens or closes a cover.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn move_cover(&mut self, open: bool) -> Result<(), DeskError> {
        done(self.ask(async |mut client| client.move_cover(wire::MoveCoverRequest { open }).await)?)
    }

    /// Makes a fault strike once more: this booklet, or the next one.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn force_fault(&mut self, kind: FaultKind, serial: Option<&str>) -> Result<(), DeskError> {
        let request = wire::ForceFaultRequest { kind: kind.name().to_owned(), serial: serial.map(str::to_owned) };
        done(self.ask(async |mut client| client.force_fault(request).await)?)
    }

    /// How often each kind of fault has struck since the machine was switched on, by name.
    ///
    /// # Errors
    /// [`DeskError::Link`].
    pub fn faults_reached(&mut self) -> Result<BTreeMap<String, u64>, DeskError> {
        let answer = self.ask(async |mut client| client.faults_reached(wire::FaultsReachedRequest {}).await)?;
        Ok(answer.count.into_iter().collect())
    }

    /// Cuts the machine's power; it comes back by itself.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn power_cut(&mut self) -> Result<(), DeskError> {
        done(self.ask(async |mut client| client.power_cut(wire::PowerCutRequest {}).await)?)
    }

    fn ask<T, F>(&mut self, ask: impl FnOnce(Client<Channel>) -> F) -> Result<T, DeskError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let answer = self.caller.call(Duration::ZERO, |channel| {
            let client = Client::new(channel);
            ask(client.max_decoding_message_size(MAX_MESSAGE_BYTES).max_encoding_message_size(MAX_MESSAGE_BYTES))
        });
        Ok(answer?)
    }
}

fn done(answer: wire::DoneResponse) -> Result<(), DeskError> {
    answer.refusal.map_or(Ok(()), |refusal| Err(DeskError::Refused(refusal.reason)))
}

fn counted(answer: wire::CountResponse) -> Result<u64, DeskError> {
    use wire::count_response::Answer;
    match answer.answer {
        Some(Answer::Count(count)) => Ok(count),
        Some(Answer::Refusal(refusal)) => Err(DeskError::Refused(refusal.reason)),
        None => Err(DeskError::Senseless("no answer in it")),
    }
}

fn found(answer: wire::BookletsResponse) -> Result<Vec<FoundBooklet>, DeskError> {
    use wire::booklets_response::Answer;
    match answer.answer {
        Some(Answer::Booklets(found)) => {
            let booklets: Option<Vec<_>> = found.booklets.into_iter().map(FoundBooklet::understood).collect();
            booklets.ok_or(DeskError::Senseless("a booklet that is nowhere"))
        }
        Some(Answer::Refusal(refusal)) => Err(DeskError::Refused(refusal.reason)),
        None => Err(DeskError::Senseless("no answer in it")),
    }
}
