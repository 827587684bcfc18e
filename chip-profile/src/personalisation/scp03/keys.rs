//! Static and session keys and how one follows from the other (Amendment D 4.1.5 and 6.2.1).

use super::block::{encrypt_block, mac};
use super::{Challenge, Mode};
use core::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

macro_rules! redacted {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

/// An AES key of one of its three lengths.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub enum AesKey {
    /// 16 bytes.
    Aes128([u8; 16]),
    /// 24 bytes.
    Aes192([u8; 24]),
    /// 32 bytes.
    Aes256([u8; 32]),
}
redacted!(AesKey);

impl AesKey {
    /// A key of 16, 24 or 32 bytes; `None` of any other number.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        match bytes.len() {
            16 => bytes.try_into().ok().map(AesKey::Aes128),
            24 => bytes.try_into().ok().map(AesKey::Aes192),
            32 => bytes.try_into().ok().map(AesKey::Aes256),
            _ => None,
        }
    }
    /// The key's bytes.
    pub fn expose(&self) -> &[u8] {
        match self {
            AesKey::Aes128(bytes) => bytes,
            AesKey::Aes192(bytes) => bytes,
            AesKey::Aes256(bytes) => bytes,
        }
    }
    /// A key as long as this one, from that many or more bytes.
    fn of_the_same_length(&self, bytes: &[u8; 32]) -> Self {
        let mut out = self.clone();
        let part: &mut [u8] = match &mut out {
            AesKey::Aes128(bytes) => bytes,
            AesKey::Aes192(bytes) => bytes,
            AesKey::Aes256(bytes) => bytes,
        };
        part.iter_mut().zip(bytes).for_each(|(out, byte)| *out = *byte);
        out
    }
    /// Length in bits, as key derivation writes it.
    fn bits(&self) -> u16 {
        match self {
            AesKey::Aes128(_) => 0x0080,
            AesKey::Aes192(_) => 0x00C0,
            AesKey::Aes256(_) => 0x0100,
        }
    }
}

impl From<[u8; 16]> for AesKey {
    fn from(bytes: [u8; 16]) -> Self {
        AesKey::Aes128(bytes)
    }
}

impl From<[u8; 24]> for AesKey {
    fn from(bytes: [u8; 24]) -> Self {
        AesKey::Aes192(bytes)
    }
}

impl From<[u8; 32]> for AesKey {
    fn from(bytes: [u8; 32]) -> Self {
        AesKey::Aes256(bytes)
    }
}

/// The key of a chip batch from which the transport keys of each chip follow. It stays inside the signer.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey(AesKey);
redacted!(MasterKey);

impl MasterKey {
    /// A master key of 16, 24 or 32 bytes. The keys that follow from it are as long.
    pub fn new(key: impl Into<AesKey>) -> Self {
        MasterKey(key.into())
    }
    /// The key itself, to be sealed for storage.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// The static keys of one chip: Key-ENC, Key-MAC, Key-DEK, all of one length.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StaticKeys {
    pub(super) enc: AesKey,
    pub(super) mac: AesKey,
    pub(super) dek: AesKey,
}
redacted!(StaticKeys);

impl StaticKeys {
    /// Static keys from their three parts, 16, 24 or 32 bytes each.
    pub fn new<K: Into<AesKey>>(enc: K, mac: K, dek: K) -> Self {
        StaticKeys { enc: enc.into(), mac: mac.into(), dek: dek.into() }
    }
    /// Key-ENC, Key-MAC and Key-DEK one after the other, as a chip stores them: 48, 72 or 96 bytes.
    pub fn expose(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.enc.expose(), self.mac.expose(), self.dek.expose()].concat())
    }
    /// Static keys from the bytes of [`StaticKeys::expose`]; `None` when they are not 48, 72 or 96.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let length = bytes.len() / 3;
        let (enc, rest) = bytes.split_at_checked(length)?;
        let (mac, dek) = rest.split_at_checked(length)?;
        let [enc, mac, dek] = [enc, mac, dek].map(AesKey::from_slice);
        Some(StaticKeys { enc: enc?, mac: mac?, dek: dek? })
    }
    /// Key check values of Key-ENC, Key-MAC and Key-DEK: the first three bytes of a block of 01 encrypted with the key
    /// (GlobalPlatform Card Specification 2.3 B.6), as a manufacturer's delivery file carries them.
    pub fn check_values(&self) -> [[u8; 3]; 3] {
        [&self.enc, &self.mac, &self.dek].map(|key| {
            let [first, second, third, ..] = encrypt_block(key, [1; 16]);
            [first, second, third]
        })
    }
}

/// The keys of one session: S-ENC, S-MAC, S-RMAC.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionKeys {
    pub(super) enc: AesKey,
    pub(super) mac: AesKey,
    pub(super) rmac: AesKey,
}
redacted!(SessionKeys);

