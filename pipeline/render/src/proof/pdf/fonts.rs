//! Fonts of a PDF: subsets of the glyphs used, their widths and their way back to Unicode (ISO 32000-1 9.7, 9.10).

use std::collections::BTreeMap;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Dict, Filter, Finish, Name, Pdf, Ref, Str};
use subsetter::{GlyphRemapper, subset};
use ttf_parser::{GlyphId, Tag};

use crate::font::Face;
use crate::font::shape::Glyph;
use crate::page::PageError;
use crate::proof::scene::{Item, Scene};

use super::DEFLATE;

/// Codes are glyph numbers of the subset.
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The faces that a scene uses.
pub(super) struct FontSet {
    fonts: BTreeMap<Face, Font>,
}

struct Font {
    remapper: GlyphRemapper,
    characters: BTreeMap<u16, char>,
    widths: BTreeMap<u16, f32>,
    type0: Ref,
    cid: Ref,
    descriptor: Ref,
    file: Ref,
    unicode: Ref,
}

impl FontSet {
    /// Collects the glyphs of a scene's text and takes references for its fonts.
    pub(super) fn of(scene: &Scene, take: &mut impl FnMut() -> Ref) -> Result<Self, PageError> {
        let mut fonts: BTreeMap<Face, Font> = BTreeMap::new();
        for item in &scene.items {
            let Item::Text { line, .. } = item else { continue };
            for glyph in &line.glyphs {
                fonts.entry(glyph.face).or_insert_with(|| Font::new(take)).add(*glyph);
            }
        }
        Ok(Self { fonts })
    }

    /// The name by which content streams call a face.
    pub(super) const fn name(face: Face) -> &'static str {
        match face {
            Face::Regular => "Regular",
            Face::Italic => "Italic",
            Face::Bold => "Bold",
            Face::Chinese => "Chinese",
            Face::OcrB => "OcrB",
        }
    }

    /// The code of a glyph in strings; 0 (no glyph) for one that was not collected.
    pub(super) fn code(&self, glyph: Glyph) -> u16 {
        self.fonts.get(&glyph.face).and_then(|font| font.remapper.get(glyph.id.0)).unwrap_or(0)
    }

    /// Lists the fonts among a page's resources.
    pub(super) fn list(&self, resources: &mut Dict<'_>) {
        for (face, font) in &self.fonts {
            resources.pair(Name(Self::name(*face).as_bytes()), font.type0);
        }
    }

    /// Writes the fonts.
    pub(super) fn write(&self, pdf: &mut Pdf) -> Result<(), PageError> {
        self.fonts.iter().try_for_each(|(face, font)| font.write(*face, pdf))
    }
}

impl Font {
    fn new(take: &mut impl FnMut() -> Ref) -> Self {
        Self {
            remapper: GlyphRemapper::new(),
            characters: BTreeMap::new(),
            widths: BTreeMap::new(),
            type0: take(),
            cid: take(),
            descriptor: take(),
            file: take(),
            unicode: take(),
        }
    }

    fn add(&mut self, glyph: Glyph) {
        let code = self.remapper.remap(glyph.id.0);
        self.characters.entry(code).or_insert(glyph.character);
        self.widths.insert(code, glyph.advance * 1_000.0);
    }

    fn write(&self, face: Face, pdf: &mut Pdf) -> Result<(), PageError> {
        let parsed = face.parsed().ok_or(PageError::Font)?;
        let cut = subset(face.file(), 0, &self.remapper).map_err(|_| PageError::Font)?;
        // Of a font with CFF outlines a PDF holds the outlines alone.
        let outlines = ttf_parser::RawFace::parse(&cut, 0).ok().and_then(|raw| raw.table(Tag::from_bytes(b"CFF ")));
        let name = format!("{}+{}", self.tag(), base_name(face));
        pdf.type0_font(self.type0)
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(self.cid)
            .to_unicode(self.unicode);
        self.write_cid(pdf, &name, outlines.is_some());
        let scale = |units: i16| f32::from(units) / f32::from(parsed.units_per_em()) * 1_000.0;
        let bounds = parsed.global_bounding_box();
        let mut descriptor = pdf.font_descriptor(self.descriptor);
        descriptor.name(Name(name.as_bytes())).flags(flags(face)).italic_angle(if face == Face::Italic {
            -12.0
        } else {
            0.0
        });
        let (left, bottom) = (scale(bounds.x_min), scale(bounds.y_min));
        descriptor.bbox(pdf_writer::Rect::new(left, bottom, scale(bounds.x_max), scale(bounds.y_max)));
        descriptor.ascent(scale(parsed.ascender())).descent(scale(parsed.descender()));
        descriptor.cap_height(scale(parsed.capital_height().unwrap_or(714)));
        descriptor.stem_v(if face == Face::Bold { 140.0 } else { 90.0 });
        if outlines.is_some() {
            descriptor.font_file3(self.file);
        } else {
            descriptor.font_file2(self.file);
        }
        descriptor.finish();
        let file = compress_to_vec_zlib(outlines.unwrap_or(&cut), DEFLATE);
        let mut stream = pdf.stream(self.file, &file);
        stream.filter(Filter::FlateDecode);
        if outlines.is_some() {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
        stream.finish();
        self.write_unicode(pdf);
        Ok(())
    }

    fn write_cid(&self, pdf: &mut Pdf, name: &str, compact: bool) {
        let mut cid = pdf.cid_font(self.cid);
        cid.subtype(if compact { CidFontType::Type0 } else { CidFontType::Type2 });
        cid.base_font(Name(name.as_bytes())).system_info(SYSTEM).font_descriptor(self.descriptor).default_width(0.0);
        if !compact {
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = cid.widths();
        for (code, width) in &self.widths {
            widths.consecutive(*code, [*width]);
        }
        widths.finish();
        cid.finish();
    }

    fn write_unicode(&self, pdf: &mut Pdf) {
        let mut cmap = UnicodeCmap::<u16>::new(Name(b"Custom"), SYSTEM);
        for (code, character) in &self.characters {
            cmap.pair(*code, *character);
        }
        let bytes = compress_to_vec_zlib(&cmap.finish(), DEFLATE);
        pdf.cmap(self.unicode, &bytes).filter(Filter::FlateDecode);
    }

    /// Six capitals that tell this subset from others of the same font (ISO 32000-1 9.6.4).
    fn tag(&self) -> String {
        // FNV-1a over the glyphs: the same glyphs give the same name.
        let glyphs = self.remapper.remapped_gids().map(GlyphId);
        let hash = glyphs.fold(0xCBF2_9CE4_8422_2325_u64, |hash, GlyphId(id)| {
            (hash ^ u64::from(id)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        (0..6).map(|place| char::from(b'A' + (hash >> (place * 9) & 0x1FF) as u8 % 26)).collect()
    }
}

const fn base_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "NotoSans-Regular",
        Face::Italic => "NotoSans-Italic",
        Face::Bold => "NotoSans-Bold",
        Face::Chinese => "NotoSansCJKhk-Regular",
        Face::OcrB => "OCRB",
    }
}

fn flags(face: Face) -> FontFlags {
    match face {
        Face::Italic => FontFlags::SYMBOLIC | FontFlags::ITALIC,
        Face::OcrB => FontFlags::SYMBOLIC | FontFlags::FIXED_PITCH,
        _ => FontFlags::SYMBOLIC,
    }
}
