//! Portrait and signature: that the file is there, inside the folder, a picture that can be used, and the one meant.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use persoline_domain::application::Eyes;
use persoline_domain::identifiers::Digest;

use crate::digest;
use crate::fault::Faults;
use crate::fields::Fields;
use crate::intake::Intake;
use crate::ports::{PictureFault, PictureSize};
use crate::record;

const LONGEST_PATH: usize = 255;

/// A portrait that passed.
pub(crate) struct CheckedPortrait {
    pub(crate) bytes: Vec<u8>,
    pub(crate) eyes: Option<Eyes>,
}

/// The portrait.
pub(crate) fn portrait(
    intake: &Intake<'_>,
    fields: &mut Fields,
    folder: &Path,
    faults: &mut Faults,
) -> Option<CheckedPortrait> {
    let mut portrait = fields.object("portrait", "an object with file, and eyes if they were measured", faults)?;
    let picture = picture(intake, &mut portrait, folder, |bytes| intake.portraits.check(bytes), faults);
    let expected = "left and right, each as [x, y] in whole pixels, or leave it out";
    let eyes = portrait.optional::<record::Eyes>("eyes", expected, faults);
    portrait.finish(faults);
    let (bytes, size) = picture?;
    let eyes = match eyes? {
        Some(eyes) => Some(usable_eyes(intake, eyes, size, faults)?),
        None => None,
    };
    Some(CheckedPortrait { bytes, eyes })
}

/// The signature's image, if there is one. The outer `None` means a fault was noted.
pub(crate) fn signature(
    intake: &Intake<'_>,
    fields: &mut Fields,
    folder: &Path,
    faults: &mut Faults,
) -> Option<Option<Vec<u8>>> {
    let expected = "an object with file, or leave it out";
    let Some(mut signature) = fields.optional_object("signature", expected, faults)? else {
        return Some(None);
    };
    let picture = picture(intake, &mut signature, folder, |bytes| intake.portraits.check_signature(bytes), faults);
    signature.finish(faults);
    picture.map(|(bytes, _)| Some(bytes))
}

fn picture(
    intake: &Intake<'_>,
    fields: &mut Fields,
    folder: &Path,
    check: impl Fn(&[u8]) -> Result<PictureSize, PictureFault>,
    faults: &mut Faults,
) -> Option<(Vec<u8>, PictureSize)> {
    let name: Option<String> = fields.required("file", "the path of the picture beside the applications file", faults);
    let stated = stated_digest(intake, fields, faults);
    let path = fields.path("file");
    let bytes = match read_inside(folder, &name?, intake.limits.picture_bytes) {
        Ok(bytes) => bytes,
        Err(fault) => {
            faults.add(&path, fault.what, fault.remedy);
            return None;
        }
    };
    if let Some(stated) = stated?
        && digest::of_bytes(&bytes) != stated
    {
        faults.add(&fields.path("sha256"), "not the digest of the file", "Send the file that was approved.");
        return None;
    }
    match check(&bytes) {
        Ok(size) => Some((bytes, size)),
        Err(fault) => {
            faults.add(&path, fault.what, fault.remedy);
            None
        }
    }
}

/// The outer `None` means a fault was noted.
fn stated_digest(intake: &Intake<'_>, fields: &mut Fields, faults: &mut Faults) -> Option<Option<Digest>> {
    let expected = "the SHA-256 of the file as 64 lower-case hexadecimal digits";
    let stated = fields.optional::<String>("sha256", expected, faults)?;
    let path = fields.path("sha256");
    match stated {
        None if intake.trust.is_signed() => {
            faults.add(
                &path,
                "missing; without it the file's signature does not cover the picture",
                format!("Give {expected}."),
            );
            None
        }
        None => Some(None),
        Some(text) => {
            let digest = digest::from_hexadecimal(&text);
            if digest.is_none() {
                faults.add(&path, "not a SHA-256 digest", format!("Give {expected}."));
            }
            digest.map(Some)
        }
    }
}

/// The bytes of a file inside `folder`. The name is not repeated in the fault: it may name a person.
fn read_inside(folder: &Path, name: &str, limit: u64) -> Result<Vec<u8>, PictureFault> {
    let place = place_inside(folder, name)?;
    let missing = || fault("no such file can be read", "Put the file there, or correct the path.");
    let file = File::open(&place).map_err(|_| missing())?;
    if !file.metadata().map_err(|_| missing())?.is_file() {
        return Err(fault("not a file", "Name a file."));
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| missing())?;
    if bytes.len() as u64 > limit {
        return Err(fault(&format!("more than {limit} bytes"), "Send a smaller file."));
    }
    if bytes.is_empty() {
        return Err(fault("an empty file", "Send the picture again."));
    }
    Ok(bytes)
}

/// Where a relative path leads, if that is inside the folder, symbolic links followed.
fn place_inside(folder: &Path, name: &str) -> Result<PathBuf, PictureFault> {
    let outside =
        || fault("leads out of the folder", "Give a path relative to the applications file, inside its folder.");
    if name.is_empty() || name.len() > LONGEST_PATH || name.contains(['\0', '\\']) {
        return Err(fault("not a usable path", "Give a relative path of up to 255 bytes with / between folders."));
    }
    let relative = Path::new(name);
    if !relative.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir)) {
        return Err(outside());
    }
    let missing = |_| fault("no such file can be read", "Put the file there, or correct the path.");
    let folder = folder.canonicalize().map_err(missing)?;
    let place = folder.join(relative).canonicalize().map_err(missing)?;
    if place.starts_with(&folder) { Ok(place) } else { Err(outside()) }
}

fn usable_eyes(intake: &Intake<'_>, eyes: record::Eyes, size: PictureSize, faults: &mut Faults) -> Option<Eyes> {
    let ([left_x, left_y], [right_x, right_y]) = (eyes.left, eyes.right);
    let inside = |x: u32, y: u32| x < size.width && y < size.height;
    if !inside(left_x, left_y) || !inside(right_x, right_y) {
        let what = format!("outside the picture, which is {} by {} pixels upright", size.width, size.height);
        faults.add("portrait.eyes", what, "Measure in the upright picture, or leave it out.");
        return None;
    }
    if left_x >= right_x {
        let remedy = "left is the eye on the left side of the picture; swap the two.";
        faults.add("portrait.eyes", "left is not to the left of right", remedy);
        return None;
    }
    let eyes = Eyes { left: (left_x, left_y), right: (right_x, right_y) };
    if let Err(fault) = intake.portraits.check_eyes(size, eyes) {
        faults.add("portrait.eyes", fault.what, fault.remedy);
        return None;
    }
    Some(eyes)
}

fn fault(what: &str, remedy: &str) -> PictureFault {
    PictureFault { what: what.to_owned(), remedy: remedy.to_owned() }
}