impl SessionKeys {
    /// Session keys from their three parts, when they were derived elsewhere (in a hardware module); `None` when one does
    /// not have 16, 24 or 32 bytes.
    pub fn from_slices(enc: &[u8], mac: &[u8], rmac: &[u8]) -> Option<Self> {
        let [enc, mac, rmac] = [enc, mac, rmac].map(AesKey::from_slice);
        Some(SessionKeys { enc: enc?, mac: mac?, rmac: rmac? })
    }
    /// S-ENC, S-MAC and S-RMAC, for whoever derives them in one place and uses them in another.
    pub fn expose(&self) -> [&[u8]; 3] {
        [self.enc.expose(), self.mac.expose(), self.rmac.expose()]
    }
    pub(super) fn card_cryptogram(&self, mode: Mode, context: &[u8]) -> Challenge {
        Challenge::of(mode, &derivation(&self.mac, 0x00, mode.bits(), context))
    }
    pub(super) fn host_cryptogram(&self, mode: Mode, context: &[u8]) -> Challenge {
        Challenge::of(mode, &derivation(&self.mac, 0x01, mode.bits(), context))
    }
}

/// The transport keys of one chip from the master key of its batch.
///
/// GlobalPlatform leaves diversification to the issuer; this is KDF in counter mode of NIST SP 800-108 with AES-CMAC and
/// a 32-bit counter and length, as many blocks for each key as it needs:
///
/// ```text
/// block i = CMAC(master, i(4) || label || 00 || key version(1) || chip serial || length of the key in bits(4))
/// label = "transport ENC" | "transport MAC" | "transport DEK"
/// ```
pub fn diversify(master: &MasterKey, chip_serial: &[u8], key_version: u8) -> StaticKeys {
    let [bits_high, bits_low] = master.0.bits().to_be_bytes();
    let key = |label: &[u8]| {
        let block = |counter: u8| {
            let parts: [&[u8]; 6] =
                [&[0, 0, 0, counter], label, &[0], &[key_version], chip_serial, &[0, 0, bits_high, bits_low]];
            mac(&master.0, &parts)
        };
        two_blocks(&master.0, block)
    };
    StaticKeys { enc: key(b"transport ENC"), mac: key(b"transport MAC"), dek: key(b"transport DEK") }
}

/// The session keys from the static keys and both challenges (Amendment D 6.2.1).
pub fn derive_session_keys(keys: &StaticKeys, host_challenge: &Challenge, card_challenge: &Challenge) -> SessionKeys {
    let context = context(host_challenge, card_challenge);
    SessionKeys {
        enc: derived_key(&keys.enc, 0x04, &context),
        mac: derived_key(&keys.mac, 0x06, &context),
        rmac: derived_key(&keys.mac, 0x07, &context),
    }
}

/// The challenge of a card that draws it from a sequence counter (Amendment D 6.2.2.1): key derivation with Key-ENC over the counter
/// and the identifier of the application.
pub(super) fn pseudo_random_challenge(keys: &StaticKeys, mode: Mode, counter: u32, application: &[u8]) -> Challenge {
    let [_, counter @ ..] = counter.to_be_bytes();
    Challenge::of(mode, &mac(&keys.enc, &[&header(0x02, mode.bits(), 1), &counter, application]))
}

pub(super) fn context(host: &Challenge, card: &Challenge) -> Vec<u8> {
    [host.as_bytes(), card.as_bytes()].concat()
}

/// A key as long as `key`.
fn derived_key(key: &AesKey, constant: u8, context: &[u8]) -> AesKey {
    two_blocks(key, |counter| mac(key, &[&header(constant, key.bits(), counter), context]))
}

/// A key as long as `like` from as many blocks as it needs.
fn two_blocks(like: &AesKey, block: impl Fn(u8) -> [u8; 16]) -> AesKey {
    let mut bytes = Zeroizing::new([0; 32]);
    let (first, second) = bytes.split_at_mut(16);
    first.copy_from_slice(&block(1));
    if like.bits() > 0x0080 {
        second.copy_from_slice(&block(2));
    }
    like.of_the_same_length(&bytes)
}

/// One block of the KDF.
fn derivation(key: &AesKey, constant: u8, bits: u16, context: &[u8]) -> [u8; 16] {
    mac(key, &[&header(constant, bits, 1), context])
}

/// What stands before the context of the KDF in counter mode as Amendment D 4.1.5 lays it out:
/// `label = 00*11 || constant`, `00`, `L(2)` in bits, `i(1)`.
fn header(constant: u8, bits: u16, counter: u8) -> [u8; 16] {
    let [high, low] = bits.to_be_bytes();
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, constant, 0, high, low, counter]
}
