//! What the settings decide and the log must know before work begins: the policy, granted document numbers, and machines
//! that are gone.

mod left_behind;

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{DocumentNumber, Sequence};
use persoline_domain::store::{Refusal, Store, StoreError};

use crate::centre::OpenCentre;
use crate::exit::Failure;
use crate::settings::NumberRange;
use crate::system::actor;

/// Events that are looked through at once.
const PAGE: usize = 4096;

/// Sets the policy and grants the numbers of the settings where the store does not have them yet; gives up what machines
/// had under way that are not in the settings any more.
pub(crate) fn settle(open: &OpenCentre) -> Result<(), Failure> {
    let policy = open.settings.policy.policy();
    if open.store.policy()? != policy {
        open.commit(Deed::PolicySet { policy })?;
    }
    open.settings.document_numbers.iter().try_for_each(|range| grant(open, range))?;
    Ok(left_behind::give_up(open)?)
}

/// Grants a range, unless exactly this one was granted before.
fn grant(open: &OpenCentre, range: &NumberRange) -> Result<(), Failure> {
    let (first, last) = (DocumentNumber(range.first.clone()), DocumentNumber(range.last.clone()));
    let deed = Deed::NumbersGranted { first, last };
    let act = Act { at: open.clock.now(), actor: actor(), fence: None, deed };
    match open.store.commit(vec![act]) {
        Ok(_) => Ok(()),
        Err(StoreError::Refused { refusal: Refusal::UnfitNumbers(..), .. }) if was_granted(open, range)? => Ok(()),
        Err(error) => Err(Failure::from(error)),
    }
}

/// Looks for the grant in the log, from its beginning: ranges are granted early in a centre's life.
fn was_granted(open: &OpenCentre, range: &NumberRange) -> Result<bool, Failure> {
    let told = format!("{}-{}", range.first, range.last);
    let mut after = Sequence(0);
    loop {
        let page = open.store.events_after(after, PAGE)?;
        let Some(last) = page.last() else { return Ok(false) };
        after = last.sequence;
        if page.iter().any(|event| event.kind == "numbers_granted" && event.detail.ends_with(&told)) {
            return Ok(true);
        }
    }
}
