//! The messages and the service, made from the `.proto` file at build time.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated; the .proto file is their documentation")]

tonic::include_proto!("persoline.desk.v1");

/// Largest message: a full stack with the chips of its booklets.
pub(crate) const MAX_MESSAGE_BYTES: usize = 64 << 20;
/// Most booklets in one message.
pub(crate) const MAX_BOOKLETS: usize = 10_000;
/// Most places in one message.
pub(crate) const MAX_PLACES: usize = 100_000;
