//! The scene as a PDF of one page: vectors, real text in embedded fonts, pictures as JPEG.

mod content;
mod fonts;

use std::sync::LazyLock;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::BlendMode;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Ref, TextStr};

use crate::page::geometry::points;
use crate::page::{LayerKind, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, PageError, jpeg_grey};

use super::scene::{Item, Scene, background};
use content::{MULTIPLY, States, draw, picture_name, states_of};
use fonts::FontSet;

/// Quality of the pictures.
const JPEG_QUALITY: u8 = 92;
/// Effort of deflate, of 10.
const DEFLATE: u8 = 7;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const INFO: Ref = Ref::new(4);
const CONTENT: Ref = Ref::new(5);
const BACKGROUND_FORM: Ref = Ref::new(6);
const FIRST_FREE: i32 = 7;

/// Writes the scene.
pub(crate) fn pdf(scene: &Scene) -> Result<Vec<u8>, PageError> {
    let mut next = FIRST_FREE;
    let mut take = || {
        next += 1;
        Ref::new(next - 1)
    };
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES).lang(TextStr("en"));
    pdf.pages(PAGES).kids([PAGE]).count(1);
    // Nothing of the holder is in the metadata.
    pdf.document_info(INFO).title(TextStr("Passport data page, proof")).producer(TextStr("Persoline"));
    let fonts = FontSet::of(scene, &mut take)?;
    fonts.write(&mut pdf)?;
    let pictures = write_pictures(scene, &mut pdf, &mut take)?;
    write_background(&mut pdf);
    let states = states_of(&scene.items);
    let text = write_content(scene, &fonts, &states);
    pdf.stream(CONTENT, &text).filter(Filter::FlateDecode);
    let mut page = pdf.page(PAGE);
    page.media_box(pdf_writer::Rect::new(0.0, 0.0, points(PAGE_WIDTH_MM), points(PAGE_HEIGHT_MM)));
    page.parent(PAGES).contents(CONTENT);
    let mut resources = page.resources();
    let mut objects = resources.x_objects();
    objects.pair(Name(b"Background"), BACKGROUND_FORM);
    for (index, id) in pictures.iter().enumerate() {
        objects.pair(Name(picture_name(index).as_bytes()), *id);
    }
    objects.finish();
    fonts.list(&mut resources.fonts());
    write_states(&mut resources, &states);
    resources.finish();
    page.finish();
    Ok(pdf.finish())
}

fn write_content(scene: &Scene, fonts: &FontSet, states: &States) -> Vec<u8> {
    let mut content = Content::new();
    // From here on one unit is a millimetre and y grows downwards, as on the page.
    let scale = points(1.0);
    content.transform([scale, 0.0, 0.0, -scale, 0.0, points(PAGE_HEIGHT_MM)]);
    content.x_object(Name(b"Background"));
    draw(&scene.items, &mut content, Some(fonts), states);
    compress_to_vec_zlib(&content.finish(), DEFLATE)
}

fn write_background(pdf: &mut Pdf) {
    let (bytes, states) = &*BACKGROUND;
    let mut form = pdf.form_xobject(BACKGROUND_FORM, bytes);
    form.filter(Filter::FlateDecode);
    form.bbox(pdf_writer::Rect::new(0.0, 0.0, PAGE_WIDTH_MM, PAGE_HEIGHT_MM));
    let mut resources = form.resources();
    write_states(&mut resources, states);
    resources.finish();
    form.finish();
}

// The same in every proof, made once.
static BACKGROUND: LazyLock<(Vec<u8>, States)> = LazyLock::new(|| {
    let items = background();
    let states = states_of(&items);
    let mut content = Content::new();
    draw(&items, &mut content, None, &states);
    (compress_to_vec_zlib(&content.finish(), DEFLATE), states)
});

fn write_states(resources: &mut pdf_writer::writers::Resources<'_>, states: &States) {
    let mut list = resources.ext_g_states();
    for (name, opacity) in states {
        let mut state = list.insert(Name(name.as_bytes())).start::<pdf_writer::writers::ExtGraphicsState<'_>>();
        state.non_stroking_alpha(*opacity).stroking_alpha(*opacity);
    }
    let mut state = list.insert(Name(MULTIPLY)).start::<pdf_writer::writers::ExtGraphicsState<'_>>();
    state.blend_mode(BlendMode::Multiply).non_stroking_alpha(1.0);
}

fn write_pictures(scene: &Scene, pdf: &mut Pdf, take: &mut impl FnMut() -> Ref) -> Result<Vec<Ref>, PageError> {
    let mut written = Vec::new();
    for item in &scene.items {
        let Item::Picture { width, height, pixels, .. } = item else { continue };
        let error = PageError::Coding { kind: LayerKind::Laser };
        let (Ok(across), Ok(down)) = (i32::try_from(*width), i32::try_from(*height)) else { return Err(error) };
        let jpeg = jpeg_grey(pixels, *width, *height, JPEG_QUALITY).ok_or(error)?;
        let id = take();
        let mut image = pdf.image_xobject(id, &jpeg);
        image.filter(Filter::DctDecode);
        image.width(across).height(down).bits_per_component(8);
        image.color_space().device_gray();
        image.finish();
        written.push(id);
    }
    Ok(written)
}
