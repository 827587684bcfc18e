//! What the machine may be given: the word of people and policy, the orders that wait, the other machines.
//!
//! The store is asked for the standing with every listing of orders, and at least every
//! [`listing_interval`](super::SessionSettings::listing_interval), whatever the machine does: so a word from another process
//! takes effect within that time.

use persoline_dispatch::{Choice, Decision, FeederView, Fleet, Health, IdleReason, PlaceView};
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::BookletState;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, BookletSerial, JobNumber, MachineName};
use persoline_domain::store::{FirstPiece, Standing, Store, StoreError, WaitingOrder};
use printer_driver::{Mode, Operation};

use super::{BookletCheck, Effect, Link, Listing, Moment, Session, Step};

/// Fewest orders of a kind that are listed, so that what ranks behind the next ones can be weighed too.
const LISTED: usize = 16;

/// Answers [`Effect::ListWaiting`] from a store. `fleet` are the host's other machines.
///
/// # Errors
/// What the store says.
pub fn list(
    store: &dyn Store,
    machine: &MachineName,
    documents: &[DocumentType],
    limit: usize,
    fleet: Fleet,
) -> Result<Listing, StoreError> {
    let standing = store.standing(machine)?;
    let waiting = if documents.is_empty() { Vec::new() } else { store.waiting(documents, limit)? };
    Ok(Listing { standing, waiting, fleet })
}

/// Answers [`Effect::AskBooklet`] from a store.
///
/// # Errors
/// What the store says.
pub fn check_booklet(store: &dyn Store, job: JobNumber, serial: &BookletSerial) -> Result<BookletCheck, StoreError> {
    let is_stopped = store.job(job)?.is_none_or(|record| record.stop_requested);
    let Some(record) = store.booklet(serial)? else {
        return Ok(BookletCheck { is_stopped, numbering: None, chip_serial: None, loaded_in: None });
    };
    Ok(BookletCheck {
        is_stopped,
        numbering: Some(record.blank.numbering),
        chip_serial: Some(record.blank.chip_serial),
        loaded_in: record.machine.filter(|_| record.state == BookletState::Loaded),
    })
}

impl Session {
    /// Asks for a listing when one is due.
    pub(super) fn ask_listing(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if self.listing {
            return;
        }
        self.empty_feeders.retain(|_, until| moment.at < *until);
        self.numbers_again_at = self.numbers_again_at.filter(|until| moment.at < *until);
        let documents = match self.obstacle() {
            Some(_) => Vec::new(),
            None => persoline_dispatch::wanted(&self.place()),
        };
        if moment.at >= self.standing_due_at || !documents.is_empty() && moment.at >= self.list_again_at {
            self.listing = true;
            let limit = usize::try_from(self.capacity).unwrap_or(LISTED).saturating_mul(2).max(LISTED);
            effects.push(Effect::ListWaiting { documents, limit });
        }
    }

