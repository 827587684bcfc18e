//! Care for the machine: how it did of late, how fast it is, and alarms that the host itself raises about it.

use std::collections::BTreeMap;
use std::time::Duration;

use persoline_dispatch::{DispatchLimits, Health, HealthRecord, Pace};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, OrderId};

use super::{Effect, Moment, Session};

/// Longest time between two inputs that counts, in milliseconds; more is a host that slept or a clock that jumped.
pub(super) const LONGEST_GAP: i64 = 60_000;
/// How long the store may take until it shows a pause, before it is told again, in milliseconds.
const TOLD_AGAIN: i64 = 5_000;
/// Chips in a row that refused the keys, after which no more of them are tried: a wrong key version would block a carton.
pub(super) const KEYS_REFUSED_IN_A_ROW: u32 = 3;
/// Reports about the machine that the log takes in a minute; what flaps fills neither the log nor the store's queue.
const REPORTS_A_MINUTE: u32 = 30;

/// An alarm of the host's own about a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAlarm {
    /// Under which the texts know it: `fenced_off`, `machine_dead`, `spoils_in_a_row`, `keys_refused_in_a_row`, `no_numbers`.
    pub code: &'static str,
    /// What exactly, for the operator; no personal data.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
}

/// What the session remembers of the machine's performance.
#[derive(Debug, Default)]
pub(super) struct Care {
    record: HealthRecord,
    pace: Pace,
    looked_at: Option<Timestamp>,
    /// Chips in a row that refused the keys.
    keys_refused: u32,
    /// Whether the store has shown the pause that follows from too many spoiled.
    pause_seen: bool,
    is_barred: bool,
    /// When the store was told last to pause the machine.
    pause_told_at: Option<Timestamp>,
    /// When the present minute of reports began, and how many came in it.
    reports: Option<(Timestamp, u32)>,
    alarms: BTreeMap<&'static str, HostAlarm>,
}

impl Care {
    pub(super) fn health(&self, limits: &DispatchLimits) -> Health {
        if self.is_barred { Health::Barred } else { self.record.health(limits) }
    }
    pub(super) fn documents_per_hour(&self, promised: u32) -> u32 {
        self.pace.documents_per_hour(promised)
    }
    pub(super) fn alarms(&self) -> impl Iterator<Item = &HostAlarm> {
        self.alarms.values()
    }
    pub(super) fn raise(&mut self, code: &'static str, detail: String, since: Timestamp) {
        self.alarms.entry(code).or_insert(HostAlarm { code, detail, since });
    }
    pub(super) fn clear(&mut self, code: &'static str) {
        self.alarms.remove(code);
    }

    /// Time passes, with or without work for the machine.
    pub(super) fn passes(&mut self, at: Timestamp, has_work: bool) {
        if let Some(before) = self.looked_at.replace(at)
            && has_work
        {
            let gap = at.milliseconds_since(before).clamp(0, LONGEST_GAP);
            self.pace.busy(Duration::from_millis(gap.unsigned_abs()));
        }
    }

    /// A person who resumes a machine that was paused for its spoiling or its chips has looked at it.
    pub(super) fn on_pause_told(&mut self, is_paused: bool) {
        if self.is_barred && is_paused {
            self.pause_seen = true;
        } else if self.is_barred && self.pause_seen {
            (self.is_barred, self.pause_seen, self.record) = (false, false, HealthRecord::default());
            self.keys_refused = 0;
            self.clear("spoils_in_a_row");
            self.clear("keys_refused_in_a_row");
        }
    }
}

impl Session {
    /// Whether the log takes another report of what the machine told.
    pub(super) fn may_report(&mut self, at: Timestamp) -> bool {
        let (since, count) = self.care.reports.unwrap_or((at, 0));
        let is_over = !(0..LONGEST_GAP).contains(&at.milliseconds_since(since));
        let (since, count) = if is_over { (at, 0) } else { (since, count) };
        self.care.reports = Some((since, count.saturating_add(1)));
        count < REPORTS_A_MINUTE
    }

    /// The store does not show the pause that was asked for: it was lost, or lifted before it was seen.
    pub(super) fn pause_again(&mut self, is_paused: bool, moment: Moment, effects: &mut Vec<Effect>) {
        let told = self.care.pause_told_at.map_or(i64::MAX, |at| moment.at.milliseconds_since(at));
        if self.care.is_barred && !self.care.pause_seen && !is_paused && !(0..=TOLD_AGAIN).contains(&told) {
            self.pause_for_a_person(moment, effects);
        }
    }

    fn pause_for_a_person(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        self.care.pause_told_at = Some(moment.at);
        let deed = Deed::MachinePaused { machine: self.machine.clone() };
        effects.push(Effect::Report(Act { at: moment.at, actor: Actor::Line, fence: None, deed }));
    }

    /// A document came out well.
    pub(super) fn note_good(&mut self) {
        self.care.record.good();
        self.care.pace.finished();
    }

    /// A booklet was lost on the machine, and neither its order nor the centre is to blame.
    pub(super) fn note_spoiled(&mut self, order: OrderId, moment: Moment, effects: &mut Vec<Effect>) {
        self.care.record.spoiled(order);
        if self.care.is_barred || self.care.record.health(&self.settings.dispatch) != Health::Barred {
            return;
        }
        self.bar("spoils_in_a_row", self.settings.dispatch.spoils_in_a_row, moment, effects);
    }

    /// A chip has accepted the keys.
    pub(super) fn note_keys_accepted(&mut self) {
        self.care.keys_refused = 0;
    }

    /// A chip has refused the keys, or there are none for it: the batch or its key version is mistaken, or the keys are.
    pub(super) fn note_keys_refused(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        self.care.keys_refused = self.care.keys_refused.saturating_add(1);
        if !self.care.is_barred && self.care.keys_refused >= KEYS_REFUSED_IN_A_ROW {
            self.bar("keys_refused_in_a_row", KEYS_REFUSED_IN_A_ROW, moment, effects);
        }
    }

    /// The machine gets no more work until a person has looked.
    fn bar(&mut self, code: &'static str, count: u32, moment: Moment, effects: &mut Vec<Effect>) {
        (self.care.is_barred, self.care.pause_seen) = (true, false);
        self.care.raise(code, count.to_string(), moment.at);
        self.report(code.to_owned(), moment, effects);
        // Durable, so that it stays so when the host starts again.
        self.pause_for_a_person(moment, effects);
    }
}
