//! What the targets share: bytes cut into pieces, a passport that exists nowhere, and its keys.
//!
//! Everything follows from the input, so a finding repeats.

pub mod conversation;
pub mod plain;
pub mod sealed;

use chip_profile::apdu::Command;
use chip_profile::ec::{Curve, KeyPair};
use chip_profile::inspection::TrustAnchors;
use chip_profile::lds::dg2::{FaceFormat, FaceImage, FaceImageType, ImageDataType};
use chip_profile::lds::{Dg2, FileId};
use mock_devices::specimen::{Specimen, SpecimenSettings};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::OnceLock;

/// An input that is read from its front.
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Input(bytes)
    }

    /// The next byte; zero at the end.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// The next piece: two bytes of length, most significant first, then so many bytes or what is left of them.
    pub fn piece(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<2>()?;
        let (piece, rest) = rest.split_at(rest.len().min(usize::from(u16::from_be_bytes(*length))));
        self.0 = rest;
        Some(piece)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Writes a piece as [`Input::piece`] reads it.
pub fn push_piece(out: &mut Vec<u8>, piece: &[u8]) {
    out.extend_from_slice(&u16::try_from(piece.len()).expect("seeds are small").to_be_bytes());
    out.extend_from_slice(piece);
}

pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(9303)
}

/// The same key every time.
pub fn key(curve: Curve) -> KeyPair {
    KeyPair::from_private_scalar(curve, &vec![0x37; curve.field_length()]).expect("a scalar below the order")
}

/// A passport of Utopia with everything that a chip can offer, and a face of a few bytes.
pub fn specimen() -> &'static Specimen {
    static SPECIMEN: OnceLock<Specimen> = OnceLock::new();
    SPECIMEN.get_or_init(|| {
        let mut specimen = Specimen::make(&SpecimenSettings::default()).expect("the default specimen");
        specimen.chip.files.insert(FileId::DG2, face(FaceFormat::Iso19794));
        specimen
    })
}

pub fn anchors() -> &'static TrustAnchors {
    static ANCHORS: OnceLock<TrustAnchors> = OnceLock::new();
    ANCHORS.get_or_init(|| {
        TrustAnchors::new([&specimen().country_signer], Vec::<Vec<u8>>::new()).expect("the specimen's country signer")
    })
}

/// DG2 with a JPEG of a few bytes.
pub fn face(format: FaceFormat) -> Vec<u8> {
    let jpeg = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03\xFF\xD9".to_vec();
    let image = FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, (3, 4), jpeg);
    Dg2::with_face(format, image).build().expect("a small face")
}

/// The command with its data crossed with `bytes`, and its parameters with the last two of them.
pub fn alter(command: &Command, bytes: &[u8]) -> Command {
    let mut altered = command.clone();
    altered.data.iter_mut().zip(bytes).for_each(|(byte, change)| *byte ^= change);
    if let Some([p1, p2]) = bytes.get(altered.data.len()..).and_then(|rest| rest.first_chunk::<2>()) {
        (altered.p1, altered.p2) = (altered.p1 ^ p1, altered.p2 ^ p2);
    }
    altered
}