    /// What the machine could take now.
    pub(super) fn place(&self) -> PlaceView {
        let under_way = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX);
        let free = self.capacity.saturating_sub(under_way);
        let free_places = match &self.standing {
            // Of a first piece there is one, and the store may not know yet that it is under way.
            Some(standing) if standing.first_piece == FirstPiece::Needed && under_way > 0 => 0,
            Some(standing) => standing.allowed(free),
            None => 0,
        };
        let known = self.feeders.values().filter(|feeder| !self.empty_feeders.contains_key(&feeder.id.0));
        let feeders = known.filter_map(|feeder| {
            let document = DocumentType::parse(&feeder.format.as_ref()?.0)?;
            let is_promised = |step| matches!(step, Step::Dispatching | Step::PickCheck | Step::Picking);
            let promised = self.jobs.values().filter(|job| job.feeder == feeder.id.0 && is_promised(job.step));
            let promised = u32::try_from(promised.count()).unwrap_or(u32::MAX);
            Some(FeederView { feeder: feeder.id.0, document, free: feeder.remaining.saturating_sub(promised) })
        });
        PlaceView {
            is_ready: self.obstacle().is_none(),
            free_places,
            under_way,
            feeders: feeders.collect(),
            setup: self.setup,
            health: self.health(),
            documents_per_hour: self.documents_per_hour(),
        }
    }

    /// What stands between the machine and any work at all.
    fn obstacle(&self) -> Option<IdleReason> {
        if self.apart.is_fenced_off() {
            return Some(IdleReason::FencedOff);
        }
        if self.apart.is_dead() {
            return Some(IdleReason::Dead);
        }
        let Some(standing) = &self.standing else { return Some(IdleReason::NoLink) };
        match standing {
            _ if standing.fenced_off.is_some() => Some(IdleReason::FencedOff),
            _ if self.health() == Health::Barred => Some(IdleReason::SpoiledTooMany),
            _ if standing.is_paused => Some(IdleReason::Paused),
            _ if standing.is_draining || self.draining => Some(IdleReason::Draining),
            _ if self.link != Link::Up => Some(IdleReason::NoLink),
            _ if !self.state.accepts_jobs() || self.mode != Mode::Production => Some(IdleReason::NotExecuting),
            _ if standing.needs_shift && !standing.has_shift => Some(IdleReason::NoShift),
            _ if standing.first_piece == FirstPiece::Pending => Some(IdleReason::FirstPiece),
            _ if self.settings.needs_coupler && self.recipient().is_some() => Some(IdleReason::NoCoupler),
            _ if self.numbers_again_at.is_some() => Some(IdleReason::NoNumbers),
            _ => None,
        }
    }

    pub(super) fn on_waiting(
        &mut self,
        result: Result<Listing, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.listing = false;
        self.standing_due_at = moment.at.after(self.settings.listing_interval);
        let Listing { standing, waiting, fleet } = match result {
            Ok(listing) => listing,
            Err(error) => return self.halt(error.to_string(), effects),
        };
        self.fleet = fleet;
        // Before the standing was known no order was asked for.
        let asked_for_orders = self.standing.is_some();
        self.on_standing(standing, moment, effects);
        // What this session is dispatching already may still look waiting to the reader.
        let waiting: Vec<WaitingOrder> =
            waiting.into_iter().filter(|order| !self.jobs.values().any(|job| job.order == order.order)).collect();
        let Choice { decisions, idle } = match self.obstacle() {
            Some(obstacle) => Choice { decisions: Vec::new(), idle: Some(obstacle) },
            None => {
                let limits = &self.settings.dispatch;
                persoline_dispatch::decide(&self.place(), &self.fleet, &waiting, moment.today, limits)
            }
        };
        self.idle = idle;
        if decisions.is_empty() && asked_for_orders {
            self.list_again_at = moment.at.after(self.settings.retry_after);
        }
        for decision in decisions {
            match decision {
                Decision::Hold { order } => {
                    let deed = Deed::OrderHeld { order, reason: HoldReason::TooManyRemakes };
                    effects.push(Effect::Report(Act { at: moment.at, actor: Actor::Line, fence: None, deed }));
                    self.list_again_at = moment.at.after(self.settings.retry_after);
                }
                Decision::Dispatch { order, feeder, .. } => {
                    if let Some(order) = waiting.iter().find(|candidate| candidate.order == order) {
                        self.dispatch(order, feeder, moment, effects);
                    }
                }
            }
        }
    }

    /// The word of people and policy.
    fn on_standing(&mut self, standing: Standing, moment: Moment, effects: &mut Vec<Effect>) {
        self.care.on_pause_told(standing.is_paused);
        self.pause_again(standing.is_paused, moment, effects);
        self.on_fencing_told(standing.fenced_off.as_deref(), moment, effects);
        let drains = standing.is_draining;
        self.standing = Some(standing);
        if drains {
            self.withdraw_unpicked(moment, effects);
        }
    }

    /// Gives up what the machine has not been asked to pick, or could not take.
    fn withdraw_unpicked(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        let is_unpicked = |step, is_waiting| step == Step::PickCheck || step == Step::Picking && is_waiting;
        let picks = |operation: &Operation| matches!(operation, Operation::Pick { .. });
        let unpicked = self.jobs.values().filter(|job| {
            is_unpicked(job.step, job.retry_at.is_some())
                && job.pending.as_ref().is_none_or(|command| picks(&command.operation))
        });
        let unpicked: Vec<JobNumber> = unpicked.map(|job| job.number).collect();
        for number in unpicked {
            if let Some(job) = self.jobs.get_mut(&number) {
                job.pending = None;
            }
            self.withdraw(number, "draining", false, moment, effects);
        }
    }

    /// A person has paused or resumed the machine; the store is asked at once, for its word is the truth.
    pub(super) fn on_pause(&mut self, paused: bool) {
        if let Some(standing) = &mut self.standing {
            standing.is_paused = paused;
        }
        self.look();
    }

    /// The store is asked at the next occasion.
    pub(super) fn look(&mut self) {
        self.standing_due_at = Timestamp(i64::MIN);
    }
}
