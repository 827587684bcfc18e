//! A grey picture at exactly twice its size, which is what 600 dpi ask of a portrait of 300.
//!
//! Catmull-Rom at the quarter points: the weights −9, 111, 29, −3 of 128 are exact, and 16 bits hold every sum.

/// Doubles rows of `width` samples both ways into `into`, edges repeated.
pub(super) fn double(grey: &[u8], width: usize, into: &mut [u8]) {
    if width == 0 {
        return;
    }
    let height = grey.len() / width;
    let row = |y: usize| grey.get(y * width..(y + 1) * width).unwrap_or(&[]);
    let last = height.saturating_sub(1);
    let mut padded = vec![0_u8; width + 4];
    let (mut even, mut odd) = (vec![0_u8; width], vec![0_u8; width]);
    for (y, pair) in into.chunks_exact_mut(width * 4).enumerate() {
        let rows = [y.saturating_sub(2), y.saturating_sub(1), y, (y + 1).min(last), (y + 2).min(last)].map(row);
        let (upper, lower) = pair.split_at_mut(width * 2);
        // The upper row lies a quarter above row y, the lower one a quarter below it.
        for (out, [a, b, c, d]) in
            [(upper, [rows[3], rows[2], rows[1], rows[0]]), (lower, [rows[1], rows[2], rows[3], rows[4]])]
        {
            if let Some(middle) = padded.get_mut(2..width + 2) {
                quarter(a, b, c, d, middle);
            }
            repeat_edges(&mut padded);
            if let [Some(a), Some(b), Some(c), Some(d), Some(e)] =
                [0, 1, 2, 3, 4].map(|start: usize| padded.get(start..start + width))
            {
                quarter(d, c, b, a, &mut even);
                quarter(b, c, d, e, &mut odd);
            }
            for (target, (&even, &odd)) in out.as_chunks_mut::<2>().0.iter_mut().zip(even.iter().zip(&odd)) {
                *target = [even, odd];
            }
        }
    }
}

/// The value a quarter of the way from `b` to `c`, sample by sample; `a` and `d` lie beyond them.
fn quarter(a: &[u8], b: &[u8], c: &[u8], d: &[u8], out: &mut [u8]) {
    for ((out, (&a, &b)), (&c, &d)) in out.iter_mut().zip(a.iter().zip(b)).zip(c.iter().zip(d)) {
        let added = u16::from(b) * 111 + u16::from(c) * 29 + 64;
        let taken = u16::from(a) * 9 + u16::from(d) * 3;
        *out = (added.saturating_sub(taken) >> 7).min(255) as u8;
    }
}

fn repeat_edges(padded: &mut [u8]) {
    let end = padded.len();
    if end < 5 {
        return;
    }
    padded.copy_within(2..3, 0);
    padded.copy_within(2..3, 1);
    padded.copy_within(end - 3..end - 2, end - 2);
    padded.copy_within(end - 3..end - 2, end - 1);
}

#[cfg(test)]
mod tests {
    use fast_image_resize::images::{Image, ImageRef};
    use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

    use super::*;

    #[test]
    fn it_agrees_with_a_general_resampler() {
        let (width, height) = (41_u32, 53_u32);
        let wavy = |index: u32| {
            let (x, y) = ((index % width) as f32, (index / width) as f32);
            (128.0 + 90.0 * (x * 0.4).sin() * (y * 0.3).cos()) as u8
        };
        let grey: Vec<u8> = (0..width * height).map(wavy).collect();
        let mut doubled = vec![0; grey.len() * 4];
        double(&grey, width as usize, &mut doubled);
        let source = ImageRef::new(width, height, &grey, PixelType::U8).unwrap();
        let mut other = Image::new(width * 2, height * 2, PixelType::U8);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        Resizer::new().resize(&source, &mut other, &options).unwrap();
        let stride = width as usize * 2;
        for (index, (ours, theirs)) in doubled.iter().zip(other.buffer()).enumerate() {
            let (x, y) = (index % stride, index / stride);
            // At the edges the other cuts its window where ours repeats the last sample.
            let inner = (4..stride - 4).contains(&x) && (4..height as usize * 2 - 4).contains(&y);
            let allowed = if inner { 1 } else { 12 };
            assert!(ours.abs_diff(*theirs) <= allowed, "{x} {y}: {ours} {theirs}");
        }
    }

    #[test]
    fn flat_stays_flat_and_small_pictures_do_no_harm() {
        for (width, height) in [(1, 1), (2, 1), (1, 3), (5, 4)] {
            let mut doubled = vec![0; width * height * 4];
            double(&vec![255; width * height], width, &mut doubled);
            assert!(doubled.iter().all(|&value| value == 255), "{width} {height}");
        }
        double(&[], 0, &mut []);
    }
}
