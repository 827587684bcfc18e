//! The primitives of a document, each called alone on the inputs of the line.
//!
//! The list is fixed: decode, resize, JPEG 2000, each layer composed and coded, hashes, key generation (two pairs),
//! signature. Nothing else counts, so whatever else the line does is in the ratio.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use chip_profile::ec::HashAlgorithm;
use chip_profile::lds::LdsVersion;
use chip_profile::signature::SignatureScheme;
use chip_profile::sod::SecurityObjectTemplate;
use persoline_domain::application::Payload;
use persoline_domain::signer::{KeyCurve, Signer};
use persoline_render::page::{self, PageError, PageScratch};
use persoline_render::portrait::decode;
use persoline_render::portrait::jpeg2000::{self, Jpeg2000Scratch, Jpeg2000Settings};
use persoline_render::portrait::resize::{self, ResizeScratch};

use crate::hall::Hall;
use crate::specimen::Specimen;
use crate::{Failure, cpu};

/// Names of the primitives, in the order of a document's way.
pub const PRIMITIVES: [&str; 12] = [
    "decode",
    "resize",
    "jpeg_2000",
    "laser_composed",
    "laser_coded",
    "window_composed",
    "window_coded",
    "observation_composed",
    "observation_coded",
    "hashes",
    "key_generation",
    "signature",
];

/// Milliseconds a document of each primitive, in the order of [`PRIMITIVES`].
pub type Round = [f64; PRIMITIVES.len()];

/// Rounds measured one after the other.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Each round.
    pub rounds: Vec<Round>,
    /// Time that they took, seconds.
    pub wall: f64,
    /// Time in which the processor worked on them, seconds, if the system tells.
    pub cpu: Option<f64>,
}

impl Measured {
    /// Both together.
    pub fn and(&self, other: &Measured) -> Measured {
        Measured {
            rounds: self.rounds.iter().chain(&other.rounds).copied().collect(),
            wall: self.wall + other.wall,
            cpu: self.cpu.zip(other.cpu).map(|(one, other)| one + other),
        }
    }

    /// The part of the time in which the processor worked on them: 1 on a machine that does nothing else.
    pub fn processor_share(&self) -> Option<f64> {
        self.cpu.map(|cpu| cpu / self.wall.max(1e-9))
    }
}

/// The primitives with their inputs and the memory that each uses again, as the line does.
pub struct Primitives<'a> {
    hall: &'a Hall,
    specimens: Vec<Specimen>,
    messages: Vec<Vec<u8>>,
    signer: &'a dyn Signer,
    signer_key: EcdsaKeyPair,
    pixels: Vec<u8>,
    portrait: Vec<u8>,
    resize: ResizeScratch,
    jpeg2000: Jpeg2000Scratch,
    page: PageScratch,
}

impl<'a> Primitives<'a> {
    /// Prepares the inputs: documents of `payloads`.
    ///
    /// # Errors
    /// An application cannot be made into a document.
    pub fn new(hall: &'a Hall, signer: &'a dyn Signer, payloads: Vec<Payload>) -> Result<Self, Failure> {
        let specimens: Vec<Specimen> = payloads
            .into_iter()
            .enumerate()
            .map(|(index, payload)| Specimen::prepare(hall, signer, payload, 90_000_000 + index))
            .collect::<Result<_, _>>()?;
        // The key that signs in the line stays inside the signer; another one of its curve costs the same.
        let signer_key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
        let reservation = signer.reserve(1, hall.clock.now())?.swap_remove(0);
        let certificate = &reservation.signer.certificate;
        let template = template(certificate)?;
        let message = |specimen: &Specimen| Ok(template.prepare(&hashes(specimen))?.to_be_signed().to_vec());
        let messages = specimens.iter().map(message).collect::<Result<_, Failure>>()?;
        Ok(Primitives {
            hall,
            specimens,
            messages,
            signer,
            signer_key,
            pixels: Vec::new(),
            portrait: Vec::new(),
            resize: ResizeScratch::default(),
            jpeg2000: Jpeg2000Scratch::default(),
            page: PageScratch::new(),
        })
    }

    /// Measures so many rounds.
    ///
    /// # Errors
    /// A primitive failed.
    pub fn measure(&mut self, rounds: usize) -> Result<Measured, Failure> {
        let (cpu_before, started) = (cpu::of_process(), Instant::now());
        let rounds = (0..rounds).map(|_| self.round()).collect::<Result<_, _>>()?;
        let wall = started.elapsed().as_secs_f64();
        let cpu = cpu_before.zip(cpu::of_process()).map(|(before, after)| after - before);
        Ok(Measured { rounds, wall, cpu })
    }

    /// Calls each primitive once on each input; answers the mean of each.
    ///
    /// # Errors
    /// A primitive failed.
    pub fn round(&mut self) -> Result<Round, Failure> {
        let mut sums = [0.0; PRIMITIVES.len()];
        for index in 0..self.specimens.len() {
            let times = self.document(index)?;
            sums.iter_mut().zip(times).for_each(|(sum, time)| *sum += time.as_secs_f64() * 1e3);
        }
        Ok(sums.map(|sum| sum / self.specimens.len().max(1) as f64))
    }

