//! What befalls host, machines and links, one blow a round.

use std::collections::BTreeMap;
use std::time::Duration;

use super::cable::Mode;
use super::chance::Chance;

/// Steps of a document by the names that the event log gives them.
const STEPS: [&str; 8] =
    ["stock_loaded", "dispatched", "bound", "ticketed", "locking", "marking", "verified", "finished"];

/// A blow. Machines are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blow {
    /// `kill -9` of the host.
    KillHost,
    /// `kill -9` of a machine.
    KillMachine(usize),
    /// Of both.
    KillBoth(usize),
    /// Of everything.
    KillAll,
    /// The link ends at once.
    Cut(usize),
    /// The link ends with the host's next request, which does not arrive.
    CutBefore(usize),
    /// The link ends with the machine's next answer, which does not arrive.
    CutAfter(usize),
    /// The link hangs for a while.
    Hang(usize),
    /// The link hangs, and the host is killed meanwhile.
    HangAndKillHost(usize),
    /// The link hangs, and the machine is killed meanwhile.
    HangAndKillMachine(usize),
    /// The link is slow for a while.
    Slow(usize),
    /// Another `run` is started beside the one that lives.
    SecondRun,
}

impl Blow {
    fn draw(chance: &Chance, machines: usize) -> Blow {
        let machine = usize::try_from(chance.below(machines as u64)).expect("an index");
        chance.one_of(&[
            Blow::KillHost,
            Blow::KillHost,
            Blow::KillMachine(machine),
            Blow::KillMachine(machine),
            Blow::KillBoth(machine),
            Blow::KillAll,
            Blow::Cut(machine),
            Blow::CutBefore(machine),
            Blow::CutAfter(machine),
            Blow::Hang(machine),
            Blow::HangAndKillHost(machine),
            Blow::HangAndKillMachine(machine),
            Blow::Slow(machine),
            Blow::SecondRun,
        ])
    }

    /// Its kind, without the machine.
    pub(super) fn name(self) -> &'static str {
        match self {
            Blow::KillHost => "host killed",
            Blow::KillMachine(_) => "machine killed",
            Blow::KillBoth(_) => "host and machine killed",
            Blow::KillAll => "everything killed",
            Blow::Cut(_) => "link cut",
            Blow::CutBefore(_) => "link cut before a request",
            Blow::CutAfter(_) => "link cut before an answer",
            Blow::Hang(_) => "link hangs",
            Blow::HangAndKillHost(_) => "link hangs, host killed",
            Blow::HangAndKillMachine(_) => "link hangs, machine killed",
            Blow::Slow(_) => "link slow",
            Blow::SecondRun => "second run",
        }
    }

    /// All kinds, for the table at the end.
    pub(super) const NAMES: [&str; 12] = [
        "host killed",
        "machine killed",
        "host and machine killed",
        "everything killed",
        "link cut",
        "link cut before a request",
        "link cut before an answer",
        "link hangs",
        "link hangs, host killed",
        "link hangs, machine killed",
        "link slow",
        "second run",
    ];

    pub(super) fn kills_host(self) -> bool {
        matches!(self, Blow::KillHost | Blow::KillBoth(_) | Blow::KillAll | Blow::HangAndKillHost(_))
    }

    /// Whether it kills this machine.
    pub(super) fn kills(self, machine: usize) -> bool {
        match self {
            Blow::KillMachine(hit) | Blow::KillBoth(hit) | Blow::HangAndKillMachine(hit) => hit == machine,
            Blow::KillAll => true,
            _ => false,
        }
    }

    /// What it does to a link, if it does, and to which.
    pub(super) fn of_link(self) -> Option<(usize, Mode)> {
        match self {
            Blow::Cut(machine) => Some((machine, Mode::Cut)),
            Blow::CutBefore(machine) => Some((machine, Mode::BreaksBefore)),
            Blow::CutAfter(machine) => Some((machine, Mode::BreaksAfter)),
            Blow::Hang(machine) | Blow::HangAndKillHost(machine) | Blow::HangAndKillMachine(machine) => {
                Some((machine, Mode::Hangs))
            }
            Blow::Slow(machine) => Some((machine, Mode::Slow)),
            _ => None,
        }
    }
}

/// A round as it is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) blow: Blow,
    /// The step at which the blow falls, or any moment.
    pub(super) at: Option<&'static str>,
    /// How long after that.
    pub(super) delay: Duration,
    /// How long a link suffers.
    pub(super) lasts: Duration,
    /// How long what was killed stays dead.
    pub(super) dead: Duration,
}

impl Round {
    pub(super) fn draw(chance: &Chance, machines: usize) -> Round {
        let at = (chance.below(4) > 0).then(|| chance.one_of(&STEPS));
        Round {
            blow: Blow::draw(chance, machines),
            at,
            delay: chance.time(if at.is_some() { 120 } else { 1200 }),
            lasts: chance.time(900),
            dead: chance.time(300),
        }
    }
}

/// Rounds by blow and step.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<&'static str, BTreeMap<&'static str, u32>>);

impl Tally {
    pub(super) fn count(&mut self, round: &Round, reached: bool) {
        let step = round.at.filter(|_| reached).unwrap_or("any moment");
        *self.0.entry(round.blow.name()).or_default().entry(step).or_default() += 1;
    }

    /// How often a blow fell.
    pub(super) fn of(&self, blow: &str) -> u32 {
        self.0.get(blow).map_or(0, |steps| steps.values().sum())
    }

    pub(super) fn print(&self) {
        for (blow, steps) in &self.0 {
            let told: Vec<String> = steps.iter().map(|(step, count)| format!("{count} at {step}")).collect();
            println!("{blow:<28} {:>4}  {}", self.of(blow), told.join(", "));
        }
    }
}
