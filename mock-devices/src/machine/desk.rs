//! What the controller keeps of the machine as a whole: states, alarms, levels, counts.

use printer_driver::{
    Alarm, AlarmId, Consumable, ControlMode, IdempotencyKey, ImageId, Mode, Severity, Stack, State, StationId,
};

use super::controller::station;
use super::record::record_struct;
use super::settings::SupplySettings;

/// Cleared alarms that nobody has acknowledged are kept up to this number.
pub(crate) const ALARMS_KEPT: usize = 100;

/// The machine as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) state: State,
    pub(crate) mode: Mode,
    pub(crate) control: ControlMode,
    pub(crate) is_attached: bool,
    /// The highest fencing token that was seen.
    pub(crate) token: u64,
    pub(crate) start_count: u64,
    pub(crate) newest_event: u64,
    pub(crate) last_alarm: u64,
    pub(crate) last_image: u64,
    pub(crate) last_arrival: u64,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) supplies: Vec<Supply>,
    pub(crate) picked: u64,
    pub(crate) good: u64,
    pub(crate) rejected: Vec<(String, u64)>,
    pub(crate) cycles: Vec<(StationId, u64)>,
    pub(crate) stacked: Vec<(Stack, u32)>,
    /// Forced faults that have struck, by their place in the plan.
    pub(crate) spent_faults: Vec<u32>,
    /// Whether the machine suspended itself because of a full stack.
    pub(crate) is_blocked: bool,
    /// Serial ranges of what was loaded into each feeder.
    pub(crate) ranges: Vec<(u16, (String, String))>,
    pub(crate) is_cover_open: bool,
    /// How far the machine's clock is off, in milliseconds.
    pub(crate) clock_offset_ms: i64,
    /// Commands that have ended and whose completion is told late.
    pub(crate) untold: Vec<IdempotencyKey>,
}

record_struct!(Desk {
    state,
    mode,
    control,
    is_attached,
    token,
    start_count,
    newest_event,
    last_alarm,
    last_image,
    last_arrival,
    alarms,
    supplies,
    picked,
    good,
    rejected,
    cycles,
    stacked,
    spent_faults,
    is_blocked,
    ranges,
    is_cover_open,
    clock_offset_ms,
    untold
});

/// Something that is used up.
#[derive(Debug, Clone)]
pub(crate) struct Supply {
    pub(crate) shown: Consumable,
    /// What is left, in millionths of full.
    pub(crate) left: u32,
    /// What one document takes, in millionths of full.
    pub(crate) per_document: u32,
    /// Where it is used.
    pub(crate) used_at: StationId,
}

record_struct!(Supply { shown, left, per_document, used_at });

impl Supply {
    fn new(settings: &SupplySettings) -> Self {
        let (lot, expiry) = (Some(settings.lot.to_owned()), settings.expiry.map(str::to_owned));
        Supply {
            shown: Consumable::new(settings.name, 1000).with_lot(lot, expiry),
            left: 1_000_000,
            per_document: settings.per_document,
            used_at: station::using(settings.used_at),
        }
    }
}

impl Desk {
    pub(crate) fn new(supplies: &[SupplySettings]) -> Self {
        Desk {
            state: State::Stopped,
            mode: Mode::Production,
            control: ControlMode::Offline,
            is_attached: false,
            token: 0,
            start_count: 0,
            newest_event: 0,
            last_alarm: 0,
            last_image: 0,
            last_arrival: 0,
            alarms: Vec::new(),
            supplies: supplies.iter().map(Supply::new).collect(),
            picked: 0,
            good: 0,
            rejected: Vec::new(),
            cycles: Vec::new(),
            stacked: vec![(Stack::Good, 0), (Stack::Reject, 0)],
            spent_faults: Vec::new(),
            is_blocked: false,
            ranges: Vec::new(),
            is_cover_open: false,
            clock_offset_ms: 0,
            untold: Vec::new(),
        }
    }

    pub(crate) fn stacked(&self, stack: Stack) -> u32 {
        self.stacked.iter().find(|(which, _)| *which == stack).map_or(0, |(_, count)| *count)
    }

    pub(crate) fn set_stacked(&mut self, stack: Stack, count: u32) {
        for entry in self.stacked.iter_mut().filter(|(which, _)| *which == stack) {
            entry.1 = count;
        }
    }

    pub(crate) fn count_rejected(&mut self, reason: &str) {
        match self.rejected.iter_mut().find(|(known, _)| known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.rejected.push((reason.to_owned(), 1)),
        }
    }

    /// Counts a station's work and returns how often it has worked.
    pub(crate) fn count_cycle(&mut self, station: StationId) -> u64 {
        match self.cycles.iter_mut().find(|(known, _)| *known == station) {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                *count
            }
            None => {
                self.cycles.push((station, 1));
                1
            }
        }
    }

    pub(crate) fn cycles(&self, station: StationId) -> u64 {
        self.cycles.iter().find(|(known, _)| *known == station).map_or(0, |(_, count)| *count)
    }

    pub(crate) fn next_image(&mut self) -> ImageId {
        self.last_image = self.last_image.saturating_add(1);
        ImageId(self.last_image)
    }

    /// Sets an alarm; none when this condition is set already.
    pub(crate) fn set_alarm(
        &mut self,
        code: &str,
        severity: Severity,
        text: String,
        station: Option<StationId>,
    ) -> Option<Alarm> {
        if self.alarms.iter().any(|alarm| alarm.is_set && alarm.code == code && alarm.station == station) {
            return None;
        }
        self.last_alarm = self.last_alarm.saturating_add(1);
        let id = AlarmId(self.last_alarm);
        let alarm = Alarm::new(id, code, severity, text).with_station(station);
        self.alarms.push(alarm.clone());
        if self.alarms.len() > ALARMS_KEPT
            && let Some(oldest) = self.alarms.iter().position(|alarm| !alarm.is_set)
        {
            self.alarms.remove(oldest);
        }
        Some(alarm)
    }

    /// Clears the alarms that `which` picks and returns their names.
    pub(crate) fn clear_alarms(&mut self, which: impl Fn(&Alarm) -> bool) -> Vec<AlarmId> {
        let mut cleared = Vec::new();
        for alarm in self.alarms.iter_mut().filter(|alarm| alarm.is_set && which(alarm)) {
            alarm.is_set = false;
            cleared.push(alarm.id);
        }
        self.alarms.retain(|alarm| alarm.is_set || !alarm.is_acknowledged);
        cleared
    }

    /// Whether there was such an alarm.
    pub(crate) fn acknowledge(&mut self, id: AlarmId) -> bool {
        let Some(alarm) = self.alarms.iter_mut().find(|alarm| alarm.id == id) else { return false };
        alarm.is_acknowledged = true;
        self.alarms.retain(|alarm| alarm.is_set || !alarm.is_acknowledged);
        true
    }
}
