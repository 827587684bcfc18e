//! An approved application, as intake hands it on.

use crate::clock::Timestamp;
use crate::identifiers::{ApplicationNumber, Digest, PersonKey};
use crate::order::Priority;
use crate::personal::Personal;

/// An approved application with all that its document needs, except the pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The register's number.
    pub number: ApplicationNumber,
    /// How it came in.
    pub channel: Channel,
    /// What is to be made.
    pub document: DocumentType,
    /// Whom it is for.
    pub holder: Holder,
    /// When it was received with all that it needs: the pledge counts from here.
    pub received: Timestamp,
    /// When it was approved.
    pub approved: Timestamp,
    /// How urgent it is.
    pub priority: Priority,
    /// Where the holder takes the document out.
    pub collection: Collection,
    /// Where the eyes are in the upright portrait, if the channel measured it.
    pub eyes: Option<Eyes>,
    /// Texts for the observation page.
    pub observations: Vec<Personal<String>>,
    /// Digest of the whole record, pictures included: the same number with another digest is another application.
    pub digest: Digest,
    /// Recognises two orders of one person.
    pub person: PersonKey,
}

/// An application with its pictures, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The application.
    pub application: Application,
    /// The portrait as it came: JPEG or PNG.
    pub portrait: Personal<Vec<u8>>,
    /// The signature as an image, if there is one: JPEG or PNG.
    pub signature: Option<Personal<Vec<u8>>>,
}

/// The person for whom a document is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Latin primary identifier: the surname.
    pub primary: Personal<String>,
    /// Latin secondary identifier: given names; may be empty.
    pub secondary: Personal<String>,
    /// Name in Chinese characters.
    pub chinese: Option<Personal<String>>,
    /// Sex as on the document.
    pub sex: Sex,
    /// Date of birth, whose month and day may be unknown.
    pub birth: Personal<BirthDate>,
    /// Place of birth as on the document.
    pub place_of_birth: Personal<String>,
    /// Nationality: the three-letter code of Doc 9303-3 section 5.
    pub nationality: String,
    /// Identity number, if the holder has one.
    pub identity_number: Option<Personal<String>>,
}

/// Sex as on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// M
    Male,
    /// F
    Female,
    /// X on the page, `<` in the MRZ.
    Unspecified,
}

/// A date of birth; without a month there is no day either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BirthDate {
    /// Four-digit year.
    pub year: u16,
    /// 1 to 12, if known.
    pub month: Option<u8>,
    /// 1 to 31, if known.
    pub day: Option<u8>,
}

/// Eyes in the upright portrait, in pixels from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Eyes {
    /// The eye on the left side of the picture: x and y.
    pub left: (u32, u32),
    /// The eye on the right side of the picture: x and y.
    pub right: (u32, u32),
}

/// How an application came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Channel {
    /// All, in the order in which people list them.
    pub const ALL: [Channel; 6] =
        [Channel::Kiosk, Channel::Web, Channel::Mobile, Channel::Counter, Channel::Post, Channel::MissionAbroad];
    /// The name used in files and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Kiosk => "kiosk",
            Channel::Web => "web",
            Channel::Mobile => "mobile",
            Channel::Counter => "counter",
            Channel::Post => "post",
            Channel::MissionAbroad => "mission_abroad",
        }
    }
    /// The channel of that name.
    pub fn parse(name: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentType {
    /// Passport of 32 pages.
    Passport32,
    /// Passport of 48 pages.
    Passport48,
}

impl DocumentType {
    /// All.
    pub const ALL: [DocumentType; 2] = [DocumentType::Passport32, DocumentType::Passport48];
    /// The name used in files, in the store and as the machine's format.
    pub fn name(self) -> &'static str {
        match self {
            DocumentType::Passport32 => "passport-32",
            DocumentType::Passport48 => "passport-48",
        }
    }
    /// The type of that name.
    pub fn parse(name: &str) -> Option<DocumentType> {
        DocumentType::ALL.into_iter().find(|document| document.name() == name)
    }
}

/// Where a document is handed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Collection {
    /// Office, cabinet or counter, as the centre calls it.
    pub place: String,
    /// What kind of place it is.
    pub kind: CollectionKind,
}

/// Kinds of places where documents are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CollectionKind {
    /// A collection kiosk's cabinet.
    Kiosk,
    /// An office's counter.
    Counter,
    /// A mission abroad.
    Mission,
}

impl CollectionKind {
    /// The name used in files and in the store.
    pub fn name(self) -> &'static str {
        match self {
            CollectionKind::Kiosk => "kiosk",
            CollectionKind::Counter => "counter",
            CollectionKind::Mission => "mission",
        }
    }
    /// The kind of that name.
    pub fn parse(name: &str) -> Option<CollectionKind> {
        [CollectionKind::Kiosk, CollectionKind::Counter, CollectionKind::Mission].into_iter().find(|k| k.name() == name)
    }
}
