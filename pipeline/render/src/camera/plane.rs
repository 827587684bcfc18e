//! The part of a camera image around one line, brought to the working resolution: ink, 0 white to 255 black.

use super::templates::Cell;
use crate::picture::Picture;

pub(super) struct Plane {
    width: usize,
    height: usize,
    ink: Vec<i16>,
}

impl Plane {
    /// Averages squares of `factor` image pixels. `from` and `size` are in working pixels of a grey image. What lies
    /// outside the image is paper; `None` when that is more than a sixth of the part.
    pub(super) fn of(image: &Picture, factor: u32, from: (i32, i32), size: (i32, i32)) -> Option<Self> {
        let (width, height) = (usize::try_from(size.0).ok()?, usize::try_from(size.1).ok()?);
        let (columns, rows) = ((image.width() / factor) as i32, (image.height() / factor) as i32);
        let mut ink = vec![0_i16; width * height];
        let factor = factor as usize;
        let area = (factor * factor) as u32;
        let first = from.0.max(0);
        let last = (from.0 + size.0).min(columns);
        let mut seen = 0;
        let mut sums = vec![0_u32; usize::try_from(last - first).ok()?];
        for (y, out) in (from.1..).zip(ink.chunks_exact_mut(width)) {
            if y < 0 || y >= rows {
                continue;
            }
            sums.fill(0);
            for row in 0..factor {
                let row = image.row((y as usize * factor + row) as u32)?;
                let row = row.get(first as usize * factor..last as usize * factor)?;
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().map(|&value| u32::from(value)).sum::<u32>();
                }
            }
            let out = out.get_mut((first - from.0) as usize..)?;
            for (out, sum) in out.iter_mut().zip(&sums) {
                // At most 255.
                *out = 255 - (sum / area) as i16;
            }
            seen += sums.len();
        }
        (seen * 6 >= width * height * 5).then_some(Self { width, height, ink })
    }

    /// Standard deviation of the ink.
    pub(super) fn deviation(&self) -> f32 {
        let count = self.ink.len().max(1) as f64;
        let sum: i64 = self.ink.iter().map(|&ink| i64::from(ink)).sum();
        let squares: i64 = self.ink.iter().map(|&ink| i64::from(ink) * i64::from(ink)).sum();
        let mean = sum as f64 / count;
        (squares as f64 / count - mean * mean).max(0.0).sqrt() as f32
    }

    /// Ink of every row.
    pub(super) fn row_sums(&self) -> Vec<i32> {
        self.ink.chunks_exact(self.width).map(|row| row.iter().map(|&ink| i32::from(ink)).sum()).collect()
    }

    /// Ink of every column in `height` rows from `top`.
    pub(super) fn column_sums(&self, top: i32, height: i32) -> Vec<i32> {
        let mut sums = vec![0; self.width];
        let rows = self.ink.chunks_exact(self.width).skip(top.max(0) as usize).take(height.max(0) as usize);
        for row in rows {
            for (sum, &ink) in sums.iter_mut().zip(row) {
                *sum += i32::from(ink);
            }
        }
        sums
    }

    /// The samples of one character, its upper left corner at `at`. Outside the plane there is paper.
    pub(super) fn cell(&self, at: (i32, i32), size: (usize, usize)) -> Cell {
        let mut ink = vec![0; size.0 * size.1];
        for (y, out) in (at.1..).zip(ink.chunks_exact_mut(size.0)) {
            let inside = usize::try_from(y).ok().filter(|&y| y < self.height).zip(usize::try_from(at.0).ok());
            let Some((y, x)) = inside else { continue };
            let row = self.ink.get(y * self.width..(y + 1) * self.width).unwrap_or(&[]);
            for (out, &ink) in out.iter_mut().zip(row.get(x..).unwrap_or(&[])) {
                *out = ink;
            }
        }
        Cell::new(ink)
    }
}
