//! The one place that calls OpenJPEG: memory in, memory out, every return code checked.
//!
//! `unsafe` is allowed here and nowhere else in the crate, because the reference coder is a C library. What it asks of a
//! caller is kept by four owners ([`Codec`], [`Stream`], [`Image`], and the memory behind a stream, which outlives the
//! stream because it is borrowed for its lifetime), each of which frees exactly what it made.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::NonNull;

use openjpeg_sys as opj;

/// The largest side that is handed to the coder, pixels; portraits are far below.
const MAX_SIDE: u32 = 16_384;
/// Bytes that the coder gathers before it calls the stream.
const STREAM_BUFFER: usize = 64 * 1024;
/// OpenJPEG's decoder takes offsets relative to the data's end; this many bytes are never passed.
const MAX_STREAM: usize = 256 * 1024 * 1024;

/// The call that OpenJPEG refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) &'static str);

/// What of the coder is chosen for one codestream.
#[derive(Clone, Copy, Debug)]
pub(super) struct EncodeOrder {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 (grey) or 3 (red, green, blue; the irreversible colour transform is applied).
    pub(super) components: u32,
    /// Bits of one sample as handed over, 1 to 8.
    pub(super) precision: u32,
    /// Resolutions: levels of wavelet decomposition and one.
    pub(super) resolutions: u32,
    /// Bytes that the codestream may have; `None` keeps every coding pass.
    pub(super) max_bytes: Option<usize>,
}

/// One decoded component.
pub(super) struct Component {
    pub(super) precision: u32,
    pub(super) signed: bool,
    pub(super) samples: Vec<i32>,
}

/// What a decoder gives back: components of one size.
pub(super) struct Decoded {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
}

/// Codes one picture as a JPEG 2000 codestream (no boxes around it) into `out`, whose memory is used again.
///
/// `fill` is called once for all components together with slices of width × height samples, unsigned in the order's
/// precision.
pub(super) fn encode(
    order: &EncodeOrder,
    fill: impl FnOnce(&mut [&mut [i32]]),
    out: &mut Vec<u8>,
) -> Result<(), Refused> {
    check_size(order.width, order.height)?;
    if !(order.components == 1 || order.components == 3) || !(1..=8).contains(&order.precision) {
        return Err(Refused("components or precision"));
    }
    let mut image = Image::new(order)?;
    image.fill(order, fill)?;

    let mut parameters = encoder_parameters(order);
    let codec = Codec::compressor()?;
    out.clear();
    let mut memory = Memory { bytes: out, at: 0 };
    let stream = Stream::writer(&mut memory)?;
    // SAFETY: codec, parameters, image and stream are live; OpenJPEG copies the parameters and keeps only what it copied.
    unsafe {
        succeed(opj::opj_setup_encoder(codec.0.as_ptr(), &mut parameters, image.0.as_ptr()), "set-up of the encoder")?;
        succeed(opj::opj_start_compress(codec.0.as_ptr(), image.0.as_ptr(), stream.raw.as_ptr()), "start of coding")?;
        succeed(opj::opj_encode(codec.0.as_ptr(), stream.raw.as_ptr()), "coding")?;
        succeed(opj::opj_end_compress(codec.0.as_ptr(), stream.raw.as_ptr()), "end of coding")?;
    }
    Ok(())
}

/// Decodes a JP2 file or a bare codestream; a picture above `max_pixels` is refused from its header.
pub(super) fn decode(bytes: &[u8], max_pixels: u64) -> Result<Decoded, Refused> {
    if bytes.len() > MAX_STREAM {
        return Err(Refused("size of the data"));
    }
    let is_codestream = bytes.starts_with(&[0xff, 0x4f, 0xff, 0x51]);
    let codec = Codec::decompressor(is_codestream)?;
    let mut source = Source { bytes, at: 0 };
    let stream = Stream::reader(&mut source)?;

    // SAFETY: the structure is plain data for which zeros are valid, and OpenJPEG writes its defaults into it.
    let mut parameters = unsafe {
        let mut parameters: opj::opj_dparameters_t = std::mem::zeroed();
        opj::opj_set_default_decoder_parameters(&mut parameters);
        parameters
    };
    let mut raw = std::ptr::null_mut();
    // SAFETY: codec, stream and parameters are live; `raw` receives an image that this function owns from then on.
    let header = unsafe {
        succeed(opj::opj_setup_decoder(codec.0.as_ptr(), &mut parameters), "set-up of the decoder")?;
        opj::opj_read_header(stream.raw.as_ptr(), codec.0.as_ptr(), &mut raw)
    };
    let image = Image(NonNull::new(raw).ok_or(Refused("header"))?);
    succeed(header, "header")?;
    image.check_declared_size(max_pixels)?;
    // SAFETY: codec, stream and image are live and belong together.
    unsafe {
        succeed(opj::opj_decode(codec.0.as_ptr(), stream.raw.as_ptr(), image.0.as_ptr()), "decoding")?;
        succeed(opj::opj_end_decompress(codec.0.as_ptr(), stream.raw.as_ptr()), "end of decoding")?;
    }
    image.components()
}

