//! The coder against OpenJPEG's own decoder, over real faces, and against damage.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::portrait::crop::{Crop, FaceImageType, Frame};
use crate::portrait::decode::{self, DecodeLimits};
use crate::portrait::resize::{ResizeScratch, resize};
use crate::portrait::tests::{Noise, noisy_face, photographs, psnr};

const TARGET: usize = 18_000;

/// A photograph in the default frame: the middle, cut to the frame's aspect.
fn framed(bytes: &[u8]) -> Picture {
    let photograph = decode::decode(bytes, &DecodeLimits::default()).unwrap();
    let frame = Frame::default();
    let crop = crate::portrait::crop::plan((photograph.width(), photograph.height()), None, frame, true).unwrap();
    let crop = Crop { face_image_type: FaceImageType::Basic, ..crop };
    resize(&photograph, &crop, frame, Vec::new(), &mut ResizeScratch::default()).unwrap()
}

/// OpenJPEG's rate control over all bit planes, of the same size: what the shortened coding is held against.
fn full_rate_control(picture: &Picture) -> Picture {
    let mut codestream = Vec::new();
    encode_codestream(picture, 0, 6, TARGET - codestream::BOX_BYTES, &mut codestream).unwrap();
    decode(&codestream, 1_000_000).unwrap()
}

/// Decodes with OpenJPEG's command-line tool, which has to be there under CI; `None`, said aloud, where it is not.
fn decompressed_by_tool(folder: &Path, file: &[u8]) -> Option<Picture> {
    let (input, output) = (folder.join("portrait.jp2"), folder.join("portrait.ppm"));
    std::fs::write(&input, file).unwrap();
    let run = Command::new("opj_decompress").arg("-i").arg(&input).arg("-o").arg(&output).output();
    let Ok(run) = run else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "opj_decompress is missing (libopenjp2-tools)");
        println!("not run: opj_decompress is missing");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(read_ppm(&std::fs::read(&output).unwrap()))
}

/// P6, comment lines, width, height, 255, samples.
fn read_ppm(bytes: &[u8]) -> Picture {
    let mut at = 0;
    let mut words = Vec::new();
    while words.len() < 4 {
        let end = at + bytes[at..].iter().position(|byte| byte.is_ascii_whitespace()).unwrap();
        if bytes[at] == b'#' {
            at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap() + 1;
            continue;
        }
        words.push(String::from_utf8(bytes[at..end].to_vec()).unwrap());
        at = end + 1;
    }
    assert_eq!((words[0].as_str(), words[3].as_str()), ("P6", "255"));
    let (width, height) = (words[1].parse().unwrap(), words[2].parse().unwrap());
    Picture::new(width, height, Channels::Rgb, bytes[at..].to_vec()).unwrap()
}

#[test]
fn openjpegs_own_tool_shows_the_same_portrait() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..3 {
        let picture = noisy_face(413, 531, seed);
        let settings = Jpeg2000Settings { target_bytes: TARGET, ..Jpeg2000Settings::default() };
        let file = encode(&picture, &settings, &mut Jpeg2000Scratch::default()).unwrap();
        let Some(shown) = decompressed_by_tool(folder.path(), &file) else { return };
        let likeness = psnr(&shown, &picture);
        assert!(likeness >= 36.0, "{likeness}");
        assert!(psnr(&shown, &decode(&file, 1_000_000).unwrap()) > 50.0);
    }
}

#[test]
fn every_face_meets_the_target_and_loses_little_to_full_rate_control() {
    let Some(faces) = photographs("faces") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut scratch = Jpeg2000Scratch::default();
    let mut at_least_36 = 0;
    for (index, bytes) in faces.iter().enumerate() {
        let picture = framed(bytes);
        let file = encode(&picture, &Jpeg2000Settings::default(), &mut scratch).unwrap();
        assert!(file.len() <= TARGET && file.len() as f64 >= 0.96 * TARGET as f64, "{index}: {} bytes", file.len());
        let likeness = psnr(&decode(&file, 1_000_000).unwrap(), &picture);
        let reference = psnr(&full_rate_control(&picture), &picture);
        assert!(likeness > reference - 1.0, "{index}: {likeness:.2} dB, full rate control {reference:.2} dB");
        assert!(reference < 37.0 || likeness >= 36.0, "{index}: {likeness:.2} dB");
        at_least_36 += u32::from(likeness >= 36.0);
        if index % 6 == 0
            && let Some(shown) = decompressed_by_tool(folder.path(), &file)
        {
            assert!(psnr(&shown, &picture) > likeness - 0.1);
        }
    }
    assert!(at_least_36 >= 10, "{at_least_36}");
}

