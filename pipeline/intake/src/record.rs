//! The view types of a record: one line of an applications file, and its JSON Schema.
//!
//! `docs/format.md` says the same in words. Limits stand here once and are used by the checks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Characters of an application number, at most.
pub const MAX_APPLICATION_NUMBER: usize = 32;
/// Characters of each Latin name, of the place of birth and of the collection place, at most.
pub const MAX_TEXT: usize = 100;
/// Characters of a name in Chinese, at most.
pub const MAX_CHINESE: usize = 24;
/// Characters of an identity number, at most: the machine readable zone has room for these.
pub const MAX_IDENTITY_NUMBER: usize = 14;
/// Observations of one record, at most.
pub const MAX_OBSERVATIONS: usize = 6;
/// Characters of one observation, at most.
pub const MAX_OBSERVATION: usize = 160;

/// An approved application as it arrives: one JSON object on one line.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Approved application")]
pub struct Record {
    /// The issuing register's number, unique for ever: letters A to Z, digits, `-`, `.` and `_`, first a letter or digit.
    #[schemars(length(min = 1, max = 32), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"), example = &"UTP-26-1000011")]
    pub application_number: String,
    /// How the application came in.
    pub channel: Channel,
    /// What is to be made.
    pub document_type: DocumentType,
    /// The holder's names.
    pub names: Names,
    /// Sex as on the document; `X` where it is not specified.
    pub sex: Sex,
    /// Date of birth, `YYYY-MM-DD`. An unknown day is `??`; an unknown month too, and then the day as well.
    #[schemars(regex(pattern = r"^[0-9]{4}-([0-9]{2}-([0-9]{2}|\?\?)|\?\?-\?\?)$"), example = &"1974-08-12", example = &"1974-08-??", example = &"1974-??-??")]
    pub date_of_birth: String,
    /// Place of birth as it stands on the document.
    #[schemars(length(min = 1, max = 100), example = &"Zenith")]
    pub place_of_birth: String,
    /// Nationality: a code of ICAO Doc 9303-3 section 5, which is ISO 3166-1 alpha-3 with additions and `D` for Germany.
    #[schemars(regex(pattern = "^[A-Z]{1,3}$"), example = &"UTO")]
    pub nationality: String,
    /// The holder's identity number, if there is one: A to Z, 0 to 9, `-`, `(` and `)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 14), regex(pattern = r"^[A-Z0-9()-]+$"), example = &"U14363560")]
    pub identity_number: Option<String>,
    /// When the application was received with all that it needs, RFC 3339 with offset. The promise counts from here.
    #[schemars(extend("format" = "date-time"), example = &"2026-11-13T09:48:15+08:00")]
    pub received_at: String,
    /// When it was approved, RFC 3339 with offset; not before it was received.
    #[schemars(extend("format" = "date-time"), example = &"2026-11-13T10:19:15+08:00")]
    pub approved_at: String,
    /// How urgent it is; `normal` if absent.
    #[serde(default)]
    pub priority: Priority,
    /// Where the holder takes the document out.
    pub collection: Collection,
    /// The portrait.
    pub portrait: Portrait,
    /// The holder's signature as an image, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Texts for the observation page, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 6), inner(length(min = 1, max = 160)))]
    pub observations: Vec<String>,
}

/// How an application came in.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A submission kiosk.
    Kiosk,
    /// The web form.
    Web,
    /// The mobile app.
    Mobile,
    /// A counter.
    Counter,
    /// By post.
    Post,
    /// A mission abroad.
    MissionAbroad,
}

/// What is to be made.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub enum DocumentType {
    /// Passport of 32 pages.
    #[serde(rename = "passport_32")]
    Passport32,
    /// Passport of 48 pages.
    #[serde(rename = "passport_48")]
    Passport48,
}

/// The holder's names as they stand on the page; the machine readable zone follows from them.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Latin primary identifier: the surname, or the whole name where it cannot be divided.
    #[schemars(length(min = 1, max = 100), example = &"Eriksson")]
    pub primary: String,
    /// Latin secondary identifier: given names. Absent when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100), example = &"Anna Maria")]
    pub secondary: Option<String>,
    /// The name in Chinese characters, if the holder has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 24), example = &"陳大文")]
    pub chinese: Option<String>,
}

/// Sex as on the document.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub enum Sex {
    /// Male.
    M,
    /// Female.
    F,
    /// Unspecified: `X` on the page, a filler in the machine readable zone.
    X,
}

/// How urgent an application is.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// As it comes.
    #[default]
    Normal,
    /// Ahead of everything that is not urgent.
    Urgent,
}

/// Where the holder takes the document out.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Cabinet, counter, office or mission, as the centre calls it.
    #[schemars(length(min = 1, max = 100), example = &"Amaurot Harbour cabinet 2")]
    pub place: String,
    /// What kind of place it is.
    pub kind: CollectionKind,
}

/// Kinds of places where documents are handed over.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollectionKind {
    /// A collection kiosk's cabinet.
    Kiosk,
    /// The counter of an office.
    Counter,
    /// A mission abroad.
    Mission,
}

/// The portrait: a JPEG or PNG file beside the applications file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Portrait {
    /// Path of the file, relative to the folder of the applications file and inside it, with `/` between folders.
    #[schemars(length(min = 1, max = 255), example = &"portraits/head-02.jpg")]
    pub file: String,
    /// SHA-256 of the file in lower-case hexadecimal. Checked when present; required in signed files, whose signature
    /// otherwise would not cover the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
    /// Where the eyes are, if the channel measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eyes: Option<Eyes>,
}

/// Centres of the eyes, in pixels from the top left corner of the picture turned upright: x, then y.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Eyes {
    /// The eye on the left side of the picture (the holder's right eye).
    pub left: [u32; 2],
    /// The eye on the right side of the picture (the holder's left eye).
    pub right: [u32; 2],
}

/// An image of the holder's signature: a JPEG or PNG file beside the applications file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Path of the file, as for the portrait.
    #[schemars(length(min = 1, max = 255), example = &"signatures/signature-01.png")]
    pub file: String,
    /// SHA-256 of the file, as for the portrait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
}

/// The JSON Schema (draft 2020-12) of a record.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Record).to_value()
}
