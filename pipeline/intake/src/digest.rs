//! The digest by which a record is the same record or another one.

use persoline_domain::application::Application;
use persoline_domain::identifiers::Digest;
use sha2::{Digest as _, Sha256};

/// SHA-256 of some bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// The digest written in 64 lower-case hexadecimal digits.
pub(crate) fn from_hexadecimal(text: &str) -> Option<Digest> {
    let mut digest = [0u8; 32];
    if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (index, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(Digest(digest))
}

/// Digest of what a record means: its fields in a fixed order and the digests of its pictures. How the line is written
/// (order, spaces, escapes) and what the picture files are called does not count.
///
/// ```text
/// "persoline application 1", then each field as: number of bytes (8 bytes, big-endian), bytes; an absent field as FF x 8
/// ```
pub(crate) fn of_record(application: &Application, portrait: &[u8], signature: Option<&[u8]>) -> Digest {
    // Every field is named here, so that a new one cannot be forgotten.
    let Application {
        number,
        channel,
        document,
        holder,
        received,
        approved,
        priority,
        collection,
        eyes,
        observations,
        digest: _,
        person: _,
    } = application;
    let birth = holder.birth.expose();
    let mut fields = FieldDigest(Sha256::new());
    fields.0.update(b"persoline application 1");
    fields.text(number.as_str());
    fields.text(channel.name());
    fields.text(document.name());
    fields.text(holder.primary.expose());
    fields.text(holder.secondary.expose());
    fields.optional(holder.chinese.as_ref().map(|name| name.expose().as_bytes()));
    fields.text(match holder.sex {
        persoline_domain::application::Sex::Male => "M",
        persoline_domain::application::Sex::Female => "F",
        persoline_domain::application::Sex::Unspecified => "X",
    });
    fields.text(&format!("{:04}-{:02}-{:02}", birth.year, birth.month.unwrap_or(0), birth.day.unwrap_or(0)));
    fields.text(holder.place_of_birth.expose());
    fields.text(&holder.nationality);
    fields.optional(holder.identity_number.as_ref().map(|number| number.expose().as_bytes()));
    fields.bytes(&received.0.to_be_bytes());
    fields.bytes(&approved.0.to_be_bytes());
    fields.text(priority.name());
    fields.text(&collection.place);
    fields.text(collection.kind.name());
    let eyes = eyes.map(|eyes| format!("{},{},{},{}", eyes.left.0, eyes.left.1, eyes.right.0, eyes.right.1));
    fields.optional(eyes.as_ref().map(String::as_bytes));
    fields.bytes(&(observations.len() as u64).to_be_bytes());
    for observation in observations {
        fields.text(observation.expose());
    }
    fields.bytes(&of_bytes(portrait).0);
    fields.optional(signature.map(|bytes| of_bytes(bytes).0).as_ref().map(<[u8; 32]>::as_slice));
    Digest(fields.0.finalize().into())
}

struct FieldDigest(Sha256);

impl FieldDigest {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
    fn optional(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bytes(bytes),
            None => self.0.update([0xFF; 8]),
        }
    }
}
