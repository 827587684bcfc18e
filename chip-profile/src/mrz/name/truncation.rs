//! How a name that is too long is cut to its field (Doc 9303-4 4.2.3).

/// Which of the standard's ways a long primary identifier is cut in; a long secondary identifier is cut at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TruncationPolicy {
    /// Doc 9303-4 4.2.3.3 a): the last components become initials, as few of them as need be.
    #[default]
    Initials,
    /// Doc 9303-4 4.2.3.3 b): the first component and the first forename stay whole, the others are shortened, the
    /// longest first.
    Components,
    /// Doc 9303-4 4.2.3.3 c): every component is cut to the same number of characters.
    FixedLength,
}

/// Characters that the separator and one letter of the secondary identifier take.
const SECONDARY_MINIMUM: usize = 3;

/// Both identifiers cut to `positions` characters in all, or `None` when no cut ends with a letter.
pub(super) fn truncate(
    primary: &str,
    secondary: &str,
    positions: usize,
    policy: TruncationPolicy,
) -> Option<(String, String)> {
    let mut components: Vec<&str> = primary.split('<').collect();
    if secondary.is_empty() {
        let mut primary = components;
        cut_end(&mut primary, positions)?;
        return Some((primary.join("<"), String::new()));
    }
    let limit = positions.checked_sub(SECONDARY_MINIMUM)?;
    if primary.len() > limit {
        match policy {
            TruncationPolicy::Initials => initials(&mut components, limit)?,
            TruncationPolicy::Components => {
                let first_forename = secondary.split('<').next().map_or(0, str::len);
                // A forename may take half of the field, lest it leave nothing of the surname.
                let reserved = first_forename.min((positions - 2) / 2);
                shorten(&mut components, positions - 2 - reserved)?;
            }
            TruncationPolicy::FixedLength => fixed_length(&mut components, secondary, positions)?,
        }
        restore(&mut components, primary, (positions - 2).saturating_sub(secondary.len()));
    }
    finish(components, secondary, positions)
}

/// Gives letters back where the secondary identifier is too short to fill what has been freed, for the field of a name
/// that was cut is always full.
fn restore<'a>(components: &mut [&'a str], primary: &'a str, least: usize) {
    for (index, whole) in primary.split('<').enumerate() {
        let missing = least.saturating_sub(joined_length(components));
        if let Some(component) = components.get_mut(index) {
            let length = (component.len() + missing).min(whole.len());
            *component = whole.get(..length).unwrap_or(whole);
        }
    }
}

/// Cuts the secondary identifier to what the primary leaves. Where the cut falls on a filler, the secondary's longest
/// component gives one letter, or the primary's, so that the next initial moves into the last position.
fn finish(mut primary: Vec<&str>, secondary: &str, positions: usize) -> Option<(String, String)> {
    loop {
        let room = positions.checked_sub(joined_length(&primary) + 2)?;
        let mut forenames: Vec<&str> = secondary.split('<').collect();
        if joined_length(&forenames) == room {
            return Some((primary.join("<"), secondary.to_owned()));
        }
        if joined_length(&forenames) < room {
            return None;
        }
        if cut_end(&mut forenames, room).is_some() {
            return Some((primary.join("<"), forenames.join("<")));
        }
        shorten_longest(&mut primary)?;
    }
}

/// Cuts a list of components to `room` characters that end with a letter; `None` when that cannot be.
fn cut_end(components: &mut Vec<&str>, room: usize) -> Option<()> {
    loop {
        let mut kept: Vec<&str> = Vec::new();
        let mut used = 0;
        for component in components.iter() {
            let start = if kept.is_empty() { 0 } else { used + 1 };
            if start >= room {
                break;
            }
            let length = component.len().min(room - start);
            kept.push(component.get(..length)?);
            used = start + length;
        }
        if used == room && room > 0 {
            *components = kept;
            return Some(());
        }
        // The position left over takes the filler before the next component: shorten one that stands before the cut.
        let before_cut = kept.len();
        shorten_longest(components.get_mut(..before_cut)?)?;
    }
}

fn initials(components: &mut [&str], limit: usize) -> Option<()> {
    for index in (0..components.len()).rev() {
        if joined_length(components) <= limit {
            return Some(());
        }
        // The first component is only cut as far as it must be.
        let excess = joined_length(components) - limit;
        let component = components.get_mut(index)?;
        let keep = if index == 0 { component.len().saturating_sub(excess).max(1) } else { 1 };
        *component = component.get(..keep)?;
    }
    (joined_length(components) <= limit).then_some(())
}

fn shorten(components: &mut [&str], limit: usize) -> Option<()> {
    while joined_length(components) > limit {
        if components.len() > 1 && components.get_mut(1..).and_then(shorten_longest).is_some() {
            continue;
        }
        shorten_longest(components)?;
    }
    Some(())
}

fn fixed_length(components: &mut Vec<&str>, secondary: &str, positions: usize) -> Option<()> {
    let first_forename = secondary.split('<').next().map_or(0, str::len);
    let longest = components.iter().map(|component| component.len()).max()?;
    let cut_to = |length: usize| -> Vec<&str> {
        components.iter().map(|component| component.get(..length).unwrap_or(component)).collect()
    };
    // The greatest length that leaves the first forename whole and ends with a letter without further help; failing
    // that, the greatest that leaves a letter of it.
    for least in [first_forename, 1] {
        for length in (1..longest).rev() {
            let candidate = cut_to(length);
            let Some(room) = positions.checked_sub(joined_length(&candidate) + 2) else { continue };
            let ends_with_letter = secondary.as_bytes().get(room.wrapping_sub(1)).is_some_and(|byte| *byte != b'<');
            if room >= least && ends_with_letter {
                *components = candidate;
                return Some(());
            }
        }
    }
    None
}

/// Takes one letter from the longest component, the last of several; `None` when all have one letter only.
fn shorten_longest(components: &mut [&str]) -> Option<()> {
    let component = components.iter_mut().max_by_key(|component| component.len())?;
    let length = component.len().checked_sub(1).filter(|length| *length > 0)?;
    *component = component.get(..length)?;
    Some(())
}

fn joined_length(components: &[&str]) -> usize {
    components.iter().map(|component| component.len()).sum::<usize>() + components.len().saturating_sub(1)
}
