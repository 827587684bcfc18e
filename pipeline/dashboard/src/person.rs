//! The name under which a person at the dashboard acts. There are no accounts yet: it is what the person typed.

/// The cookie that remembers the name.
pub(crate) const PERSON_COOKIE: &str = "person";
/// Seconds for which the name is remembered: a shift and its overtime, because several people share a screen.
pub(crate) const REMEMBERED: u32 = 43_200;
/// Longest name, in characters; as long as the commands allow.
const NAME_LIMIT: usize = 64;

/// The name that was typed, if it can be one: what the commands take as the name of an account, so that one person is
/// not two.
pub(crate) fn name(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    let is_name = (1..=NAME_LIMIT).contains(&typed.chars().count())
        && typed.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    is_name.then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_letters_digits_and_few_signs() {
        for typed in ["m.chan", " Li-2 ", "陳大文", "x"] {
            assert_eq!(name(typed), Some(typed.trim()));
        }
        for typed in ["", "  ", "two words", "a:b", "<b>", "a\nb", &"x".repeat(65)] {
            assert_eq!(name(typed), None, "{typed}");
        }
    }
}
