//! Inputs of every rate: applications of the sample set with portraits of 1200 by 1600 pixels, JPEG.

use std::path::{Path, PathBuf};

use persoline_domain::application::Payload;
use persoline_domain::identifiers::{ApplicationNumber, Digest, PersonKey};
use persoline_domain::personal::Personal;
use persoline_intake::{Intake, PersonSecret, PictureFault, PictureSize, PortraitCheck, Trust};
use persoline_render::portrait::crop::{Crop, FaceImageType, Frame};
use persoline_render::portrait::decode::{self, DecodeLimits, PictureFormat};
use persoline_render::portrait::jpeg;
use persoline_render::portrait::resize::{self, ResizeScratch};

use crate::{Failure, failure};

/// Size of the photographs of every rate.
pub const PHOTOGRAPH: Frame = Frame { width: 1200, height: 1600 };
/// Quality at which scaled faces are coded again, as cameras do.
const PHOTOGRAPH_QUALITY: u8 = 90;

/// Whose photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photographs {
    /// Those of the sample set that are 1200 by 1600 JPEG.
    Samples,
    /// Photo-like faces of the folder that `PERSOLINE_SHARED` names, scaled up.
    Faces,
}

impl Photographs {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Photographs::Samples => "samples",
            Photographs::Faces => "faces",
        }
    }
    /// Those of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Photographs::Samples, Photographs::Faces].into_iter().find(|photographs| photographs.name() == name)
    }
    /// All that are there: faces only where `PERSOLINE_SHARED` is set.
    pub fn available() -> Vec<Self> {
        let faces = faces_folder().is_some().then_some(Photographs::Faces);
        [Some(Photographs::Samples), faces].into_iter().flatten().collect()
    }
}

/// Applications with such photographs, in a fixed order.
///
/// # Errors
/// The sample set cannot be read, or faces are asked for and `PERSOLINE_SHARED` is not set.
pub fn payloads(photographs: Photographs) -> Result<Vec<Payload>, Failure> {
    let mut payloads = sample_set()?;
    payloads.retain(|payload| is_photograph(payload.portrait.expose()));
    if payloads.is_empty() {
        return Err(failure("the sample set has no JPEG portrait of 1200 by 1600 pixels"));
    }
    if photographs == Photographs::Faces {
        let faces = faces()?;
        for (payload, face) in payloads.iter_mut().zip(faces.iter().cycle()) {
            payload.portrait = Personal::new(face.clone());
            payload.application.eyes = None;
        }
    }
    Ok(payloads)
}

/// The same application under a number and for a person of its own, so that none is taken for another.
pub fn renumbered(payload: &Payload, number: usize) -> Payload {
    let mut payload = payload.clone();
    let application = &mut payload.application;
    application.number = ApplicationNumber(format!("{}-{number}", application.number));
    let mut person = [0; 32];
    person.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    application.person = PersonKey(Digest(person));
    payload
}

/// Every application of the sample set.
///
/// # Errors
/// A file cannot be read, or a record is not sound.
pub fn sample_set() -> Result<Vec<Payload>, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pipeline/samples");
    let file = folder.join("applications.jsonl");
    let text = std::fs::read(&file).map_err(|error| failure(format!("{}: {error}", file.display())))?;
    let persons = PersonSecret::new([7; 32]);
    let intake = Intake::new(&Headers, &persoline_render::font::covers, &persons, Trust::Open);
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).zip(1..);
    lines
        .map(|(line, number)| {
            intake
                .check_record(number, line, &folder)
                .map_err(|faults| failure(format!("line {number} of the sample set is not sound: {faults:?}")))
        })
        .collect()
}

/// Photo-like faces, scaled up to [`PHOTOGRAPH`] and coded as JPEG.
///
/// # Errors
/// `PERSOLINE_SHARED` is not set, or a picture cannot be read.
pub fn faces() -> Result<Vec<Vec<u8>>, Failure> {
    let folder = faces_folder().ok_or("PERSOLINE_SHARED is not set: it names the folder of the test data")?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|error| failure(format!("{}: {error}", folder.display())))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect();
    files.sort();
    let faces: Vec<Vec<u8>> = files.iter().map(|file| scaled_up(&std::fs::read(file)?)).collect::<Result<_, _>>()?;
    if faces.is_empty() { Err(failure(format!("{} has no JPEG", folder.display()))) } else { Ok(faces) }
}

fn scaled_up(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let picture = decode::decode(bytes, &DecodeLimits::default())?;
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let aspect = f64::from(PHOTOGRAPH.width) / f64::from(PHOTOGRAPH.height);
    let (across, down) = (width.min(height * aspect), height.min(width / aspect));
    let crop = Crop {
        centre_x: width / 2.0,
        centre_y: height / 2.0,
        width: across,
        height: down,
        tilt: 0.0,
        face_image_type: FaceImageType::Basic,
    };
    let large = resize::resize(&picture, &crop, PHOTOGRAPH, Vec::new(), &mut ResizeScratch::default())?;
    let mut coded = Vec::new();
    jpeg::encode_at(&large, PHOTOGRAPH_QUALITY, &mut coded)?;
    Ok(coded)
}

fn faces_folder() -> Option<PathBuf> {
    std::env::var_os("PERSOLINE_SHARED").map(|shared| PathBuf::from(shared).join("faces"))
}

fn is_photograph(bytes: &[u8]) -> bool {
    decode::inspect(bytes, &DecodeLimits::default()).is_ok_and(|info| {
        info.format == PictureFormat::Jpeg && (info.width, info.height) == (PHOTOGRAPH.width, PHOTOGRAPH.height)
    })
}

/// Looks at headers only: the sample set has its own test.
struct Headers;

impl PortraitCheck for Headers {
    fn check(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        size(bytes, &DecodeLimits::default())
    }
    fn check_eyes(&self, _: PictureSize, _: persoline_domain::application::Eyes) -> Result<(), PictureFault> {
        Ok(())
    }
    fn check_signature(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        size(bytes, &persoline_stage::render::SIGNATURE_LIMITS)
    }
}

fn size(bytes: &[u8], limits: &DecodeLimits) -> Result<PictureSize, PictureFault> {
    decode::inspect(bytes, limits)
        .map(|info| PictureSize { width: info.width, height: info.height })
        .map_err(|error| PictureFault { what: error.to_string(), remedy: String::new() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn photographs_of_the_sample_set_are_many_and_of_one_size() {
        let payloads = payloads(Photographs::Samples).unwrap();
        let distinct: BTreeSet<&[u8]> = payloads.iter().map(|payload| payload.portrait.expose().as_slice()).collect();
        assert!(distinct.len() >= 20, "{} photographs", distinct.len());
    }

    #[test]
    fn renumbered_applications_are_of_different_persons() {
        let payload = sample_set().unwrap().swap_remove(0);
        let [one, other] = [renumbered(&payload, 1), renumbered(&payload, 2)].map(|payload| payload.application);
        assert!(one.number != other.number && one.person != other.person);
    }
}
