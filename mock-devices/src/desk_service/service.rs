//! The desk of a machine in this process, offered over a network.

use printer_driver::remote::RemoteError;
use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::{DeviceError, FeederId, limits};
use tonic::{Request, Response, Status};

use super::convert::{self, FoundBooklet};
use super::wire::desk_server::{Desk, DeskServer};
use super::wire::{self, MAX_BOOKLETS, MAX_MESSAGE_BYTES, MAX_PLACES};
use crate::machine::{MockBooklet, MockMachineHandle, OperatorError, Place};

/// Offers the desk of a machine. The service ends when what is returned is dropped.
///
/// # Errors
/// [`RemoteError`] when address or certificates are unusable, or threads cannot be started.
pub fn serve(settings: &ListenSettings, machine: MockMachineHandle) -> Result<Listener, RemoteError> {
    let service = DeskServer::new(Offered { machine }).max_decoding_message_size(MAX_MESSAGE_BYTES);
    Listener::start::<(), _>(settings, service)
}

struct Offered {
    machine: MockMachineHandle,
}

/// Why an act was not possible.
struct Refused(String);

impl From<OperatorError> for Refused {
    fn from(error: OperatorError) -> Self {
        Refused(error.to_string())
    }
}

impl From<DeviceError> for Refused {
    fn from(error: DeviceError) -> Self {
        Refused(error.to_string())
    }
}

impl From<&str> for Refused {
    fn from(reason: &str) -> Self {
        Refused(reason.to_owned())
    }
}

impl From<Refused> for wire::Refusal {
    fn from(refused: Refused) -> Self {
        wire::Refusal { reason: refused.0 }
    }
}

impl Offered {
    /// Acts on a thread that may wait, because the machine writes its memory.
    async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&MockMachineHandle) -> Result<T, Refused> + Send + 'static,
    ) -> Result<Result<T, Refused>, Status> {
        let machine = self.machine.clone();
        tokio::task::spawn_blocking(move || act(&machine)).await.map_err(|_| Status::internal("the act came to no end"))
    }

    async fn done(
        &self,
        act: impl FnOnce(&MockMachineHandle) -> Result<(), Refused> + Send + 'static,
    ) -> Result<Response<wire::DoneResponse>, Status> {
        let refusal = self.act(act).await?.err().map(Into::into);
        Ok(Response::new(wire::DoneResponse { refusal }))
    }

    async fn count(
        &self,
        act: impl FnOnce(&MockMachineHandle) -> Result<usize, Refused> + Send + 'static,
    ) -> Result<Response<wire::CountResponse>, Status> {
        use wire::count_response::Answer;
        let answer = match self.act(act).await? {
            Ok(count) => Answer::Count(u64::try_from(count).unwrap_or(u64::MAX)),
            Err(refused) => Answer::Refusal(refused.into()),
        };
        Ok(Response::new(wire::CountResponse { answer: Some(answer) }))
    }

    async fn booklets(
        &self,
        act: impl FnOnce(&MockMachineHandle) -> Result<Vec<FoundBooklet>, Refused> + Send + 'static,
    ) -> Result<Response<wire::BookletsResponse>, Status> {
        use wire::booklets_response::Answer;
        let answer = match self.act(act).await? {
            Ok(found) => {
                let booklets = found.into_iter().map(FoundBooklet::told).collect();
                Answer::Booklets(wire::Booklets { booklets })
            }
            Err(refused) => Answer::Refusal(refused.into()),
        };
        Ok(Response::new(wire::BookletsResponse { answer: Some(answer) }))
    }
}

fn loaded(machine: &MockMachineHandle, request: &wire::LoadRequest) -> Result<usize, Refused> {
    let feeder = FeederId(u16::try_from(request.feeder).map_err(|_| "there is no such feeder")?);
    if request.booklets.len() > MAX_BOOKLETS {
        return Err("too many booklets at once".into());
    }
    let booklets = request.booklets.iter().map(|blank| convert::blank_understood(blank).map(|blank| blank.physical()));
    Ok(machine.load(feeder, booklets.collect::<Result<Vec<MockBooklet>, _>>()?)?)
}

fn transmitted(machine: &MockMachineHandle, request: &wire::TransmitRequest) -> Result<Vec<Vec<u8>>, Refused> {
    let commands = &request.commands;
    let bytes = commands.iter().fold(0usize, |sum, command| sum.saturating_add(command.len()));
    if commands.len() > limits::MAX_SCRIPT_COMMANDS || bytes > limits::MAX_SCRIPT_BYTES {
        return Err("too many commands at once".into());
    }
    let answers = machine.handle_booklet(&request.serial, |booklet| {
        booklet.chip.reset();
        let is_dead = booklet.chip_is_dead;
        let mut answer = |command: &Vec<u8>| if is_dead { Vec::new() } else { booklet.chip.transmit(command) };
        commands.iter().map(&mut answer).collect()
    });
    answers.ok_or_else(|| "there is no such booklet".into())
}

