//! The distinguished encoding rules, ITU-T X.690, checked on every object however deep it lies.

use std::collections::BTreeSet;

use super::der::{Fields, Node};
use super::report::{Findings, Line, must};

type Check = fn(&Node<'_>) -> Option<&'static str>;

/// One line for each rule of the encoding.
pub(super) static LINES: &[Line<Check>] = &[
    must("encoding.length", "X.690 10.1", "lengths are definite and in the fewest bytes", |node| {
        (!node.shortest_length).then_some("indefinite, or longer than needed")
    }),
    must("encoding.primitive", "X.690 10.2", "strings, numbers and times are not put together of pieces", |node| {
        let constructed = matches!(node.tag, 0x21..=0x2A | 0x2C | 0x32..=0x3E);
        constructed.then_some("a constructed form")
    }),
    must("encoding.boolean", "X.690 11.1", "a boolean is the byte 00 or FF", |node| {
        (node.tag == 0x01 && !matches!(node.value, [0x00 | 0xFF])).then_some("another value")
    }),
    must("encoding.integer", "X.690 8.3.2", "an integer is in the fewest bytes", |node| {
        if !matches!(node.tag, 0x02 | 0x0A) {
            return None;
        }
        match node.value {
            [] => Some("no bytes"),
            [0x00, 0x00..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] => Some("a leading byte too many"),
            _ => None,
        }
    }),
    must("encoding.bit_string", "X.690 11.2", "unused bits of a bit string are counted and zero", |node| {
        if node.tag != 0x03 {
            return None;
        }
        match node.value {
            [0] => None,
            [unused @ 0..=7, .., last] if last & !(0xFFu8 << unused) == 0 => None,
            _ => Some("miscounted, or not zero"),
        }
    }),
    must("encoding.null", "X.690 8.8.2", "a null has no contents", |node| {
        (node.tag == 0x05 && !node.value.is_empty()).then_some("contents")
    }),
    must(
        "encoding.object_identifier",
        "X.690 8.19.2",
        "arcs of an object identifier are in the fewest bytes",
        |node| {
            if node.tag != 0x06 {
                return None;
            }
            let mut first = true;
            for byte in node.value {
                if first && *byte == 0x80 {
                    return Some("a leading byte too many");
                }
                first = byte & 0x80 == 0;
            }
            (!first || node.value.is_empty()).then_some("an arc without an end")
        },
    ),
    must("encoding.set_order", "X.690 11.6", "elements of a set are sorted by their encodings", |node| {
        (node.tag == 0x31 && !sorted(node.fields())).then_some("not sorted")
    }),
    must("encoding.characters", "X.680 41", "a string has only characters of its type", |node| {
        let allowed = match node.tag {
            0x0C => std::str::from_utf8(node.value).is_ok(),
            0x12 => node.value.iter().all(|byte| byte.is_ascii_digit() || *byte == b' '),
            0x13 => node.value.iter().all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte)),
            0x16 => node.value.is_ascii(),
            0x1A => node.value.iter().all(|byte| (0x20..0x7F).contains(byte)),
            _ => true,
        };
        (!allowed).then_some("other characters")
    }),
    must("encoding.structure", "X.690 8.1", "objects end where what they lie in ends", |_| None),
];

/// Whether the elements are in ascending order of their encodings; what cannot be read is not this rule's.
pub(super) fn sorted(mut fields: Fields<'_>) -> bool {
    let mut last: &[u8] = &[];
    while let Ok(Some(node)) = fields.next() {
        if node.whole < last {
            return false;
        }
        last = node.whole;
    }
    true
}

/// Applies every line to `node` and to all that lies in it, but not to what begins at a position of `apart`.
pub(super) fn walk(node: &Node<'_>, apart: &BTreeSet<usize>, findings: &mut Findings) {
    // The last line has no check of one object: it is broken where the walk stops.
    let mut hits: Vec<Vec<(usize, &'static str)>> = LINES.iter().map(|_| Vec::new()).collect();
    let stop = descend(node, apart, &mut hits).err();
    for (line, found) in LINES.iter().zip(hits) {
        let mut of_rule = findings.of(&line.rule);
        found.into_iter().for_each(|(position, what)| of_rule.at(position, what));
    }
    if let (Some(broken), Some(line)) = (stop, LINES.last()) {
        findings.of(&line.rule).at(broken.position, broken.what);
    }
}

fn descend(
    node: &Node<'_>,
    apart: &BTreeSet<usize>,
    hits: &mut [Vec<(usize, &'static str)>],
) -> Result<(), super::der::Broken> {
    if apart.contains(&node.position) {
        return Ok(());
    }
    for (line, found) in LINES.iter().zip(hits.iter_mut()) {
        if let Some(what) = (line.check)(node)
            && found.len() < 100
        {
            found.push((node.position, what));
        }
    }
    if node.is_constructed() {
        let mut fields = node.fields();
        while let Some(child) = fields.next()? {
            descend(&child, apart, hits)?;
        }
    }
    Ok(())
}
