//! Pages for the tests of this crate: invented holders, a drawn face.

use crate::picture::{Channels, Picture};

use super::{DataPage, PageDate, Sex};

/// What a [`DataPage`] borrows.
pub(crate) struct Sample {
    pub(crate) primary: String,
    pub(crate) secondary: String,
    pub(crate) chinese: Option<String>,
    pub(crate) number: String,
    pub(crate) mrz: [String; 2],
    pub(crate) portrait: Picture,
    pub(crate) signature: Option<Picture>,
    pub(crate) observations: Vec<String>,
    pub(crate) card_access_number: &'static str,
}

impl Sample {
    pub(crate) fn new(primary: &str, secondary: &str, chinese: Option<&str>, number: &str) -> Self {
        Self {
            primary: primary.to_owned(),
            secondary: secondary.to_owned(),
            chinese: chinese.map(str::to_owned),
            number: number.to_owned(),
            mrz: [upper_line(primary, secondary), lower_line(number)],
            portrait: portrait(),
            signature: Some(signature()),
            observations: Vec::new(),
            card_access_number: "482915",
        }
    }

    pub(crate) fn page(&self) -> DataPage<'_> {
        DataPage {
            document_type: "護照 / PASSPORT",
            document_code: "PP",
            issuing_state: "UTO",
            passport_number: &self.number,
            primary_identifier: &self.primary,
            secondary_identifier: &self.secondary,
            chinese_name: self.chinese.as_deref(),
            nationality: "烏托邦 / UTOPIAN",
            nationality_code: "UTO",
            date_of_birth: PageDate::new(1974, 8, 12),
            personal_number: Some("Z683365(5)"),
            sex: Sex::Female,
            place_of_birth: Some("香港 / HONG KONG"),
            date_of_issue: PageDate::new(2026, 11, 21),
            date_of_expiry: PageDate::new(2036, 11, 20),
            authority_chinese: "入境事務處",
            authority: "IMMIGRATION DEPARTMENT",
            card_access_number: Some(self.card_access_number),
            portrait: &self.portrait,
            signature: self.signature.as_ref(),
            mrz: [&self.mrz[0], &self.mrz[1]],
            observations: &self.observations,
        }
    }
}

/// Anna Maria Eriksson of Doc 9303, with a Chinese name besides.
pub(crate) fn eriksson() -> Sample {
    Sample::new("ERIKSSON", "ANNA MARIA", Some("艾莉森"), "L898902C3")
}

/// Holders of the kinds that a line meets, `count` of them, the same at every call.
pub(crate) fn varied(count: usize) -> Vec<Sample> {
    const PRIMARY: [&str; 12] = [
        "CHAN",
        "O'CONNOR",
        "SMITH-JONES",
        "NILAVADHANANANDA",
        "WONG",
        "QUICK ZWEIFEL",
        "Mc DONALD",
        "LØVBERG",
        "XU",
        "VAN DER MUELLEN",
        "YEUNG",
        "IBN SAUD",
    ];
    const SECONDARY: [&str; 7] =
        ["TAI MAN", "", "CHAYAPA DEJTHAMRONG KRASUANG", "SUSIE MARGARET", "J", "ÉLODIE ZOË", "QUINCY FELIX GUS"];
    const CHINESE: [Option<&str>; 4] = [Some("陳大文"), None, Some("歐陽\u{282E2}"), Some("嚟")];
    // Issuers leave out I and O, which people and readers take for digits.
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    (0..count)
        .map(|index| {
            let letter = LETTERS.chars().nth(index * 7 % LETTERS.len()).unwrap();
            let number = format!("{letter}{:08}", index * 9_173_461 % 100_000_000);
            let primary = PRIMARY[index % PRIMARY.len()];
            Sample::new(primary, SECONDARY[index % SECONDARY.len()], CHINESE[index % CHINESE.len()], &number)
        })
        .collect()
}

/// A face, roughly: an oval with eyes and shoulders before a light ground, with a little noise.
pub(crate) fn portrait() -> Picture {
    let (width, height) = (413_u32, 531_u32);
    let mut noise = 1_u32;
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (noise >> 28) as i32 - 8;
            let (u, v) = (x as f32 / width as f32 - 0.5, y as f32 / height as f32 - 0.45);
            let face = (u / 0.27).powi(2) + (v / 0.34).powi(2);
            let eye = ((u.abs() - 0.11) / 0.035).powi(2) + ((v + 0.05) / 0.018).powi(2);
            let mouth = (u / 0.09).powi(2) + ((v - 0.17) / 0.014).powi(2);
            let shoulders = (u / 0.46).powi(2) + ((v - 0.62) / 0.28).powi(2);
            let colour = if eye < 1.0 {
                [42, 30, 28]
            } else if mouth < 1.0 {
                [160, 82, 80]
            } else if face < 1.0 && v < -0.20 - u * u {
                [52, 40, 36]
            } else if face < 1.0 {
                let shade = (u * 60.0) as i32;
                [226 - shade, 180 - shade, 154 - shade]
            } else if shoulders < 1.0 {
                [48, 62, 96]
            } else {
                [226, 230, 234]
            };
            pixels.extend(colour.map(|value| (value + grain).clamp(0, 255) as u8));
        }
    }
    Picture::new(width, height, Channels::Rgb, pixels).unwrap()
}

/// A stroke of a pen on slightly grey paper.
pub(crate) fn signature() -> Picture {
    let (width, height) = (600_usize, 150_usize);
    let mut pixels = vec![236_u8; width * height];
    for step in 0..6_000 {
        let t = step as f32 / 6_000.0;
        let x = 30.0 + t * 520.0 + (t * 34.0).sin() * 26.0;
        let y = 75.0 + (t * 29.0).sin() * 44.0 * (1.0 - t * 0.6) + (t * 7.0).cos() * 10.0;
        for (dx, dy) in (-2..=2).flat_map(|dx| (-2..=2).map(move |dy| (dx, dy))) {
            let (x, y) = (x as i32 + dx, y as i32 + dy);
            if let Some(pixel) = pixels.get_mut(y as usize * width + x as usize) {
                *pixel = 30;
            }
        }
    }
    Picture::new(width as u32, height as u32, Channels::Grey, pixels).unwrap()
}

fn upper_line(primary: &str, secondary: &str) -> String {
    let plain = |name: &str| -> String {
        let letters = name.to_uppercase().replace('Ø', "OE").replace(['É', 'Ë'], "E").replace('\'', "");
        letters.chars().map(|letter| if letter.is_ascii_uppercase() { letter } else { '<' }).collect()
    };
    let name = format!("{}<<{}", plain(primary), plain(secondary));
    format!("PPUTO{name:<<39}").chars().take(44).collect()
}

fn lower_line(number: &str) -> String {
    let number = format!("{number:<<9}");
    let first = format!("{number}{}", check(&number));
    let (birth, expiry, personal) = ("7408122", "3611209", format!("{:<<14}", "ZE184226B"));
    let last = format!("{personal}{}", check(&personal));
    let composite = check(&format!("{first}{birth}{expiry}{last}"));
    format!("{first}UTO{birth}F{expiry}{last}{composite}")
}

fn check(text: &str) -> u32 {
    let value = |letter: char| letter.to_digit(36).unwrap_or(0);
    text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(letter, weight)| value(letter) * weight).sum::<u32>() % 10
}