fn encoder_parameters(order: &EncodeOrder) -> opj::opj_cparameters_t {
    // SAFETY: the structure is plain data for which zeros are valid, and OpenJPEG writes its defaults into it.
    let mut parameters = unsafe {
        let mut parameters: opj::opj_cparameters_t = std::mem::zeroed();
        opj::opj_set_default_encoder_parameters(&mut parameters);
        parameters
    };
    parameters.irreversible = 1;
    parameters.tcp_mct = if order.components == 3 { 1 } else { 0 };
    parameters.numresolution = order.resolutions as i32;
    parameters.cblockw_init = 64;
    parameters.cblockh_init = 64;
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    let raw_bits = f64::from(order.width) * f64::from(order.height) * f64::from(order.components * order.precision);
    // A ratio of zero keeps all passes. One of 1 or below means the same to OpenJPEG.
    let ratio = order.max_bytes.map_or(0.0, |bytes| raw_bits / (8.0 * bytes.max(1) as f64));
    if let Some(first) = parameters.tcp_rates.first_mut() {
        *first = ratio as f32;
    }
    parameters
}

fn succeed(code: opj::OPJ_BOOL, what: &'static str) -> Result<(), Refused> {
    if code == 0 { Err(Refused(what)) } else { Ok(()) }
}

fn check_size(width: u32, height: u32) -> Result<(), Refused> {
    let sides = 1..=MAX_SIDE;
    if sides.contains(&width) && sides.contains(&height) { Ok(()) } else { Err(Refused("size")) }
}

struct Codec(NonNull<opj::opj_codec_t>);

impl Codec {
    fn compressor() -> Result<Self, Refused> {
        // SAFETY: makes a codec that this value owns.
        NonNull::new(unsafe { opj::opj_create_compress(opj::CODEC_FORMAT::OPJ_CODEC_J2K) })
            .map(Self)
            .ok_or(Refused("making an encoder"))
    }

    fn decompressor(is_codestream: bool) -> Result<Self, Refused> {
        let format = match is_codestream {
            true => opj::CODEC_FORMAT::OPJ_CODEC_J2K,
            false => opj::CODEC_FORMAT::OPJ_CODEC_JP2,
        };
        // SAFETY: makes a codec that this value owns.
        NonNull::new(unsafe { opj::opj_create_decompress(format) }).map(Self).ok_or(Refused("making a decoder"))
    }
}

impl Drop for Codec {
    fn drop(&mut self) {
        // SAFETY: the codec is live and owned.
        unsafe { opj::opj_destroy_codec(self.0.as_ptr()) }
    }
}

struct Image(NonNull<opj::opj_image_t>);

impl Image {
    fn new(order: &EncodeOrder) -> Result<Self, Refused> {
        let component = opj::opj_image_cmptparm_t {
            dx: 1,
            dy: 1,
            w: order.width,
            h: order.height,
            x0: 0,
            y0: 0,
            prec: order.precision,
            bpp: order.precision,
            sgnd: 0,
        };
        let mut components = [component; 3];
        let space = match order.components {
            1 => opj::COLOR_SPACE::OPJ_CLRSPC_GRAY,
            _ => opj::COLOR_SPACE::OPJ_CLRSPC_SRGB,
        };
        // SAFETY: `components` has at least as many entries as are announced (1 or 3); the image is owned by the value.
        let raw = unsafe { opj::opj_image_create(order.components, components.as_mut_ptr(), space) };
        let mut image = Self(NonNull::new(raw).ok_or(Refused("making an image"))?);
        // SAFETY: the image is live and borrowed by nobody else.
        let fields = unsafe { image.0.as_mut() };
        fields.x1 = order.width;
        fields.y1 = order.height;
        Ok(image)
    }

