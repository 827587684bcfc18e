//! Which part of a photograph becomes the portrait, and what may truthfully be declared of it.
//!
//! The geometry is that of a full frontal image (ISO/IEC 19794-5:2005, 8.3 and 8.4, for an image of width A and height
//! B): the middle of the eyes at 0.45 A to 0.55 A from the left; the eyes at 0.5 B to 0.7 B from the bottom edge; the
//! head 0.5 A to 0.75 A wide; at least 90 pixels between the eyes; A : B between 1 : 1.25 and 1 : 1.34; the head turned
//! by no more than five degrees (7.2.2).

use crate::portrait::error::{EyesFault, PortraitError};

/// ISO/IEC 19794-5: face image type that is declared in the facial record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaceImageType {
    /// 0x00: nothing is promised of scene and geometry.
    Basic,
    /// 0x01: full frontal.
    FullFrontal,
}

/// The middles of both eyes in pixels of the upright photograph, from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eyes {
    /// The eye on the left of the picture (the right one of the person).
    pub left: (f64, f64),
    /// The eye on the right of the picture.
    pub right: (f64, f64),
}

/// Width and height of the portrait, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
}

impl Default for Frame {
    /// 413 by 531: 35 mm by 45 mm at 300 dpi.
    fn default() -> Self {
        Self { width: 413, height: 531 }
    }
}

/// A rectangle in the photograph, perhaps tilted, that becomes the portrait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Middle of the rectangle, pixels from the left edge of the photograph.
    pub centre_x: f64,
    /// Middle of the rectangle, pixels from the top edge of the photograph.
    pub centre_y: f64,
    /// Width along its own upper edge, pixels of the photograph.
    pub width: f64,
    /// Height, pixels of the photograph.
    pub height: f64,
    /// How far its upper edge falls from left to right, radians; 0 is level.
    pub tilt: f64,
    /// What may be declared.
    pub face_image_type: FaceImageType,
}

/// Eye distance in parts of the frame's width: what is aimed at first, so that an average head is about 0.65 A wide …
const EYE_DISTANCE_AIM: f64 = 0.27;
/// … and what is still taken where the photograph ends close to the head: a head of 2.4 eye distances then spans 0.74 A.
const EYE_DISTANCE_MOST: f64 = 0.31;
const EYE_DISTANCE_STEPS: u32 = 8;
/// ISO/IEC 19794-5, 8.4: pixels between the eyes.
const LEAST_EYE_PIXELS: f64 = 90.0;
/// Middle of the eyes from the left, in parts of the width: least, aim, most.
const EYES_ACROSS: [f64; 3] = [0.45, 0.5, 0.55];
/// Eyes from the upper edge, in parts of the height: least, aim, most (0.7, 0.6 and 0.5 from the lower edge).
const EYES_DOWN: [f64; 3] = [0.30, 0.40, 0.50];
/// Height by width of a full frontal image.
const LEAST_ASPECT: f64 = 1.25;
const MOST_ASPECT: f64 = 1.34;
/// A tilt of up to a degree is left alone: turning softens the picture and gains nothing.
const TILT_LEFT_ALONE: f64 = 1.0 / 180.0 * std::f64::consts::PI;
/// Beyond this the shoulders show that a picture was turned: it has to be taken again.
const TILT_MOST: f64 = 15.0 / 180.0 * std::f64::consts::PI;
/// How far the aspect of a composed photograph may be from that of the frame.
const COMPOSED_TOLERANCE: f64 = 0.03;

/// Lays the frame into a photograph of `size` (width, height when upright).
///
/// With eye positions the geometry of a full frontal image is made to hold, or the reason is given why it cannot.
/// Without, the largest rectangle of the frame's aspect is taken from the middle, and full frontal is declared only when
/// the channels guarantee composed photographs and hardly anything had to be cut off.
///
/// # Errors
/// [`PortraitError::Eyes`] when no full frontal frame can be laid around the eyes, [`PortraitError::Settings`] when a
/// side of the frame or of the photograph is zero.
pub fn plan(
    size: (u32, u32),
    eyes: Option<&Eyes>,
    frame: Frame,
    photographs_are_composed: bool,
) -> Result<Crop, PortraitError> {
    if frame.width == 0 || frame.height == 0 || size.0 == 0 || size.1 == 0 {
        return Err(PortraitError::Settings("a side of the frame is zero"));
    }
    match eyes {
        Some(eyes) => around_eyes(size, eyes, frame).map_err(PortraitError::Eyes),
        None => Ok(from_the_middle(size, frame, photographs_are_composed)),
    }
}

