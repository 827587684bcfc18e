//! The chip at an encoding station: scripts, what they answer, and chips that die.

use std::time::Duration;

use chip_profile::apdu::Response;
use chip_profile::personalisation::package::{self, EncodingOrder, PackageBinding};
use chip_profile::personalisation::scp03::{EXTERNAL_AUTHENTICATE, derive_session_keys};
use chip_profile::personalisation::{
    ChipFate, PersonalisationError, PersonalisationSession, Scp03Channel, Step as ChipStep,
};
use printer_driver::{ApduScript, ChipIdentity, Completion, DeviceError, ErrorKind, JobId};

use super::MachineCore;
use crate::machine::booklet::MockBooklet;
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::physical::BookletId;
use crate::machine::table;

/// How long a coupler waits for a chip that does not answer.
pub(crate) const MUTE_AFTER: Duration = Duration::from_millis(500);

/// The status word of success (ISO/IEC 7816-4, 5.6).
const SUCCESS: u16 = 0x9000;

impl MachineCore {
    /// Begins to talk to a chip: with the host's script, or with the machine's own conversation after a package.
    pub(super) fn begin_chip(&mut self, id: JobId, now: Duration) {
        match self.jobs.get_mut(&id).and_then(|job| job.volatile.package.take()) {
            Some(package) => self.begin_encoding(id, &package.0, now),
            None => self.begin_exchange(id, now),
        }
    }

    /// The script is carried out at once on the chip's own model; it is told when the chip's modelled time has passed.
    fn begin_exchange(&mut self, id: JobId, now: Duration) {
        let Some(job) = self.jobs.get(&id) else { return };
        let was_touched = job.record.is_touched;
        let (Some(script), Some(booklet)) = (job.volatile.script.clone(), job.record.booklet) else { return };
        let Some(mut air) = self.air(id, booklet, script.commands.len() as u64) else { return };
        let Some(body) = self.store.body_mut(booklet) else { return };
        if script.reset_first {
            air.reset(body);
        }
        let result = match air.send(body, &script) {
            Ok(answers) => Ok(Completion::Answered { answers }),
            Err(Mute) => {
                let detail = format!("the chip did not answer command {}", air.sent);
                // A dead chip that was never talked to makes no document, but neither does it carry anything.
                Err(if air.sent > 1 || was_touched || air.dies_after.is_some() {
                    DeviceError::spoiled(ErrorKind::ChipMute, detail)
                } else {
                    DeviceError::untouched(ErrorKind::ChipMute, detail)
                })
            }
        };
        self.touched(id);
        self.on_air(id, booklet, air, result, now);
    }

    /// The machine opens the package and writes and locks the chip by itself, at once on the chip's own model.
    fn begin_encoding(&mut self, id: JobId, package: &[u8], now: Duration) {
        let Some(booklet) = self.jobs.get(&id).and_then(|job| job.record.booklet) else { return };
        let Some(key) = self.settings.encoding_key.clone() else { return };
        // What was read at pick is gone after a restart, and a chip that is locked no longer says it.
        let known = self.jobs.get(&id).and_then(|job| job.volatile.identity.clone());
        let Some(chip) = known.or_else(|| self.read_identity(booklet)) else {
            let mute = DeviceError::untouched(ErrorKind::ChipMute, "the chip does not answer");
            self.fail(id, mute, now);
            return;
        };
        let binding = PackageBinding { job: id.0, chip_serial: chip.chip_serial.clone() };
        let order = match package::open(package, &key, &binding) {
            Ok(order) => order,
            Err(error) => {
                self.fail(id, DeviceError::untouched(ErrorKind::Invalid, error.to_string()), now);
                return;
            }
        };
        let commands = order.plan.commands().len() as u64;
        let round = self.jobs.get(&id).map_or(0, |job| job.round());
        let mut challenge = [0u8; 8];
        self.chance.draw("challenge of the machine", booklet.0, round).fill(&mut challenge);
        let Some(mut air) = self.air(id, booklet, commands) else { return };
        let Some(body) = self.store.body_mut(booklet) else { return };
        let (result, fate) = encode(body, &mut air, order, chip.chip_serial, challenge);
        if fate != ChipFate::Untouched {
            self.touched(id);
        }
        self.on_air(id, booklet, air, result.map(|()| Completion::Encoded), now);
    }

