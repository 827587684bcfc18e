//! `persoline hold` and `persoline release`.

use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::store::Store;

use super::say;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Holds an order, or lets it go on.
pub(crate) fn hold(place: Place, application: &str, hold: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_beside(place)?;
    let record = open
        .store
        .order_of(&application.into())?
        .ok_or_else(|| Failure::input(format!("there is no application {application}")))?;
    let order = record.order;
    let deed = if hold { Deed::OrderHeld { order, reason: HoldReason::Person } } else { Deed::OrderReleased { order } };
    open.commit(deed)?;
    say(format!("{application} {}", if hold { "held" } else { "released" }))?;
    Ok(Ending::Done)
}
