//! The reasons that persons may choose from. Codes and no text of their own, so that nothing personal gets into the log.

use persoline_domain::texts::Text;

use super::acts;
use crate::context::Context;
use crate::html::Html;

/// Why a finished document is rejected.
pub(crate) const REJECTION: [&str; 6] = ["page_flaw", "portrait_flaw", "wrong_data", "chip_flaw", "cover_flaw", "torn"];
/// Why a quarantine ends as it does.
pub(crate) const QUARANTINE: [&str; 5] = ["found_blank", "found_written", "found_faulty", "torn", "foreign_booklet"];

/// The code, if it is one of those to choose from.
pub(crate) fn chosen(from: &[&'static str], code: &str) -> Option<&'static str> {
    from.iter().find(|known| **known == code).copied()
}

/// A field from which a reason is chosen.
pub(crate) fn choice(context: &Context, from: &[&'static str], name: &str, label: &str) -> Html {
    let words: Vec<(&str, String)> = from.iter().map(|code| (*code, context.reason(code))).collect();
    let choices: Vec<(&str, &str)> = words.iter().map(|(code, words)| (*code, words.as_str())).collect();
    acts::choice(name, label, context.say(Text::ChooseReason), &choices)
}

#[cfg(test)]
mod tests {
    use persoline_domain::texts::reasons::reason;

    use super::*;

    #[test]
    fn every_reason_has_words_and_nothing_else_is_taken() {
        for code in REJECTION.iter().chain(&QUARANTINE) {
            assert!(reason(code).is_some(), "{code}");
        }
        assert_eq!(chosen(&REJECTION, "page_flaw"), Some("page_flaw"));
        assert_eq!(chosen(&REJECTION, "Jane Doe was here"), None);
    }
}