    /// What chance says about a conversation of this many commands that begins now.
    fn air(&mut self, id: JobId, booklet: BookletId, commands: u64) -> Option<Air> {
        let round = self.jobs.get(&id)?.round();
        let dies = self.strikes(FaultKind::ChipDies, booklet, round);
        let last_words = self.chance.draw("answers before the chip dies", booklet.0, round).below(commands);
        let cut_after = self.chance.draw("commands before a cut", booklet.0, round).below(commands + 1);
        let started = self.store.body(booklet)?.chip.elapsed();
        let dies_after = dies.then_some(last_words);
        Some(Air { sent: 0, dies_after, cut_after, if_cut: None, keys_accepted: None, started })
    }

    /// A conversation was had on the chip's own model; the station is busy with it for as long as it would take.
    fn on_air(
        &mut self,
        id: JobId,
        booklet: BookletId,
        air: Air,
        result: Result<Completion, DeviceError>,
        now: Duration,
    ) {
        let Some(body) = self.store.body(booklet) else { return };
        let mut takes = body.chip.elapsed().saturating_sub(air.started);
        if result.as_ref().is_err_and(|error| error.kind == ErrorKind::ChipMute) {
            takes = takes.saturating_add(MUTE_AFTER);
        }
        let chip_if_cut = air.if_cut.unwrap_or_else(|| body.chip.snapshot());
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let round = job.round();
        job.chip_if_cut = Some(chip_if_cut);
        job.volatile.chip_result = Some(result);
        job.volatile.keys_accepted = air.keys_accepted;
        self.touch(table::CHIP_IF_CUT, id.0);
        self.start_step(id, Step::Exchanging, takes, now);
        self.maybe_cut_power(FaultKind::PowerCutAtChip, booklet, round, takes, now);
    }

    pub(super) fn exchanged(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(result) = self.jobs.get_mut(&id).and_then(|job| job.volatile.chip_result.take()) else { return };
        self.touch(table::CHIP, booklet.0);
        self.touch_booklet(booklet);
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let (station, keys_accepted) = (job.record.station, job.volatile.keys_accepted.take());
        if let Some(station) = station {
            self.desk.count_cycle(station);
        }
        match result {
            Ok(completion) => self.finish_command(id, Ok(completion), now),
            Err(error) => self.fail(id, error, now),
        }
        if let Some(station) = station {
            self.note_keys(station, keys_accepted, now);
        }
    }

    /// The script was cut off: the chip is what it was after some of its commands, and the answers are lost.
    pub(super) fn cut_exchange(&mut self, id: JobId, booklet: BookletId) {
        let chip_if_cut = self.jobs.get_mut(&id).and_then(|job| job.chip_if_cut.take());
        let chip = chip_if_cut.and_then(|bytes| (self.settings.restore_chip)(&bytes));
        if let (Some(chip), Some(body)) = (chip, self.store.body_mut(booklet)) {
            body.chip = chip;
        }
        self.touch(table::CHIP, booklet.0);
        self.touch_booklet(booklet);
    }

    pub(super) fn read_identity(&mut self, booklet: BookletId) -> Option<ChipIdentity> {
        let body = self.store.body_mut(booklet)?;
        if body.chip_is_dead {
            return None;
        }
        body.chip.reset();
        body.chip.identity()
    }

    pub(super) fn kill_chip(&mut self, booklet: BookletId) {
        if let Some(body) = self.store.body_mut(booklet) {
            body.chip_is_dead = true;
        }
        self.touch_booklet(booklet);
    }
}

/// Whether a command proves the keys to a chip: EXTERNAL AUTHENTICATE of GlobalPlatform, which is always protected.
fn is_authentication(command: &[u8]) -> bool {
    matches!(command, [class, EXTERNAL_AUTHENTICATE, ..] if class & 0x84 == 0x84)
}

/// The chip did not answer.
struct Mute;