    fn fill(&mut self, order: &EncodeOrder, fill: impl FnOnce(&mut [&mut [i32]])) -> Result<(), Refused> {
        let samples = order.width as usize * order.height as usize;
        // SAFETY: `opj_image_create` allocated width × height samples, zeroed, for each of the components; the buffers
        // are distinct, and the mutable borrow of the image keeps them from being reached otherwise.
        let mut planes = unsafe {
            let components = std::slice::from_raw_parts(self.0.as_ref().comps, order.components as usize);
            components
                .iter()
                .map(|component| {
                    let data = NonNull::new(component.data)?;
                    Some(std::slice::from_raw_parts_mut(data.as_ptr(), samples))
                })
                .collect::<Option<Vec<_>>>()
                .ok_or(Refused("memory for an image"))?
        };
        fill(&mut planes);
        Ok(())
    }

    fn check_declared_size(&self, max_pixels: u64) -> Result<(), Refused> {
        // SAFETY: the image is live.
        let image = unsafe { self.0.as_ref() };
        let width = image.x1.saturating_sub(image.x0);
        let height = image.y1.saturating_sub(image.y0);
        check_size(width, height)?;
        let is_known = image.numcomps == 1 || image.numcomps == 3;
        if !is_known || u64::from(width) * u64::from(height) > max_pixels {
            return Err(Refused("size or number of components"));
        }
        Ok(())
    }

    fn components(&self) -> Result<Decoded, Refused> {
        // SAFETY: the image is live and its component table has `numcomps` entries.
        let table = unsafe {
            let image = self.0.as_ref();
            if image.comps.is_null() {
                return Err(Refused("components"));
            }
            std::slice::from_raw_parts(image.comps, image.numcomps as usize)
        };
        let first = table.first().ok_or(Refused("components"))?;
        let (width, height) = (first.w, first.h);
        check_size(width, height)?;
        let samples = width as usize * height as usize;
        let mut components = Vec::with_capacity(table.len());
        for component in table {
            if component.w != width || component.h != height || component.data.is_null() {
                return Err(Refused("components of different sizes"));
            }
            // SAFETY: a decoded component holds w × h samples.
            let data = unsafe { std::slice::from_raw_parts(component.data, samples) };
            components.push(Component {
                precision: component.prec,
                signed: component.sgnd != 0,
                samples: data.to_vec(),
            });
        }
        Ok(Decoded { width, height, components })
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // SAFETY: the image is live and owned; OpenJPEG frees the component buffers with it.
        unsafe { opj::opj_image_destroy(self.0.as_ptr()) }
    }
}

/// What a writing stream fills.
struct Memory<'a> {
    bytes: &'a mut Vec<u8>,
    at: usize,
}

/// What a reading stream reads.
struct Source<'a> {
    bytes: &'a [u8],
    at: usize,
}

struct Stream<'a> {
    raw: NonNull<opj::opj_stream_t>,
    memory: PhantomData<&'a mut ()>,
}

impl<'a> Stream<'a> {
    fn writer(memory: &'a mut Memory<'_>) -> Result<Self, Refused> {
        let stream = Self::new(opj::OPJ_STREAM_WRITE)?;
        // SAFETY: the stream is live; `memory` is borrowed for the life of the stream and never freed by OpenJPEG.
        unsafe {
            let raw = stream.raw.as_ptr();
            opj::opj_stream_set_user_data(raw, std::ptr::from_mut(memory).cast(), None);
            opj::opj_stream_set_write_function(raw, Some(write));
            opj::opj_stream_set_skip_function(raw, Some(skip_written));
            opj::opj_stream_set_seek_function(raw, Some(seek_written));
        }
        Ok(stream)
    }

