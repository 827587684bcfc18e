//! Check digits (Doc 9303-3 4.9).

const WEIGHTS: [u32; 3] = [7, 3, 1];

/// The check digit over `characters`, `'0'` to `'9'`: weights 7 3 1 repeated, digits as they are, A to Z as 10 to 35, the
/// filler as zero, modulo 10. `None` when a character is none of these.
pub fn check_digit(characters: &str) -> Option<char> {
    check_digit_of(characters.chars())
}

/// The check digit over characters that do not stand together.
pub(super) fn check_digit_of(characters: impl Iterator<Item = char>) -> Option<char> {
    let mut sum = 0u32;
    for (character, weight) in characters.zip(WEIGHTS.into_iter().cycle()) {
        let value = match character {
            '<' => 0,
            '0'..='9' | 'A'..='Z' => character.to_digit(36)?,
            _ => return None,
        };
        sum = (sum + value * weight) % 10;
    }
    char::from_digit(sum, 10)
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn examples_of_doc_9303_3_appendix_a() {
        assert_eq!(check_digit("520727"), Some('3'));
        assert_eq!(check_digit("AB2134<<<"), Some('5'));
        assert_eq!(check_digit("HA672242<658022549601086<<<<<<<<<<<<<<0"), Some('8'));
        assert_eq!(check_digit("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<"), Some('2'));
        assert_eq!(check_digit("HA672242<658022549601086<<<<<<<"), Some('8'));
        assert_eq!(check_digit("L898902C<"), Some('3'));
    }

    #[test]
    fn other_characters_have_no_value() {
        for bad in ["a", " ", "É", "*", "12-"] {
            assert_eq!(check_digit(bad), None);
        }
        assert_eq!(check_digit(""), Some('0'));
    }
}