    fn document(&mut self, index: usize) -> Result<[Duration; PRIMITIVES.len()], Failure> {
        let Primitives { hall, specimens, messages, signer, signer_key, pixels, portrait, resize, jpeg2000, page } =
            self;
        let (Some(specimen), Some(message)) = (specimens.get(index), messages.get(index)) else {
            return Ok(Default::default());
        };
        let centre = &hall.centre;
        let (limits, frame) = (&centre.portrait.limits, centre.portrait.frame);
        let photograph = specimen.payload.portrait.expose();

        let (decode_time, decoded) = timed(|| decode::decode_as_stored(photograph, limits, std::mem::take(pixels)));
        *pixels = decoded?.1.into_pixels();
        let source = specimen.source();
        let (resize_time, resized) =
            timed(|| resize::resize_upright(source, &specimen.crop, frame, std::mem::take(portrait), resize));
        *portrait = resized?.into_pixels();
        let settings = Jpeg2000Settings { target_bytes: centre.portrait.target_bytes, ..Jpeg2000Settings::default() };
        let picture = &specimen.prepared.portrait.picture;
        let (jpeg2000_time, coded) = timed(|| jpeg2000::encode(picture, &settings, jpeg2000));
        black_box(coded?);

        let layers = specimen.with_page(hall, |data| layers(data, &centre.page, page))?;
        let (hash_time, _) = timed(|| black_box(hashes(specimen)));
        let (key_time, keys) = timed(|| signer.document_key_pairs(KeyCurve::P256, 2));
        black_box(keys?);
        let (signature_time, signature) = timed(|| signer_key.sign(&SystemRandom::new(), message));
        black_box(signature?);
        let [a, b, c, d, e, f] = layers;
        Ok([decode_time, resize_time, jpeg2000_time, a, b, c, d, e, f, hash_time, key_time, signature_time])
    }
}

fn layers(
    data: &page::DataPage<'_>,
    settings: &page::PageSettings,
    scratch: &mut PageScratch,
) -> Result<[Duration; 6], PageError> {
    let mut times = [Duration::ZERO; 6];
    let mut done = times.iter_mut();
    let mut note = |time: Duration| done.next().into_iter().for_each(|place| *place = time);
    let (time, result) = timed(|| page::compose_laser(data, settings, scratch));
    result?;
    note(time);
    let (time, result) = timed(|| page::code_laser(settings, scratch));
    black_box(result?);
    note(time);
    let (time, result) = timed(|| page::compose_window(data, settings, scratch));
    result?;
    note(time);
    let (time, result) = timed(|| page::code_window(settings, scratch));
    black_box(result?);
    note(time);
    let (time, result) = timed(|| page::compose_observation(data, settings, scratch));
    result?;
    note(time);
    let (time, result) = timed(|| page::code_observation(settings, scratch));
    black_box(result?);
    note(time);
    Ok(times)
}

/// The template of EF.SOD for a document signer with a key on P-256.
///
/// # Errors
/// The certificate is none.
pub fn template(certificate: &[u8]) -> Result<SecurityObjectTemplate, Failure> {
    let (hash, algorithm) = (HashAlgorithm::Sha256, SignatureScheme::Ecdsa(HashAlgorithm::Sha256));
    Ok(SecurityObjectTemplate::new(certificate, hash, algorithm, LdsVersion::V1_8)?)
}

/// The hashes of a document's data groups, by number.
pub fn hashes(specimen: &Specimen) -> BTreeMap<u8, Vec<u8>> {
    let files = specimen.chip.files.iter();
    files.filter_map(|(file, bytes)| Some((file.data_group()?, HashAlgorithm::Sha256.digest(bytes)))).collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let before = Instant::now();
    let result = work();
    (before.elapsed(), result)
}

/// The median of each primitive over rounds; zeros when there is none.
pub fn medians(rounds: &[Round]) -> Round {
    core::array::from_fn(|primitive| {
        let mut times: Vec<f64> = rounds.iter().filter_map(|round| round.get(primitive).copied()).collect();
        times.sort_by(f64::total_cmp);
        let upper = times.get(times.len() / 2).copied().unwrap_or(0.0);
        if times.len() % 2 == 1 {
            return upper;
        }
        let lower = (times.len() / 2).checked_sub(1).and_then(|index| times.get(index)).copied().unwrap_or(upper);
        f64::midpoint(lower, upper)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_disturbed_round_does_not_move_the_median() {
        let round = |factor: f64| PRIMITIVES.map(|name| name.len() as f64 * factor);
        let medians = medians(&[round(1.0), round(100.0), round(1.0), round(1.0), round(1.0)]);
        assert_eq!(medians, round(1.0));
        assert_eq!(super::medians(&[round(1.0), round(2.0)]), round(1.5));
        assert_eq!(super::medians(&[]), [0.0; PRIMITIVES.len()]);
    }
}
