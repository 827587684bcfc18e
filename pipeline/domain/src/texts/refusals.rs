//! What a refusal of the store says to the person whose wish it was.

use super::{Language, Text, names};
use crate::booklet::BookletState;
use crate::order::OrderState;
use crate::store::{Refusal, StoreError};

/// Why the store did not do as a person asked.
pub fn store_error(error: &StoreError, language: Language) -> String {
    match error {
        StoreError::Refused { refusal, .. } => refusal_text(refusal, language),
        StoreError::Full { place } => Text::StoreFull.filled(language, &[("place", place)]),
        StoreError::Broken { place, what } => Text::StoreBroken.filled(language, &[("place", place), ("what", what)]),
    }
}

fn refusal_text(refusal: &Refusal, language: Language) -> String {
    match refusal {
        Refusal::NotFound(_) => Text::RefusedNotFound.of(language).to_owned(),
        Refusal::Unlawful { state, .. } => {
            let state = OrderState::parse(state)
                .map(names::order_state)
                .or_else(|| BookletState::parse(state).map(names::booklet_state))
                .map_or(*state, |pair| pair.of(language));
            Text::RefusedState.filled(language, &[("state", state)])
        }
        Refusal::Fenced => Text::RefusedFenced.of(language).to_owned(),
        Refusal::BoundBefore(serial) => Text::RefusedBoundBefore.filled(language, &[("serial", serial.as_str())]),
        Refusal::ForeignBooklet(serial) => Text::RefusedForeign.filled(language, &[("serial", serial.as_str())]),
        Refusal::DeliveredBefore(delivery) => Text::RefusedDelivered.filled(language, &[("delivery", delivery)]),
        Refusal::NoNumbers => Text::RefusedNoNumbers.of(language).to_owned(),
        Refusal::UnfitNumbers(first, last, _) => {
            Text::RefusedNumbers.filled(language, &[("first", first.as_str()), ("last", last.as_str())])
        }
        Refusal::Miscounted { counted, books } => Text::RefusedMiscounted
            .filled(language, &[("counted", &counted.to_string()), ("books", &books.to_string())]),
        Refusal::NotReconciled { differences } => {
            let told = |(state, count): &(BookletState, i64)| {
                format!("{} {count:+}", names::booklet_state(*state).of(language))
            };
            let separator = if language == Language::English { ", " } else { "，" };
            let differences = differences.iter().map(told).collect::<Vec<_>>().join(separator);
            Text::RefusedNotReconciled.filled(language, &[("differences", &differences)])
        }
        Refusal::ShiftOpen(shift) => Text::RefusedShiftOpen.filled(language, &[("shift", &shift.to_string())]),
        Refusal::ShiftBefore(shift) => Text::RefusedShiftBefore.filled(language, &[("shift", &shift.to_string())]),
        Refusal::NeedsPerson => Text::RefusedNeedsPerson.of(language).to_owned(),
        Refusal::NeedsAnotherPerson => Text::RefusedNeedsAnother.of(language).to_owned(),
        Refusal::StopRequested => Text::RefusedStop.of(language).to_owned(),
        Refusal::MachineBarred(machine, _) => Text::RefusedMachine.filled(language, &[("machine", machine.as_str())]),
        other => Text::RefusedOther.filled(language, &[("why", &other.to_string())]),
    }
}
