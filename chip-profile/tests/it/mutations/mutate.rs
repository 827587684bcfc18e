//! Mutations, each from a seeded source.

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

use super::tree::{Body, Tree};

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mutation {
    FlipBit,
    SetByte,
    Truncate,
    Append,
    InsertByte,
    RemoveByte,
    /// A length byte says something else; nothing else follows.
    Length,
    /// From here on all outer lengths fit again.
    LongLength,
    Tag,
    Duplicate,
    Remove,
    SwapNeighbours,
    SwapAnywhere,
    Empty,
    Wrap,
    Move,
}

pub(super) const ALL: [Mutation; 16] = [
    Mutation::FlipBit,
    Mutation::SetByte,
    Mutation::Truncate,
    Mutation::Append,
    Mutation::InsertByte,
    Mutation::RemoveByte,
    Mutation::Length,
    Mutation::LongLength,
    Mutation::Tag,
    Mutation::Duplicate,
    Mutation::Remove,
    Mutation::SwapNeighbours,
    Mutation::SwapAnywhere,
    Mutation::Empty,
    Mutation::Wrap,
    Mutation::Move,
];

fn below(random: &mut ChaCha8Rng, count: usize) -> usize {
    usize::try_from(random.next_u32()).unwrap() % count.max(1)
}

/// A byte that is more often one that means something in BER than chance would have it.
fn byte(random: &mut ChaCha8Rng) -> u8 {
    const TELLING: [u8; 16] =
        [0x00, 0x01, 0x02, 0x04, 0x30, 0x31, 0x5F, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x88, 0xA0, 0xFE, 0xFF];
    if random.next_u32() & 1 == 0 { TELLING[below(random, 16)] } else { random.next_u32().to_le_bytes()[0] }
}

/// The file after the mutation; it may be the same, as when two equal objects change places.
pub(super) fn mutate(mutation: Mutation, file: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = file.to_vec();
    // Headers are where parsers decide: half of all flips go to the first hundred bytes.
    let reach = if random.next_u32() & 1 == 0 { bytes.len().min(100) } else { bytes.len() };
    let at = below(random, reach);
    match mutation {
        Mutation::FlipBit => bytes[at] ^= 1 << below(random, 8),
        Mutation::SetByte => bytes[at] = byte(random),
        Mutation::Truncate => bytes.truncate(below(random, file.len())),
        Mutation::Append => bytes.extend((0..=below(random, 8)).map(|_| byte(random)).collect::<Vec<_>>()),
        Mutation::InsertByte => bytes.insert(at, byte(random)),
        Mutation::RemoveByte => drop(bytes.remove(at)),
        _ => match Tree::parse(file) {
            Some(tree) => return in_tree(mutation, tree, random),
            // A file that is no tree of objects, such as a face record.
            None => bytes[at] = bytes[at].wrapping_add(1),
        },
    }
    bytes
}

fn in_tree(mutation: Mutation, mut tree: Tree, random: &mut ChaCha8Rng) -> Vec<u8> {
    let count = tree.count();
    let (first, second) = (below(random, count), below(random, count));
    if mutation == Mutation::Length {
        return with_other_length(&tree, first, random);
    }
    let other = tree.at(second).cloned();
    let Some(object) = tree.at(first) else { return tree.to_bytes() };
    match mutation {
        Mutation::LongLength => object.is_long = true,
        Mutation::Tag => {
            let last = object.tag.len() - 1;
            let at = below(random, last + 1);
            object.tag[at] = byte(random);
        }
        Mutation::Empty => object.body = Body::Bytes(Vec::new()),
        Mutation::Wrap => {
            let inner = object.clone();
            object.body = Body::Objects(vec![inner]);
        }
        Mutation::SwapAnywhere => {
            let mine = object.clone();
            if let Some(other) = other {
                *object = other;
            }
            if let Some(place) = tree.at(second) {
                *place = mine;
            }
        }
        _ => in_objects(mutation, object, other, random),
    }
    tree.to_bytes()
}

/// Mutations of the objects inside of one.
fn in_objects(mutation: Mutation, object: &mut Tree, other: Option<Tree>, random: &mut ChaCha8Rng) {
    let Body::Objects(objects) = &mut object.body else {
        // Nothing is inside: its bytes are doubled or lost instead.
        let Body::Bytes(bytes) = &mut object.body else { return };
        match mutation {
            Mutation::Remove => bytes.truncate(bytes.len().saturating_sub(1)),
            _ => bytes.extend_from_within(..),
        }
        return;
    };
    if objects.is_empty() {
        return;
    }
    let at = below(random, objects.len());
    match mutation {
        Mutation::Duplicate => objects.insert(at, objects[at].clone()),
        Mutation::Remove => drop(objects.remove(at)),
        Mutation::SwapNeighbours => {
            let next = (at + 1) % objects.len();
            objects.swap(at, next);
        }
        _ => objects.insert(at, other.unwrap_or_else(|| objects[at].clone())),
    }
}

/// One byte of one length says something else.
fn with_other_length(tree: &Tree, number: usize, random: &mut ChaCha8Rng) -> Vec<u8> {
    let bytes = tree.to_bytes();
    let mut marked = tree.clone();
    let Some(object) = marked.at(number) else { return bytes };
    let whole = object.to_bytes();
    let tag = object.tag.len();
    let Some(start) = bytes.windows(whole.len()).position(|window| window == whole) else { return bytes };
    let mut bytes = bytes;
    let at = start + tag;
    bytes[at] = match below(random, 4) {
        0 => bytes[at].wrapping_add(1),
        1 => bytes[at].wrapping_sub(1),
        2 => 0x80,
        _ => byte(random),
    };
    bytes
}
