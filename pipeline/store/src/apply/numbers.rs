//! Document numbers that the register grants for booklets whose number the machine engraves.

use persoline_domain::identifiers::DocumentNumber;
use persoline_domain::store::Refusal;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::Stop;
use crate::log::Subjects;

/// Longest document number, in characters: Doc 9303-4, 4.2.2, positions 1 to 9 of the lower line.
const LONGEST: usize = 9;

pub(super) fn grant(connection: &Connection, first: &DocumentNumber, last: &DocumentNumber) -> Result<Subjects, Stop> {
    let unfit = |why| Stop::Refused(Refusal::UnfitNumbers(first.clone(), last.clone(), why));
    let shape = "a number is capital letters, then digits, nine characters at most";
    let (letters, low, width) = parts(first).ok_or_else(|| unfit(shape))?;
    let (other_letters, high, other_width) = parts(last).ok_or_else(|| unfit(shape))?;
    if letters != other_letters || width != other_width {
        return Err(unfit("both must have the same letters and as many digits"));
    }
    if low > high {
        return Err(unfit("the last comes before the first"));
    }
    connection
        .prepare_cached("INSERT INTO number_range (letters, width, low, high, next) VALUES (?1, ?2, ?3, ?4, ?3)")?
        .execute(params![letters, width, low, high])
        .map_err(|error| match &error {
            rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::ConstraintViolation => {
                unfit("one of them was granted before or is the serial of a booklet")
            }
            _ => error.into(),
        })?;
    Ok(Subjects { detail: format!("{}: {first}-{last}", high - low + 1), ..Subjects::default() })
}

/// Takes the next number, from the range that was granted first.
pub(super) fn next(connection: &Connection) -> Result<DocumentNumber, Stop> {
    let taken: Option<String> = connection
        .prepare_cached(
            "UPDATE number_range SET next = next + 1
             WHERE id = (SELECT id FROM number_range WHERE next <= high ORDER BY id LIMIT 1)
             RETURNING letters || printf('%0*d', width, next - 1)",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    taken.map(DocumentNumber).ok_or_else(|| Refusal::NoNumbers.into())
}

/// Letters, value of the digits, and how many digits.
fn parts(number: &DocumentNumber) -> Option<(&str, i64, i64)> {
    let text = number.as_str();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = text.split_at_checked(letters)?;
    if digits.is_empty() || text.len() > LONGEST || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    Some((letters, digits.parse().ok()?, i64::try_from(digits.len()).ok()?))
}
