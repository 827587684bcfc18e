//! Every text that people read, in two languages.
//!
//! Sentences and labels are keys of [`Text`]; names of states, steps, reasons, alarms and events are looked up by the name
//! under which the store, the line or a machine knows them. A key without both texts does not compile, and a test holds
//! every state of the domain against the names.
//!
//! ```
//! use persoline_domain::texts::{Language, Text, names};
//! use persoline_domain::order::OrderState;
//!
//! assert_eq!(Text::Hold.of(Language::English), "Hold");
//! assert_eq!(Text::NotFoundOrder.filled(Language::English, &[("application", "A-1")]), "There is no order A-1.");
//! assert_eq!(names::order_state(OrderState::Held).of(Language::TraditionalChinese), "擱置");
//! ```

pub mod events;
pub mod machine;
pub mod names;
mod page;
pub mod reasons;
pub mod refusals;

pub use page::Text;

/// A language in which people are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English as written in Hong Kong and Britain.
    #[default]
    English,
    /// Chinese in traditional characters, as written in Hong Kong.
    TraditionalChinese,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::English, Language::TraditionalChinese];

    /// The language tag (RFC 5646) used in pages, cookies and options.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::TraditionalChinese => "zh-Hant",
        }
    }
    /// The language of that tag, region and case aside: `en-GB`, `zh-HK`, `zh-Hant-TW`. Any Chinese is answered in
    /// traditional characters, which is nearer to its reader than English.
    pub fn parse(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Some(Language::English)
        } else if primary.eq_ignore_ascii_case("zh") {
            Some(Language::TraditionalChinese)
        } else {
            None
        }
    }
    /// What its readers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::TraditionalChinese => "繁體中文",
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// In English.
    pub english: &'static str,
    /// In traditional Chinese.
    pub chinese: &'static str,
}

impl Pair {
    /// The text in a language.
    pub fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::TraditionalChinese => self.chinese,
        }
    }

    /// The text with its `{names}` replaced by values. A value is not searched for names again.
    pub fn filled(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut rest = self.of(language);
        let mut filled = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => filled.push_str(value),
                None => {
                    filled.push('{');
                    filled.push_str(name);
                    filled.push('}');
                }
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

impl Text {
    /// The text in a language.
    pub fn of(self, language: Language) -> &'static str {
        self.pair().of(language)
    }
    /// The text with its `{names}` replaced by values.
    pub fn filled(self, language: Language, values: &[(&str, &str)]) -> String {
        self.pair().filled(language, values)
    }
}

const fn pair(english: &'static str, chinese: &'static str) -> Pair {
    Pair { english, chinese }
}

/// Looks a name up in a table.
fn find(table: &[(&str, Pair)], name: &str) -> Option<Pair> {
    table.iter().find(|(key, _)| *key == name).map(|(_, pair)| *pair)
}

#[cfg(test)]
mod tests;
