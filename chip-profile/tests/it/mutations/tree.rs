//! A file as a tree of data objects that can be pulled about, and be written again in forms that no writer here makes.

/// A data object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) tag: Vec<u8>,
    pub(super) body: Body,
    /// Written with a length of four bytes, whatever it is.
    pub(super) is_long: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Bytes(Vec<u8>),
    Objects(Vec<Tree>),
}

impl Tree {
    /// Reads one object that fills the input, and what is inside of it as far as that is objects, too.
    pub(super) fn parse(bytes: &[u8]) -> Option<Tree> {
        let mut trees = parse_all(bytes)?;
        if trees.len() == 1 { trees.pop() } else { None }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let body = match &self.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Objects(objects) => objects.iter().flat_map(Tree::to_bytes).collect(),
        };
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let shown: &[u8] = match body.len() {
            _ if self.is_long => &[&[0x84], &length[..]].concat(),
            0..=0x7F => &length[3..],
            0x80..=0xFF => &[0x81, length[3]],
            0x100..=0xFFFF => &[0x82, length[2], length[3]],
            _ => &[&[0x83], &length[1..]].concat(),
        };
        [&self.tag, shown, &body].concat()
    }

    /// How many objects there are, this one included.
    pub(super) fn count(&self) -> usize {
        1 + self.objects().iter().map(Tree::count).sum::<usize>()
    }

    /// The object of this number, counted from the outermost in the order in which they are written.
    pub(super) fn at(&mut self, number: usize) -> Option<&mut Tree> {
        if number == 0 {
            return Some(self);
        }
        let mut left = number - 1;
        let Body::Objects(objects) = &mut self.body else { return None };
        for object in objects {
            let count = object.count();
            if left < count {
                return object.at(left);
            }
            left -= count;
        }
        None
    }

    pub(super) fn objects(&self) -> &[Tree] {
        match &self.body {
            Body::Bytes(_) => &[],
            Body::Objects(objects) => objects,
        }
    }
}

fn parse_all(bytes: &[u8]) -> Option<Vec<Tree>> {
    let mut trees = Vec::new();
    let mut rest = bytes;
    while let [first, ..] = rest {
        let mut tag_length = 1;
        if first & 0x1F == 0x1F {
            while rest.get(tag_length)? & 0x80 != 0 {
                tag_length += 1;
            }
            tag_length += 1;
        }
        let (tag, after) = rest.split_at_checked(tag_length)?;
        let (length, after) = length_of(after)?;
        let (value, after) = after.split_at_checked(length)?;
        let objects = match tag {
            [first, ..] if first & 0x20 != 0 => parse_all(value),
            // Octet strings often hold one object.
            [0x04] if value.first().is_some_and(|first| first & 0x20 != 0) => parse_all(value),
            _ => None,
        };
        let body = objects.map_or_else(|| Body::Bytes(value.to_vec()), Body::Objects);
        let tree = Tree { tag: tag.to_vec(), body, is_long: false };
        // What is not written in the shortest form stays as it is.
        let whole = &rest[..rest.len() - after.len()];
        if tree.to_bytes() != whole {
            return None;
        }
        trees.push(tree);
        rest = after;
    }
    Some(trees)
}

fn length_of(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    match first {
        0..=0x7F => Some((usize::from(*first), rest)),
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            Some((length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest))
        }
        _ => None,
    }
}