#[tonic::async_trait]
impl Desk for Offered {
    async fn load(&self, request: Request<wire::LoadRequest>) -> Result<Response<wire::CountResponse>, Status> {
        let request = request.into_inner();
        self.count(move |machine| loaded(machine, &request)).await
    }

    async fn empty_stack(
        &self,
        request: Request<wire::EmptyStackRequest>,
    ) -> Result<Response<wire::BookletsResponse>, Status> {
        let wire::EmptyStackRequest { stack, with_chips } = request.into_inner();
        self.booklets(move |machine| {
            let stack = convert::stack(&stack).ok_or("there is no such stack")?;
            let found = machine.empty_stack(stack)?;
            let place = Place::Stack(stack);
            Ok(found.iter().map(|booklet| FoundBooklet::of(booklet, place, with_chips)).collect())
        })
        .await
    }

    async fn look(&self, request: Request<wire::LookRequest>) -> Result<Response<wire::BookletsResponse>, Status> {
        let wire::LookRequest { serial, with_chip } = request.into_inner();
        self.booklets(move |machine| {
            let found = machine.look(&serial, |booklet, place| FoundBooklet::of(booklet, place, with_chip));
            Ok(found.into_iter().collect())
        })
        .await
    }

    async fn places(&self, _: Request<wire::PlacesRequest>) -> Result<Response<wire::PlacesResponse>, Status> {
        let places = self.act(|machine| Ok(machine.places())).await?.unwrap_or_default();
        let place = |(serial, place)| wire::PlaceOf { serial, place: Some(convert::place_told(place)) };
        let places = places.into_iter().take(MAX_PLACES).map(place).collect();
        Ok(Response::new(wire::PlacesResponse { places }))
    }

    async fn transmit(
        &self,
        request: Request<wire::TransmitRequest>,
    ) -> Result<Response<wire::TransmitResponse>, Status> {
        use wire::transmit_response::Answer;
        let request = request.into_inner();
        let answer = match self.act(move |machine| transmitted(machine, &request)).await? {
            Ok(answers) => Answer::Answers(wire::Answers { answers }),
            Err(refused) => Answer::Refusal(refused.into()),
        };
        Ok(Response::new(wire::TransmitResponse { answer: Some(answer) }))
    }

    async fn clear_jam(&self, _: Request<wire::ClearJamRequest>) -> Result<Response<wire::CountResponse>, Status> {
        self.count(|machine| Ok(machine.clear_jam()?)).await
    }

    async fn refill(&self, request: Request<wire::RefillRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        let wire::RefillRequest { name, lot, expiry } = request.into_inner();
        self.done(move |machine| Ok(machine.refill(&name, lot.as_deref(), expiry.as_deref())?)).await
    }

    async fn use_up(&self, request: Request<wire::UseUpRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        let wire::UseUpRequest { name, left_per_mille } = request.into_inner();
        self.done(move |machine| {
            let left = u16::try_from(left_per_mille).map_err(|_| "more than full")?;
            Ok(machine.use_up(&name, left)?)
        })
        .await
    }

    async fn press(&self, request: Request<wire::PressRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        let name = request.into_inner().button;
        self.done(move |machine| {
            let button = convert::button(&name).ok_or("there is no such button")?;
            Ok(machine.press(button)?)
        })
        .await
    }

    async fn turn_key(&self, request: Request<wire::TurnKeyRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        let name = request.into_inner().control;
        self.done(move |machine| {
            let control = convert::control(&name).ok_or("the key has no such position")?;
            Ok(machine.turn_key(control)?)
        })
        .await
    }

    async fn set_mode(&self, request: Request<wire::SetModeRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        let name = request.into_inner().mode;
        self.done(move |machine| {
            let mode = convert::mode(&name).ok_or("there is no such mode")?;
            Ok(machine.set_mode(mode)?)
        })
        .await
    }

    async fn move_cover(
        &self,
        request: Request<wire::MoveCoverRequest>,
    ) -> Result<Response<wire::DoneResponse>, Status> {
        let open = request.into_inner().open;
        self.done(move |machine| Ok(if open { machine.open_cover() } else { machine.close_cover() }?)).await
    }

    async fn force_fault(
        &self,
        request: Request<wire::ForceFaultRequest>,
    ) -> Result<Response<wire::DoneResponse>, Status> {
        let wire::ForceFaultRequest { kind, serial } = request.into_inner();
        self.done(move |machine| {
            let kind = convert::fault(&kind).ok_or("there is no such fault")?;
            machine.force_fault(kind, serial.as_deref());
            Ok(())
        })
        .await
    }

    async fn faults_reached(
        &self,
        _: Request<wire::FaultsReachedRequest>,
    ) -> Result<Response<wire::FaultsReachedResponse>, Status> {
        let reached = self.act(|machine| Ok(machine.reached())).await?.unwrap_or_default();
        let count = reached.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        Ok(Response::new(wire::FaultsReachedResponse { count }))
    }

    async fn power_cut(&self, _: Request<wire::PowerCutRequest>) -> Result<Response<wire::DoneResponse>, Status> {
        self.done(|machine| Ok(machine.power_cut()?)).await
    }
}
