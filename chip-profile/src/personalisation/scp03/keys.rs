//! Static and session keys and how one follows from the other (Amendment D 4.1.5 and 6.2.1).

use super::block::mac;
use super::{CHALLENGE_LENGTH, MAC_LENGTH};
use core::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! redacted {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

/// The key of a chip batch from which the transport keys of each chip follow. It stays inside the signer.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 16]);
redacted!(MasterKey);

impl MasterKey {
    /// A master key of 16 bytes.
    pub fn new(key: [u8; 16]) -> Self {
        MasterKey(key)
    }
    /// The key itself, to be sealed for storage.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The static keys of one chip: Key-ENC, Key-MAC, Key-DEK.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StaticKeys {
    pub(super) enc: [u8; 16],
    pub(super) mac: [u8; 16],
    pub(super) dek: [u8; 16],
}
redacted!(StaticKeys);

impl StaticKeys {
    /// Static keys from their three parts, 16 bytes each.
    pub fn new(enc: [u8; 16], mac: [u8; 16], dek: [u8; 16]) -> Self {
        StaticKeys { enc, mac, dek }
    }
    /// Key-ENC, Key-MAC and Key-DEK one after the other, as a chip stores them.
    pub fn expose(&self) -> zeroize::Zeroizing<[u8; 48]> {
        let mut out = zeroize::Zeroizing::new([0; 48]);
        out[..16].copy_from_slice(&self.enc);
        out[16..32].copy_from_slice(&self.mac);
        out[32..].copy_from_slice(&self.dek);
        out
    }
    /// Static keys from the 48 bytes of [`StaticKeys::expose`].
    pub fn from_bytes(bytes: &[u8; 48]) -> Self {
        let mut keys = StaticKeys { enc: [0; 16], mac: [0; 16], dek: [0; 16] };
        keys.enc.copy_from_slice(&bytes[..16]);
        keys.mac.copy_from_slice(&bytes[16..32]);
        keys.dek.copy_from_slice(&bytes[32..]);
        keys
    }
    /// Key check values of Key-ENC, Key-MAC and Key-DEK: the first three bytes of a block of 01 encrypted with the key
    /// (GlobalPlatform Card Specification 2.3 B.6), as a manufacturer's delivery file carries them.
    pub fn check_values(&self) -> [[u8; 3]; 3] {
        use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
        [&self.enc, &self.mac, &self.dek].map(|key| {
            let mut block = Array::from([1; 16]);
            aes::Aes128::new(key.into()).encrypt_block(&mut block);
            [block[0], block[1], block[2]]
        })
    }
}

/// The keys of one session: S-ENC, S-MAC, S-RMAC.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionKeys {
    pub(super) enc: [u8; 16],
    pub(super) mac: [u8; 16],
    pub(super) rmac: [u8; 16],
}
redacted!(SessionKeys);

impl SessionKeys {
    /// Session keys from their three parts, 16 bytes each, when they were derived elsewhere (in a hardware module).
    pub fn new(enc: [u8; 16], mac: [u8; 16], rmac: [u8; 16]) -> Self {
        SessionKeys { enc, mac, rmac }
    }
    /// S-ENC, S-MAC and S-RMAC, for whoever derives them in one place and uses them in another.
    pub fn expose(&self) -> [&[u8; 16]; 3] {
        [&self.enc, &self.mac, &self.rmac]
    }
    pub(super) fn card_cryptogram(&self, context: &[u8; 16]) -> [u8; MAC_LENGTH] {
        truncated(derivation(&self.mac, 0x00, 0x0040, context))
    }
    pub(super) fn host_cryptogram(&self, context: &[u8; 16]) -> [u8; MAC_LENGTH] {
        truncated(derivation(&self.mac, 0x01, 0x0040, context))
    }
}

/// The transport keys of one chip from the master key of its batch.
///
/// GlobalPlatform leaves diversification to the issuer; this is KDF in counter mode of NIST SP 800-108 with AES-CMAC and
/// a 32-bit counter and length, one block per key:
///
/// ```text
/// key = CMAC(master, 00000001 || label || 00 || key version(1) || chip serial || 00000080)
/// label = "transport ENC" | "transport MAC" | "transport DEK"
/// ```
pub fn diversify(master: &MasterKey, chip_serial: &[u8], key_version: u8) -> StaticKeys {
    let key = |label: &[u8]| {
        let parts: [&[u8]; 6] = [&[0, 0, 0, 1], label, &[0], &[key_version], chip_serial, &[0, 0, 0, 0x80]];
        mac(&master.0, &parts)
    };
    StaticKeys { enc: key(b"transport ENC"), mac: key(b"transport MAC"), dek: key(b"transport DEK") }
}

/// The session keys from the static keys and both challenges (Amendment D 6.2.1).
pub fn derive_session_keys(
    keys: &StaticKeys,
    host_challenge: &[u8; CHALLENGE_LENGTH],
    card_challenge: &[u8; CHALLENGE_LENGTH],
) -> SessionKeys {
    let context = context(host_challenge, card_challenge);
    SessionKeys {
        enc: derivation(&keys.enc, 0x04, 0x0080, &context),
        mac: derivation(&keys.mac, 0x06, 0x0080, &context),
        rmac: derivation(&keys.mac, 0x07, 0x0080, &context),
    }
}

/// The challenge of a card that draws it from a sequence counter (Amendment D 6.2.2.1): key derivation with Key-ENC over the counter
/// and the identifier of the application.
pub(super) fn pseudo_random_challenge(keys: &StaticKeys, counter: u32, application: &[u8]) -> [u8; CHALLENGE_LENGTH] {
    let counter = counter.to_be_bytes();
    let mut header = [0; 16];
    header[11] = 0x02;
    header[14] = 0x40;
    header[15] = 0x01;
    truncated(mac(&keys.enc, &[&header, &counter[1..], application]))
}

pub(super) fn context(host: &[u8; CHALLENGE_LENGTH], card: &[u8; CHALLENGE_LENGTH]) -> [u8; 16] {
    let mut out = [0; 16];
    out[..8].copy_from_slice(host);
    out[8..].copy_from_slice(card);
    out
}

/// KDF in counter mode as Amendment D 4.1.5 lays it out:
/// `label = 00*11 || constant`, `00`, `L(2)` in bits, `i(1)`, context.
fn derivation(key: &[u8; 16], constant: u8, bits: u16, context: &[u8; 16]) -> [u8; 16] {
    let mut header = [0; 16];
    header[11] = constant;
    header[13..15].copy_from_slice(&bits.to_be_bytes());
    header[15] = 0x01;
    mac(key, &[&header, context])
}

fn truncated(block: [u8; 16]) -> [u8; MAC_LENGTH] {
    let mut out = [0; MAC_LENGTH];
    out.copy_from_slice(&block[..MAC_LENGTH]);
    out
}