fn from_the_middle(size: (u32, u32), frame: Frame, photographs_are_composed: bool) -> Crop {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let aspect = aspect(frame);
    let cut_width = width.min(height / aspect);
    let cut_height = height.min(width * aspect);
    let deviation = (height / width / aspect - 1.0).abs();
    let is_full_frontal = photographs_are_composed && deviation <= COMPOSED_TOLERANCE && is_full_frontal_aspect(frame);
    Crop {
        centre_x: width / 2.0,
        centre_y: height / 2.0,
        width: cut_width,
        height: cut_height,
        tilt: 0.0,
        face_image_type: if is_full_frontal { FaceImageType::FullFrontal } else { FaceImageType::Basic },
    }
}

fn around_eyes(size: (u32, u32), eyes: &Eyes, frame: Frame) -> Result<Crop, EyesFault> {
    let inside = |(x, y): (f64, f64)| (0.0..f64::from(size.0)).contains(&x) && (0.0..f64::from(size.1)).contains(&y);
    if !inside(eyes.left) || !inside(eyes.right) {
        return Err(EyesFault::Outside);
    }
    let (across, down) = (eyes.right.0 - eyes.left.0, eyes.right.1 - eyes.left.1);
    let distance = across.hypot(down);
    if across <= 0.0 || distance < 1.0 {
        return Err(EyesFault::Order);
    }
    let measured = down.atan2(across);
    if measured.abs() > TILT_MOST {
        return Err(EyesFault::Tilted);
    }
    let tilt = if measured.abs() <= TILT_LEFT_ALONE { 0.0 } else { measured };
    let middle = ((eyes.left.0 + eyes.right.0) / 2.0, (eyes.left.1 + eyes.right.1) / 2.0);

    for step in 0..=EYE_DISTANCE_STEPS {
        let part = f64::from(step) / f64::from(EYE_DISTANCE_STEPS);
        let width = distance / (EYE_DISTANCE_AIM + (EYE_DISTANCE_MOST - EYE_DISTANCE_AIM) * part);
        let height = width * aspect(frame);
        let Some((centre_x, centre_y)) = place(size, middle, (width, height), tilt) else { continue };
        // Enlarging adds pixels between the eyes, but nothing that was seen: the photograph itself has to have them.
        let eye_pixels = distance.min(distance / width * f64::from(frame.width));
        let is_full_frontal = eye_pixels >= LEAST_EYE_PIXELS && is_full_frontal_aspect(frame);
        let face_image_type = if is_full_frontal { FaceImageType::FullFrontal } else { FaceImageType::Basic };
        return Ok(Crop { centre_x, centre_y, width, height, tilt, face_image_type });
    }
    Err(EyesFault::TooClose)
}

/// The middle of a rectangle that keeps the eyes within the tolerances and stays inside the photograph, as close to the
/// aim as can be.
fn place(size: (u32, u32), middle: (f64, f64), cut: (f64, f64), tilt: f64) -> Option<(f64, f64)> {
    let (sine, cosine) = tilt.sin_cos();
    // Half of the upright box around the tilted rectangle.
    let half_x = (cut.0 * cosine.abs() + cut.1 * sine.abs()) / 2.0;
    let half_y = (cut.0 * sine.abs() + cut.1 * cosine.abs()) / 2.0;
    let (photo_width, photo_height) = (f64::from(size.0), f64::from(size.1));
    if 2.0 * half_x > photo_width || 2.0 * half_y > photo_height {
        return None;
    }
    // Where the centre lies from the eyes in the rectangle's own axes, least to most.
    let offset = |limits: [f64; 3], length: f64| limits.map(|part| (0.5 - part) * length);
    let [most_x, _, least_x] = offset(EYES_ACROSS, cut.0);
    let [most_y, aim_y, least_y] = offset(EYES_DOWN, cut.1);
    // The aim first, then moved back into the photograph along its axes.
    let aim = (middle.0 - aim_y * sine, middle.1 + aim_y * cosine);
    let centre = (aim.0.clamp(half_x, photo_width - half_x), aim.1.clamp(half_y, photo_height - half_y));
    let (dx, dy) = (centre.0 - middle.0, centre.1 - middle.1);
    let (own_x, own_y) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
    // A hair of tolerance, so that a frame at the very limit does not fall to rounding.
    let within = |value: f64, least: f64, most: f64| (least - 1e-6..=most + 1e-6).contains(&value);
    (within(own_x, least_x, most_x) && within(own_y, least_y, most_y)).then_some(centre)
}

fn aspect(frame: Frame) -> f64 {
    f64::from(frame.height) / f64::from(frame.width)
}

