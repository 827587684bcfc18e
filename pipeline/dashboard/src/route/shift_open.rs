//! `POST /shift/open`: begins a shift under the first free number of the day.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use persoline_domain::clock::Date;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{Actor, ShiftNumber};
use persoline_domain::store::{Refusal, StoreError};
use persoline_domain::texts::Text;

use super::shift::Counted;
use super::steer::{self, Done};
use super::wish::Wish;
use crate::place::Place;
use crate::site::Site;

/// Shifts that may begin on one day.
const SHIFTS_A_DAY: u64 = 99;

pub(super) async fn open(State(site): State<Arc<Site>>, wish: Wish) -> Response {
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let first = first_of(site.calendar.local_date(site.clock.now()));
        for number in first + 1..=first + SHIFTS_A_DAY {
            match steer::commit(site, actor, Deed::ShiftOpened { shift: ShiftNumber(number) }) {
                Ok(()) => {
                    if let Some(line) = site.line() {
                        for machine in line.steering.machines() {
                            let _ = line.steering.look(machine);
                        }
                    }
                    return Done::Yes("open");
                }
                Err(StoreError::Refused { refusal: Refusal::ShiftBefore(_), .. }) => {}
                Err(error) => return Done::Refused(error),
            }
        }
        Done::Unfit(Text::NoShiftNumber.of(language).to_owned())
    };
    steer::answer(site, wish, (Place::Shift(Counted::default()), "/shift".to_owned()), outcome).await
}

/// Shifts are numbered by day and count, as the commands do: 2026112201 is the first of 22 November 2026.
fn first_of(date: Date) -> u64 {
    let part = |number: i8| u64::from(number.unsigned_abs());
    ((u64::from(date.year().unsigned_abs()) * 100 + part(date.month())) * 100 + part(date.day())) * 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_numbered_by_their_day() {
        assert_eq!(first_of(Date::constant(2026, 11, 22)), 2_026_112_200);
    }
}