    fn reader(source: &'a mut Source<'_>) -> Result<Self, Refused> {
        let length = source.bytes.len() as u64;
        let stream = Self::new(opj::OPJ_STREAM_READ)?;
        // SAFETY: as in `writer`.
        unsafe {
            let raw = stream.raw.as_ptr();
            opj::opj_stream_set_user_data(raw, std::ptr::from_mut(source).cast(), None);
            opj::opj_stream_set_user_data_length(raw, length);
            opj::opj_stream_set_read_function(raw, Some(read));
            opj::opj_stream_set_skip_function(raw, Some(skip_read));
            opj::opj_stream_set_seek_function(raw, Some(seek_read));
        }
        Ok(stream)
    }

    fn new(direction: u32) -> Result<Self, Refused> {
        // SAFETY: makes a stream that this value owns.
        let raw = unsafe { opj::opj_stream_create(STREAM_BUFFER, direction as opj::OPJ_BOOL) };
        Ok(Self { raw: NonNull::new(raw).ok_or(Refused("making a stream"))?, memory: PhantomData })
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // SAFETY: the stream is live and owned.
        unsafe { opj::opj_stream_destroy(self.raw.as_ptr()) }
    }
}

// What OpenJPEG expects of a stream that cannot go on.
const FAILED_LENGTH: usize = usize::MAX;
const FAILED_OFFSET: i64 = -1;

unsafe extern "C" fn write(buffer: *mut c_void, length: usize, user: *mut c_void) -> usize {
    // SAFETY: OpenJPEG passes `length` readable bytes and the user data set in `Stream::writer`.
    let (memory, data) =
        unsafe { (&mut *user.cast::<Memory<'_>>(), std::slice::from_raw_parts(buffer.cast::<u8>(), length)) };
    let Some(end) = memory.at.checked_add(length).filter(|&end| end <= MAX_STREAM) else {
        return FAILED_LENGTH;
    };
    if memory.bytes.len() < end {
        memory.bytes.resize(end, 0);
    }
    match memory.bytes.get_mut(memory.at..end) {
        Some(place) => place.copy_from_slice(data),
        None => return FAILED_LENGTH,
    }
    memory.at = end;
    length
}

unsafe extern "C" fn skip_written(count: i64, user: *mut c_void) -> i64 {
    // SAFETY: the user data is what `Stream::writer` set.
    let memory = unsafe { &mut *user.cast::<Memory<'_>>() };
    match moved(memory.at, count, MAX_STREAM) {
        Some(at) => {
            memory.at = at;
            count
        }
        None => FAILED_OFFSET,
    }
}

unsafe extern "C" fn seek_written(to: i64, user: *mut c_void) -> opj::OPJ_BOOL {
    // SAFETY: the user data is what `Stream::writer` set.
    let memory = unsafe { &mut *user.cast::<Memory<'_>>() };
    match moved(0, to, MAX_STREAM) {
        Some(at) => {
            memory.at = at;
            1
        }
        None => 0,
    }
}

unsafe extern "C" fn read(buffer: *mut c_void, length: usize, user: *mut c_void) -> usize {
    // SAFETY: OpenJPEG passes room for `length` bytes and the user data set in `Stream::reader`; the room is written
    // through the pointer, never read.
    let source = unsafe { &mut *user.cast::<Source<'_>>() };
    let rest = source.bytes.get(source.at..).unwrap_or(&[]);
    let count = rest.len().min(length);
    if count == 0 {
        return FAILED_LENGTH;
    }
    // SAFETY: `count` is at most what is left of the source and what there is room for; the two do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(rest.as_ptr(), buffer.cast::<u8>(), count) };
    source.at += count;
    count
}

unsafe extern "C" fn skip_read(count: i64, user: *mut c_void) -> i64 {
    // SAFETY: the user data is what `Stream::reader` set.
    let source = unsafe { &mut *user.cast::<Source<'_>>() };
    match moved(source.at, count, source.bytes.len()) {
        Some(at) => {
            source.at = at;
            count
        }
        None => FAILED_OFFSET,
    }
}

unsafe extern "C" fn seek_read(to: i64, user: *mut c_void) -> opj::OPJ_BOOL {
    // SAFETY: the user data is what `Stream::reader` set.
    let source = unsafe { &mut *user.cast::<Source<'_>>() };
    match moved(0, to, source.bytes.len()) {
        Some(at) => {
            source.at = at;
            1
        }
        None => 0,
    }
}

fn moved(from: usize, by: i64, limit: usize) -> Option<usize> {
    let by = isize::try_from(by).ok()?;
    from.checked_add_signed(by).filter(|&at| at <= limit)
}
