//! Bytes that are made to break a reader.

use super::edit::State;
use super::*;
use crate::pki::{Certificate, MasterList, RevocationList, SignedRequest, ldif};

/// Everything that this room reads, on the same bytes: none may panic, loop or fill the memory.
fn read(bytes: &[u8]) {
    let report = lint(None, bytes);
    assert!(report.to_string().len() < 64 * (bytes.len() + 4096));
    for kind in DocumentKind::ALL {
        assert!(lint(Some(kind), bytes).findings.len() < 2000);
    }
    let _ = (Certificate::parse(bytes), RevocationList::parse(bytes), SignedRequest::parse(bytes));
    let _ = (MasterList::parse(bytes), ldif::parse(bytes));
}

#[test]
fn mutations_of_good_documents() {
    let state = State::utopia();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |limit: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit.max(1) as u64) as usize
    };
    for (_, good) in state.documents() {
        for length in (0..good.len()).step_by(23) {
            read(&good[..length]);
        }
        for _ in 0..150 {
            let mut bytes = good.to_vec();
            for _ in 0..=next(3) {
                let place = next(bytes.len());
                match next(4) {
                    0 => bytes[place] = [0x00, 0x7F, 0x80, 0x84, 0xFF, 0x30, 0x31, 0x1F][next(8)],
                    1 => bytes[place] ^= 1 << next(8),
                    2 => drop(bytes.remove(place)),
                    _ => bytes.insert(place, next(256) as u8),
                }
            }
            read(&bytes);
        }
    }
}

#[test]
fn depth_lengths_and_counts_without_end() {
    // Nested without end, with definite and with indefinite lengths.
    let mut nested = vec![0x05, 0x00];
    for _ in 0..2000 {
        let mut outer = Vec::new();
        crate::tlv::push(&mut outer, 0x30, &nested);
        nested = outer;
    }
    read(&nested);
    read(&[0x30, 0x80].repeat(5000));
    read(&[0x31, 0x80].repeat(5000));
    read(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]);
    read(&[0x1F; 4000]);
    // A great many of the smallest things.
    for inner in [[0x30, 0x00], [0x05, 0x00], [0x31, 0x80]] {
        for tag in [0x30, 0x31, 0x77] {
            let mut many = Vec::new();
            crate::tlv::push(&mut many, tag, &inner.repeat(50_000));
            read(&many);
        }
    }
}
