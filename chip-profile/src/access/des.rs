//! DES and two-key Triple-DES (FIPS 46-3), which basic access control and its secure messaging still ask for (Doc 9303-11
//! 4.3 and 9.8).
//!
//! An e-passport's files go through them twice, ciphered and authenticated, so that a reader's and a chip's rate is that of
//! the cipher. Substitution and permutation are looked up together in eight tables which the compiler makes from the
//! standard's own, and between the three passes of Triple-DES the halves stay as the rounds want them. `cargo bench -p benches
//! --bench chip_data -- des` holds this against the crate `des`.

mod tables;

use zeroize::{Zeroize, ZeroizeOnDrop};

use tables::{COMBINED, KEY_CHOICE, KEY_HALVES, KEY_SHIFTS};

/// A block of DES.
pub type Block = [u8; 8];

/// The keys of the sixteen rounds, each as the two words to which the right half is added: substitutions 1, 3, 5, 7 and
/// 2, 4, 6, 8.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Rounds([[u32; 2]; 16]);

/// DES under one key, its schedule computed once. It overwrites itself when dropped.
#[derive(Clone)]
pub struct Des {
    there: Rounds,
    back: Rounds,
}

/// Triple-DES under two keys: encrypted with the first, decrypted with the second, encrypted with the first.
#[derive(Clone)]
pub struct TripleDes {
    first: Des,
    second: Des,
}

impl Des {
    /// The cipher under a key, of which every eighth bit is parity and not looked at.
    pub fn new(key: &Block) -> Self {
        let there = Rounds::new(u64::from_be_bytes(*key));
        let mut back = there.clone();
        back.0.reverse();
        Des { there, back }
    }
    /// One block encrypted.
    pub fn encrypt(&self, block: Block) -> Block {
        close(self.there.apply(open(block)))
    }
    /// One block decrypted.
    pub fn decrypt(&self, block: Block) -> Block {
        close(self.back.apply(open(block)))
    }
}

impl TripleDes {
    /// The cipher under both keys, one after the other.
    pub fn new(keys: &[u8; 16]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *keys;
        TripleDes { first: Des::new(&[a, b, c, d, e, f, g, h]), second: Des::new(&[i, j, k, l, m, n, o, p]) }
    }

    /// Encrypts whole blocks in place, each added to the one before it (CBC); what is left over stays as it is.
    pub fn encrypt_chained(&self, initial: Block, data: &mut [u8]) {
        let mut before = u64::from_be_bytes(initial);
        let (blocks, _) = data.as_chunks_mut::<8>();
        for block in blocks {
            let halves = open((u64::from_be_bytes(*block) ^ before).to_be_bytes());
            *block = close(self.first.there.apply(self.second.back.apply(self.first.there.apply(halves))));
            before = u64::from_be_bytes(*block);
        }
    }

    /// Decrypts whole blocks in place.
    pub fn decrypt_chained(&self, initial: Block, data: &mut [u8]) {
        let mut before = u64::from_be_bytes(initial);
        let (blocks, _) = data.as_chunks_mut::<8>();
        for block in blocks {
            let cryptogram = u64::from_be_bytes(*block);
            let plain = close(self.first.back.apply(self.second.there.apply(self.first.back.apply(open(*block)))));
            *block = (u64::from_be_bytes(plain) ^ before).to_be_bytes();
            before = cryptogram;
        }
    }
}

impl Rounds {
    fn new(key: u64) -> Self {
        let chosen = pick(key, &KEY_HALVES, 64);
        let (mut left, mut right) = ((chosen >> 28) as u32, (chosen & 0x0FFF_FFFF) as u32);
        let turn = |half: u32, by: u32| (half << by | half >> (28 - by)) & 0x0FFF_FFFF;
        let mut rounds = [[0; 2]; 16];
        for (round, shift) in rounds.iter_mut().zip(KEY_SHIFTS) {
            (left, right) = (turn(left, shift), turn(right, shift));
            let key = pick(u64::from(left) << 28 | u64::from(right), &KEY_CHOICE, 56);
            // Six bits for each substitution, the first on top, laid where the rounds look them up.
            let six = |substitution: u32| (key >> (42 - 6 * substitution)) as u32 & 0x3F;
            *round = [0, 1].map(|odd| six(odd) << 26 | six(odd + 2) << 18 | six(odd + 4) << 10 | six(odd + 6) << 2);
        }
        Rounds(rounds)
    }

    /// Sixteen rounds on halves that are turned right by one bit, so that no expansion crosses a word's end; the halves come
    /// out exchanged, as the next pass and the final permutation want them.
    #[inline]
    fn apply(&self, (mut left, mut right): (u32, u32)) -> (u32, u32) {
        for [one, other] in self.0.as_chunks::<2>().0 {
            left ^= round(right, *one);
            right ^= round(left, *other);
        }
        (right, left)
    }
}

/// Expansion, key, substitution and permutation of one half.
#[inline]
fn round(half: u32, [odd, even]: [u32; 2]) -> u32 {
    let [s1, s2, s3, s4, s5, s6, s7, s8] = &COMBINED;
    let (odd, even) = (half ^ odd, half.rotate_left(4) ^ even);
    let six = |word: u32, from: u32| (word >> from & 0x3F) as usize;
    (s1[six(odd, 26)] ^ s3[six(odd, 18)] ^ s5[six(odd, 10)] ^ s7[six(odd, 2)])
        ^ (s2[six(even, 26)] ^ s4[six(even, 18)] ^ s6[six(even, 10)] ^ s8[six(even, 2)])
}

/// The initial permutation, as five exchanges of bits between the halves, which are then turned right by one bit.
#[inline]
fn open(block: Block) -> (u32, u32) {
    let block = u64::from_be_bytes(block);
    let (mut left, mut right) = ((block >> 32) as u32, block as u32);
    exchange(&mut left, &mut right, 4, 0x0F0F_0F0F);
    exchange(&mut left, &mut right, 16, 0x0000_FFFF);
    exchange(&mut right, &mut left, 2, 0x3333_3333);
    exchange(&mut right, &mut left, 8, 0x00FF_00FF);
    exchange(&mut left, &mut right, 1, 0x5555_5555);
    (left.rotate_right(1), right.rotate_right(1))
}

/// The final permutation: the initial one backwards.
#[inline]
fn close((left, right): (u32, u32)) -> Block {
    let (mut left, mut right) = (left.rotate_left(1), right.rotate_left(1));
    exchange(&mut left, &mut right, 1, 0x5555_5555);
    exchange(&mut right, &mut left, 8, 0x00FF_00FF);
    exchange(&mut right, &mut left, 2, 0x3333_3333);
    exchange(&mut left, &mut right, 16, 0x0000_FFFF);
    exchange(&mut left, &mut right, 4, 0x0F0F_0F0F);
    (u64::from(left) << 32 | u64::from(right)).to_be_bytes()
}

/// Exchanges the bits of `one` that lie `by` above those of `other` under `mask` with them.
#[inline]
fn exchange(one: &mut u32, other: &mut u32, by: u32, mask: u32) {
    let differing = (*one >> by ^ *other) & mask;
    *other ^= differing;
    *one ^= differing << by;
}

/// The bits of a word of `width` bits in the order of a table that counts them from one at the top.
const fn pick(word: u64, order: &[u8], width: u32) -> u64 {
    let (mut picked, mut place) = (0, 0);
    while place < order.len() {
        picked = picked << 1 | (word >> (width - order[place] as u32) & 1);
        place += 1;
    }
    picked
}

#[cfg(test)]
mod tests;