#[test]
fn size_targets_hold_from_small_to_large() {
    let picture = noisy_face(413, 531, 9);
    let mut scratch = Jpeg2000Scratch::default();
    let mut last = 0.0;
    for target_bytes in [2_000, 6_000, 12_000, 15_000, 20_000, 40_000] {
        let settings = Jpeg2000Settings { target_bytes, ..Jpeg2000Settings::default() };
        let file = encode(&picture, &settings, &mut scratch).unwrap();
        assert!(file.len() <= target_bytes && file.len() * 100 >= target_bytes * 90, "{target_bytes}: {}", file.len());
        let likeness = psnr(&decode(&file, 1_000_000).unwrap(), &picture);
        assert!(likeness > last - 0.5, "{target_bytes}: {likeness}");
        last = likeness;
    }
}

#[test]
fn flat_grey_and_odd_pictures_are_coded() {
    let mut scratch = Jpeg2000Scratch::default();
    let settings = Jpeg2000Settings::default();
    let flat = Picture::filled(413, 531, Channels::Rgb, 200).unwrap();
    let file = encode(&flat, &settings, &mut scratch).unwrap();
    assert!(file.len() < 2_000 && psnr(&decode(&file, 1_000_000).unwrap(), &flat) > 45.0);

    let grey = noisy_face(413, 531, 2).to_grey();
    let file = encode(&grey, &settings, &mut scratch).unwrap();
    assert!(file.len() <= TARGET && psnr(&decode(&file, 1_000_000).unwrap(), &grey) > 36.0);

    for (width, height) in [(1, 1), (7, 3), (64, 1), (33, 129)] {
        let small = noisy_face(width, height, 4);
        let shown = decode(&encode(&small, &settings, &mut scratch).unwrap(), 1_000_000).unwrap();
        assert!(psnr(&shown, &small) > 36.0, "{width} by {height}");
    }
}

#[test]
fn the_coder_leaves_no_comment_and_true_box_lengths() {
    let file = encode(&noisy_face(413, 531, 1), &Jpeg2000Settings::default(), &mut Jpeg2000Scratch::default()).unwrap();
    assert!(!file.windows(8).any(|window| window == b"OpenJPEG"));
    let length = u32::from_be_bytes(file[codestream::BOX_BYTES - 8..][..4].try_into().unwrap());
    assert_eq!(length as usize, file.len() - (codestream::BOX_BYTES - 8));
    assert!(file.ends_with(&[0xff, 0xd9]));
}

#[test]
fn damaged_files_are_refused_and_never_panic() {
    let file = encode(&noisy_face(120, 150, 1), &Jpeg2000Settings::default(), &mut Jpeg2000Scratch::default()).unwrap();
    for length in (0..file.len() - 2).step_by(97) {
        assert!(decode(&file[..length], 1_000_000).is_err(), "{length} of {}", file.len());
    }
    let mut noise = Noise(11);
    for _ in 0..200 {
        let mut damaged = file.clone();
        let at = (noise.next() % file.len() as u64) as usize;
        damaged[at] ^= 1 << (noise.next() % 8);
        let _ = decode(&damaged, 1_000_000);
    }
    assert!(decode(&file, 100).is_err());
}

#[test]
fn nonsense_settings_are_refused() {
    let picture = noisy_face(50, 60, 1);
    let mut scratch = Jpeg2000Scratch::default();
    let refused = |settings, scratch: &mut _| encode(&picture, &settings, scratch).is_err();
    assert!(refused(Jpeg2000Settings { target_bytes: 100, ..Jpeg2000Settings::default() }, &mut scratch));
    assert!(refused(Jpeg2000Settings { resolutions: 0, ..Jpeg2000Settings::default() }, &mut scratch));
    assert!(refused(Jpeg2000Settings { resolutions: 40, ..Jpeg2000Settings::default() }, &mut scratch));
}
