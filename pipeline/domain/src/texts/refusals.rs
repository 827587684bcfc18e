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
        other => Text::RefusedOther.filled(language, &[("why", &other.to_string())]),
    }
}
