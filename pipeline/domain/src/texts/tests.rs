use std::collections::BTreeSet;

use super::*;
use crate::application::{Channel, CollectionKind, DocumentType};
use crate::booklet::{BlankKind, BookletState, Numbering, QuarantineDecision};
use crate::deed::HoldReason;
use crate::order::{OrderState, Priority};
use crate::store::{InspectionKind, OutboxKind, Refusal, StoreError};

/// Every text of the catalogue with something that names it in a failure.
fn everything() -> Vec<(String, Pair)> {
    let tables = machine::TABLES.into_iter().chain(events::TABLES).chain(reasons::TABLES);
    let named = tables.flatten().map(|(name, pair)| ((*name).to_owned(), *pair));
    let states = OrderState::ALL.into_iter().flat_map(|state| {
        [
            (format!("{state:?}"), names::order_state(state)),
            (format!("{state:?} meaning"), names::order_state_meaning(state)),
        ]
    });
    Text::ALL
        .iter()
        .map(|text| (format!("{text:?}"), text.pair()))
        .chain(named)
        .chain(states)
        .chain(BookletState::ALL.map(|state| (format!("{state:?}"), names::booklet_state(state))))
        .chain(HoldReason::ALL.map(|reason| (format!("{reason:?}"), names::hold_reason(reason))))
        .chain(Channel::ALL.map(|channel| (format!("{channel:?}"), names::channel(channel))))
        .chain(DocumentType::ALL.map(|document| (format!("{document:?}"), names::document(document))))
        .chain([Priority::Urgent, Priority::Normal].map(|p| (format!("{p:?}"), names::priority(p))))
        .chain(
            [CollectionKind::Kiosk, CollectionKind::Counter, CollectionKind::Mission]
                .map(|kind| (format!("{kind:?}"), names::collection_kind(kind))),
        )
        .chain(
            [BlankKind::Production, BlankKind::Test, BlankKind::Specimen]
                .map(|kind| (format!("{kind:?}"), names::blank_kind(kind))),
        )
        .chain(
            [Numbering::Perforated, Numbering::Engraved]
                .map(|numbering| (format!("{numbering:?}"), names::numbering(numbering))),
        )
        .chain(QuarantineDecision::ALL.map(|d| (format!("{d:?}"), names::quarantine_decision(d))))
        .chain(
            [InspectionKind::FirstPiece, InspectionKind::Sample]
                .map(|kind| (format!("{kind:?}"), names::inspection(kind))),
        )
        .chain(OutboxKind::ALL.map(|kind| (format!("{kind:?}"), names::report(kind))))
        .collect()
}

/// The `{names}` of a text.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
}

#[test]
fn no_text_is_missing_in_either_language() {
    let all = everything();
    assert!(all.len() > 250);
    for (key, pair) in all {
        assert!(!pair.english.trim().is_empty() && pair.english.is_ascii_or_quoted(), "{key}: {}", pair.english);
        let is_chinese = pair.chinese.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        assert!(is_chinese || key == "Product", "{key} has no Chinese: {}", pair.chinese);
        assert_eq!(holes(pair.english), holes(pair.chinese), "{key} has other values in Chinese");
    }
}

#[test]
fn characters_are_traditional() {
    // Simplified forms of characters that these texts use.
    let simplified = "机单张护时间证实据库状态为来从个们发号数无报这过还进连开关订机读页码写签错";
    for (key, pair) in everything() {
        for character in pair.chinese.chars() {
            assert!(!simplified.contains(character), "{key}: {character}");
        }
    }
}

#[test]
fn names_are_not_given_twice_to_states() {
    for language in Language::ALL {
        let orders: BTreeSet<&str> = OrderState::ALL.map(|state| names::order_state(state).of(language)).into();
        assert_eq!(orders.len(), OrderState::ALL.len());
        let booklets: BTreeSet<&str> = BookletState::ALL.map(|state| names::booklet_state(state).of(language)).into();
        assert_eq!(booklets.len(), BookletState::ALL.len());
    }
}

#[test]
fn a_code_is_listed_once() {
    for group in [&machine::TABLES[..], &events::TABLES[..], &reasons::TABLES[..]] {
        let mut seen = BTreeSet::new();
        for (name, _) in group.iter().copied().flatten() {
            // A state and a step of machines may share a name; reasons must not, or one hides the other.
            assert!(seen.insert(*name) || group.len() == machine::TABLES.len(), "{name} twice");
        }
    }
}

#[test]
fn every_hold_reason_is_also_a_reason_code() {
    for reason in HoldReason::ALL {
        assert!(reasons::reason(reason.name()).is_some(), "{reason:?}");
    }
}

#[test]
fn a_refusal_tells_what_is_at_odds_in_the_readers_words() {
    let differences = vec![(BookletState::Vault, -2), (BookletState::Good, 1)];
    let error = StoreError::Refused { index: 0, refusal: Refusal::NotReconciled { differences } };
    let english = refusals::store_error(&error, Language::English);
    assert_eq!(english, "Refused: the count and the books do not agree: In the vault -2, Good +1.");
    let chinese = refusals::store_error(&error, Language::TraditionalChinese);
    assert_eq!(chinese, "已拒絕：點算與帳目不符：存庫 -2，合格 +1。");
    assert_eq!(error.to_string(), "act 0 is refused: the books do not agree with the count: vault -2, good +1");
}

#[test]
fn values_are_filled_in_and_not_searched_again() {
    let text = pair("{a} of {b}", "{b} 的 {a}");
    assert_eq!(text.filled(Language::English, &[("a", "{b}"), ("b", "2")]), "{b} of 2");
    assert_eq!(text.filled(Language::TraditionalChinese, &[("a", "1"), ("b", "2")]), "2 的 1");
    assert_eq!(pair("{a", "甲").filled(Language::English, &[("a", "1")]), "{a");
    assert_eq!(pair("{c}", "甲").filled(Language::English, &[("a", "1")]), "{c}");
}

#[test]
fn tags_are_understood_with_their_regions() {
    for (tag, language) in [
        ("en", Some(Language::English)),
        ("EN-gb", Some(Language::English)),
        ("zh-HK", Some(Language::TraditionalChinese)),
        ("zh_Hant_TW", Some(Language::TraditionalChinese)),
        ("fr", None),
        ("", None),
    ] {
        assert_eq!(Language::parse(tag), language, "{tag}");
    }
    for language in Language::ALL {
        assert_eq!(Language::parse(language.tag()), Some(language));
    }
}

trait Plain {
    fn is_ascii_or_quoted(&self) -> bool;
}

impl Plain for str {
    /// English is plain ASCII but for quotation marks.
    fn is_ascii_or_quoted(&self) -> bool {
        self.chars().all(|c| c.is_ascii() || matches!(c, '“' | '”' | '’'))
    }
}
