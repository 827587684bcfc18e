//! Whether a run that has orders left can still do anything about them by itself.

use persoline_dispatch::IdleReason;
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{BlankKind, BookletState};
use persoline_domain::identifiers::{BookletSerial, MachineName};
use persoline_domain::store::{BookletRecord, Store};
use persoline_line::session::Step;
use persoline_line::watch::MachineSight;

use super::Ended;
use crate::exit::Failure;

/// Booklets that are looked at at once.
const PAGE: usize = 4096;
/// What a machine's session calls it when no document number is left.
const NO_NUMBERS: &str = "no_numbers";

/// Jobs that stand still until a person acts: those of sessions that have ended, and those that wait for a number.
pub(super) fn jobs_at_a_stand(sights: &[MachineSight]) -> usize {
    sights
        .iter()
        .map(|sight| match sight.halted {
            Some(_) => sight.jobs.len(),
            None if lacks_numbers(sight) => sight.jobs.iter().filter(|(_, _, step)| waits_for_number(*step)).count(),
            None => 0,
        })
        .sum()
}

/// Where a job is whose booklet was picked and that asks for a number again and again.
fn waits_for_number(step: Step) -> bool {
    matches!(step, Step::Pausing | Step::BindCheck | Step::Binding)
}

/// Whether a machine waits for document numbers.
pub(super) fn lacks_numbers(sight: &MachineSight) -> bool {
    sight.host_alarms.iter().any(|alarm| alarm.code == NO_NUMBERS)
}

/// Why nothing can go on; none when a machine can make what waits, or may be able to as soon as its link works.
pub(super) fn why(store: &dyn Store, sights: &[MachineSight]) -> Result<Option<Ended>, Failure> {
    let halted: Vec<&MachineName> = sights.iter().filter(|s| s.halted.is_some()).map(|s| &s.machine).collect();
    let (mut waits, mut needs_people) = (false, false);
    for document in DocumentType::ALL {
        if store.waiting(&[document], 1)?.is_empty() {
            continue;
        }
        waits = true;
        if !has_blanks(store, document, &halted)? {
            continue;
        }
        for sight in sights.iter().filter(|sight| sight.halted.is_none() && may_make(sight, document)) {
            if !is_barred(store, sight)? {
                return Ok(None);
            }
        }
        needs_people = true;
    }
    Ok(match (waits, needs_people) {
        (_, true) => Some(Ended::NeedsPeople),
        (true, false) => Some(Ended::NoBlanks),
        // Only jobs are left that stand still.
        (false, false) => Some(Ended::NeedsPeople),
    })
}

/// Whether a machine has a feeder for this kind; one that has never told of its feeders may have.
fn may_make(sight: &MachineSight, document: DocumentType) -> bool {
    let kinds = || sight.feeders.iter().filter_map(|feeder| DocumentType::parse(&feeder.format.as_ref()?.0));
    sight.feeders.is_empty() || kinds().any(|kind| kind == document)
}

/// Whether only a person can give this machine work again.
fn is_barred(store: &dyn Store, sight: &MachineSight) -> Result<bool, Failure> {
    let by_session =
        matches!(sight.idle, Some(IdleReason::SpoiledTooMany | IdleReason::NoNumbers | IdleReason::NoCoupler));
    Ok(by_session || lacks_numbers(sight) || store.standing(&sight.machine)?.allowed(1) == 0)
}

/// Whether a blank of this kind is in the vault, or in a feeder of a machine that has not halted.
fn has_blanks(store: &dyn Store, document: DocumentType, halted: &[&MachineName]) -> Result<bool, Failure> {
    let is_wanted = |record: &BookletRecord| {
        record.blank.format == document
            && record.blank.kind == BlankKind::Production
            && !record.machine.as_ref().is_some_and(|machine| halted.contains(&machine))
    };
    for state in [BookletState::Vault, BookletState::Loaded] {
        let mut after: Option<BookletSerial> = None;
        loop {
            let page = store.booklets(state, None, after.as_ref(), PAGE)?;
            if page.iter().any(is_wanted) {
                return Ok(true);
            }
            let Some(last) = page.last().filter(|_| page.len() == PAGE) else { break };
            after = Some(last.blank.serial.clone());
        }
    }
    Ok(false)
}