/// A conversation with a chip, and what chance says about it.
struct Air {
    /// Commands that were sent.
    sent: u64,
    /// The chip dies after so many answers.
    dies_after: Option<u64>,
    /// If power is cut, the chip has got so many commands.
    cut_after: u64,
    /// The chip as it was then.
    if_cut: Option<Vec<u8>>,
    /// Whether the chip accepted the keys; none when it was not asked to.
    keys_accepted: Option<bool>,
    /// The chip's modelled time when it began.
    started: Duration,
}

impl Air {
    fn reset(&mut self, body: &mut MockBooklet) {
        if !body.chip_is_dead {
            body.chip.reset();
        }
    }

    /// Sends commands until one is answered with a status word that is not accepted.
    fn send(&mut self, body: &mut MockBooklet, script: &ApduScript) -> Result<Vec<Vec<u8>>, Mute> {
        let mut answers = Vec::with_capacity(script.commands.len());
        for command in &script.commands {
            if self.cut_after == self.sent {
                self.if_cut = Some(body.chip.snapshot());
            }
            if self.dies_after == Some(self.sent) {
                body.chip_is_dead = true;
            }
            self.sent = self.sent.saturating_add(1);
            let answer = if body.chip_is_dead { Vec::new() } else { body.chip.transmit(command) };
            let (_, status) = answer.split_last_chunk::<2>().ok_or(Mute)?;
            let status = u16::from_be_bytes(*status);
            if is_authentication(command) {
                self.keys_accepted = Some(status == SUCCESS);
            }
            answers.push(answer);
            if status != SUCCESS && !script.accept.contains(&status) {
                break;
            }
        }
        Ok(answers)
    }

    /// Sends a part of the machine's own conversation.
    fn ask(&mut self, body: &mut MockBooklet, script: &[chip_profile::apdu::Command]) -> Result<Vec<Response>, Mute> {
        let script = ApduScript::new(script.iter().map(chip_profile::apdu::Command::to_bytes).collect());
        let answers = self.send(body, &script)?;
        answers.iter().map(|answer| Response::parse(answer).map_err(|_| Mute)).collect()
    }
}

/// Writes and locks a chip as a host would through the coupler. Also what the chip has become.
fn encode(
    body: &mut MockBooklet,
    air: &mut Air,
    order: EncodingOrder,
    chip_serial: Vec<u8>,
    challenge: [u8; 8],
) -> (Result<(), DeviceError>, ChipFate) {
    let EncodingOrder { plan, key_version, transport_keys, level } = order;
    let channel = Scp03Channel::new(key_version, challenge, level);
    let mut session = PersonalisationSession::new(plan, Some(chip_serial), channel);
    let mut converse = || -> Result<(), Result<PersonalisationError, Mute>> {
        air.reset(body);
        let answers = air.ask(body, &session.start().map_err(Ok)?).map_err(Err)?;
        if let ChipStep::DeriveKeys(request) = session.next(&answers).map_err(Ok)? {
            let keys = derive_session_keys(&transport_keys, &request.host_challenge, &request.card_challenge);
            let answers = air.ask(body, &session.authenticate(keys).map_err(Ok)?).map_err(Err)?;
            if let ChipStep::Written = session.next(&answers).map_err(Ok)? {
                let answers = air.ask(body, &session.lock().map_err(Ok)?).map_err(Err)?;
                let _: ChipStep = session.next(&answers).map_err(Ok)?;
            }
        }
        Ok(())
    };
    let ended = converse();
    let fate = session.fate();
    let failed = match ended {
        Ok(()) => return (Ok(()), fate),
        Err(Ok(error)) => {
            // The chip's own cryptogram can be wrong already, and then it is not asked.
            if error.kind.speaks_for_wrong_keys() {
                air.keys_accepted = Some(false);
            }
            (ErrorKind::Fault, error.to_string())
        }
        Err(Err(Mute)) => (ErrorKind::ChipMute, format!("the chip did not answer command {}", air.sent)),
    };
    let (kind, detail) = failed;
    let error = match fate {
        ChipFate::Untouched => DeviceError::untouched(kind, detail),
        ChipFate::PartWritten => DeviceError::spoiled(kind, detail),
        ChipFate::Locked | ChipFate::Unknown => DeviceError::unknown(kind, detail),
    };
    (Err(error), fate)
}
