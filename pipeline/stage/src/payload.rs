//! What is sealed for an order: the application and its pictures, as bytes.
//!
//! ```text
//! 1 byte version (1), then three parts, each 4 bytes length big-endian and its bytes:
//!   the application as JSON, the portrait as it came, the signature as it came (empty when there is none)
//! ```

use persoline_domain::application::{
    Application, BirthDate, Channel, Collection, CollectionKind, DocumentType, Eyes, Holder, Payload, Sex,
};
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{Digest, PersonKey};
use persoline_domain::order::Priority;
use persoline_domain::personal::Personal;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const VERSION: u8 = 1;

/// An application as it is sealed.
#[derive(Serialize, Deserialize)]
struct View {
    number: String,
    channel: String,
    document: String,
    primary: String,
    secondary: String,
    chinese: Option<String>,
    sex: char,
    birth: (u16, Option<u8>, Option<u8>),
    place_of_birth: String,
    nationality: String,
    identity_number: Option<String>,
    received: i64,
    approved: i64,
    priority: String,
    place: String,
    place_kind: String,
    eyes: Option<[u32; 4]>,
    observations: Vec<String>,
    digest: [u8; 32],
    person: [u8; 32],
}

/// The bytes to be sealed.
pub fn encode(payload: &Payload) -> Zeroizing<Vec<u8>> {
    let view = View::of(&payload.application);
    // A view of texts and numbers has no map with odd keys, which alone would make JSON fail.
    let json = Zeroizing::new(serde_json::to_vec(&view).unwrap_or_default());
    let signature: &[u8] = payload.signature.as_ref().map_or(&[], |bytes| bytes.expose());
    let portrait = payload.portrait.expose();
    let mut out = Zeroizing::new(Vec::with_capacity(13 + json.len() + portrait.len() + signature.len()));
    out.push(VERSION);
    for part in [json.as_slice(), portrait, signature] {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// The payload of bytes that were sealed; `None` when they are of another version or damaged.
pub fn decode(bytes: &[u8]) -> Option<Payload> {
    let (version, mut rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let mut part = || {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let (part, tail) = tail.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        rest = tail;
        Some(part)
    };
    let (json, portrait, signature) = (part()?, part()?, part()?);
    let view: View = serde_json::from_slice(json).ok()?;
    Some(Payload {
        application: view.into_application()?,
        portrait: Personal::new(portrait.to_vec()),
        signature: (!signature.is_empty()).then(|| Personal::new(signature.to_vec())),
    })
}

impl View {
    fn of(application: &Application) -> Self {
        let holder = &application.holder;
        let birth = holder.birth.expose();
        View {
            number: application.number.0.clone(),
            channel: application.channel.name().into(),
            document: application.document.name().into(),
            primary: holder.primary.expose().clone(),
            secondary: holder.secondary.expose().clone(),
            chinese: holder.chinese.as_ref().map(|name| name.expose().clone()),
            sex: match holder.sex {
                Sex::Male => 'M',
                Sex::Female => 'F',
                Sex::Unspecified => 'X',
            },
            birth: (birth.year, birth.month, birth.day),
            place_of_birth: holder.place_of_birth.expose().clone(),
            nationality: holder.nationality.clone(),
            identity_number: holder.identity_number.as_ref().map(|number| number.expose().clone()),
            received: application.received.0,
            approved: application.approved.0,
            priority: application.priority.name().into(),
            place: application.collection.place.clone(),
            place_kind: application.collection.kind.name().into(),
            eyes: application.eyes.map(|eyes| [eyes.left.0, eyes.left.1, eyes.right.0, eyes.right.1]),
            observations: application.observations.iter().map(|text| text.expose().clone()).collect(),
            digest: application.digest.0,
            person: application.person.0.0,
        }
    }

    fn into_application(self) -> Option<Application> {
        let (year, month, day) = self.birth;
        Some(Application {
            number: self.number.as_str().into(),
            channel: Channel::parse(&self.channel)?,
            document: DocumentType::parse(&self.document)?,
            holder: Holder {
                primary: Personal::new(self.primary),
                secondary: Personal::new(self.secondary),
                chinese: self.chinese.map(Personal::new),
                sex: match self.sex {
                    'M' => Sex::Male,
                    'F' => Sex::Female,
                    'X' => Sex::Unspecified,
                    _ => return None,
                },
                birth: Personal::new(BirthDate { year, month, day }),
                place_of_birth: Personal::new(self.place_of_birth),
                nationality: self.nationality,
                identity_number: self.identity_number.map(Personal::new),
            },
            received: Timestamp(self.received),
            approved: Timestamp(self.approved),
            priority: Priority::parse(&self.priority)?,
            collection: Collection { place: self.place, kind: CollectionKind::parse(&self.place_kind)? },
            eyes: self.eyes.map(|[a, b, c, d]| Eyes { left: (a, b), right: (c, d) }),
            observations: self.observations.into_iter().map(Personal::new).collect(),
            digest: Digest(self.digest),
            person: PersonKey(Digest(self.person)),
        })
    }
}