fn is_full_frontal_aspect(frame: Frame) -> bool {
    (LEAST_ASPECT..=MOST_ASPECT).contains(&aspect(frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 413, height: 531 };

    /// Where a point of the photograph lies in the frame, in parts of its width and height.
    fn in_frame(crop: &Crop, (x, y): (f64, f64)) -> (f64, f64) {
        let (sine, cosine) = crop.tilt.sin_cos();
        let (dx, dy) = (x - crop.centre_x, y - crop.centre_y);
        ((dx * cosine + dy * sine) / crop.width + 0.5, (dy * cosine - dx * sine) / crop.height + 0.5)
    }

    fn assert_full_frontal(crop: &Crop, eyes: &Eyes) {
        let (left, right) = (in_frame(crop, eyes.left), in_frame(crop, eyes.right));
        let across = (left.0 + right.0) / 2.0;
        let down = (left.1 + right.1) / 2.0;
        assert!((0.4499..=0.5501).contains(&across), "across {across}");
        assert!((0.2999..=0.5001).contains(&down), "down {down}");
        let tilt = ((right.1 - left.1) * 531.0).atan2((right.0 - left.0) * 413.0).to_degrees();
        assert!(tilt.abs() <= 1.001, "tilt {tilt}");
        assert!((right.0 - left.0) * 413.0 >= 90.0);
        assert_eq!(crop.face_image_type, FaceImageType::FullFrontal);
    }

    fn corners_are_inside(crop: &Crop, size: (u32, u32)) -> bool {
        let (sine, cosine) = crop.tilt.sin_cos();
        [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)].iter().all(|&(x, y)| {
            let (x, y): (f64, f64) = (x * crop.width, y * crop.height);
            let (x, y) = (crop.centre_x + x * cosine - y * sine, crop.centre_y + x * sine + y * cosine);
            x >= -1e-6 && y >= -1e-6 && x <= f64::from(size.0) + 1e-6 && y <= f64::from(size.1) + 1e-6
        })
    }

    #[test]
    fn roomy_photograph_gets_the_aimed_frame() {
        let eyes = Eyes { left: (500.0, 700.0), right: (700.0, 700.0) };
        let crop = plan((1200, 1600), Some(&eyes), FRAME, false).unwrap();
        assert_full_frontal(&crop, &eyes);
        let eye = in_frame(&crop, eyes.left);
        assert!((eye.1 - 0.4).abs() < 1e-9 && (eye.0 - (0.5 - 0.135)).abs() < 1e-9);
    }

    #[test]
    fn tilted_and_decentred_heads_are_framed_inside_the_photograph() {
        for degrees in [-14.0, -5.0, -0.8, 0.0, 0.9, 3.0, 10.0, 14.9_f64] {
            for (x, y) in [(560.0, 640.0), (480.0, 560.0), (700.0, 820.0)] {
                let (sine, cosine) = degrees.to_radians().sin_cos();
                let eyes = Eyes {
                    left: (x - 100.0 * cosine, y - 100.0 * sine),
                    right: (x + 100.0 * cosine, y + 100.0 * sine),
                };
                let crop = plan((1200, 1600), Some(&eyes), FRAME, false).unwrap();
                assert_full_frontal(&crop, &eyes);
                assert!(corners_are_inside(&crop, (1200, 1600)), "{degrees} {x} {y}");
            }
        }
    }

    #[test]
    fn what_cannot_hold_is_refused_with_the_reason() {
        let fault = |left, right| plan((1200, 1600), Some(&Eyes { left, right }), FRAME, true);
        let refused = |fault| Err(PortraitError::Eyes(fault));
        assert_eq!(fault((-1.0, 10.0), (100.0, 10.0)), refused(EyesFault::Outside));
        assert_eq!(fault((f64::NAN, 10.0), (100.0, 10.0)), refused(EyesFault::Outside));
        assert_eq!(fault((700.0, 700.0), (500.0, 700.0)), refused(EyesFault::Order));
        assert_eq!(fault((500.0, 700.0), (600.0, 760.0)), refused(EyesFault::Tilted));
        assert_eq!(fault((400.0, 100.0), (800.0, 100.0)), refused(EyesFault::TooClose));
        assert_eq!(fault((300.0, 800.0), (900.0, 800.0)), refused(EyesFault::TooClose));
    }

    #[test]
    fn few_pixels_between_the_eyes_are_basic() {
        let eyes = Eyes { left: (160.0, 200.0), right: (240.0, 200.0) };
        let crop = plan((400, 520), Some(&eyes), FRAME, true).unwrap();
        assert_eq!(crop.face_image_type, FaceImageType::Basic);
    }

    #[test]
    fn without_eyes_only_composed_photographs_are_full_frontal() {
        let declared = |size, composed| plan(size, None, FRAME, composed).unwrap().face_image_type;
        assert_eq!(declared((1200, 1543), true), FaceImageType::FullFrontal);
        assert_eq!(declared((1200, 1543), false), FaceImageType::Basic);
        assert_eq!(declared((1200, 1600), true), FaceImageType::Basic);
        let crop = plan((1600, 1200), None, FRAME, true).unwrap();
        assert!((crop.height - 1200.0).abs() < 1e-9 && (crop.height / crop.width - 531.0 / 413.0).abs() < 1e-9);
    }
}
