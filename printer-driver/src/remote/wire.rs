//! The messages and the service, made from the `.proto` file at build time.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated; the .proto file is their documentation")]

use crate::limits;

tonic::include_proto!("persoline.machine.v1");

/// What a message may have beyond the bytes that it carries.
const FRAME: usize = 1 << 20;
/// Largest message, but for a picture.
pub(crate) const MAX_MESSAGE_BYTES: usize = limits::MAX_PAGE_BYTES + FRAME;
/// Largest picture.
pub(crate) const MAX_PICTURE_MESSAGE_BYTES: usize = limits::MAX_IMAGE_PIXELS + FRAME;
/// Longest wait for events that a server grants, in milliseconds.
pub(crate) const MAX_WAIT_MS: u32 = 60_000;
