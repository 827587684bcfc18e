//! One record, checked completely.

use std::path::Path;

use persoline_domain::application::{self as domain, Application, Holder, Payload};
use persoline_domain::identifiers::ApplicationNumber;
use persoline_domain::order;
use persoline_domain::personal::Personal;
use serde_json::{Map, Value};

use crate::digest;
use crate::fault::{Fault, Faults};
use crate::fields::Fields;
use crate::intake::Intake;
use crate::json;
use crate::record;

mod dates;
mod names;
mod nationality;
mod pictures;
mod texts;

impl Intake<'_> {
    /// One record from the bytes of its line: the application with its pictures, or every fault found. `line` is its
    /// number in the file, counted from 1; pictures are read from `folder` and nowhere else.
    ///
    /// # Errors
    /// Every fault found: of the line's JSON, of each field, and of the pictures.
    pub fn check_record(&self, line: u64, text: &[u8], folder: &Path) -> Result<Payload, Vec<Fault>> {
        let mut faults = Faults::new(line);
        let payload = json::object(text, &mut faults).and_then(|object| self.record(object, folder, &mut faults));
        let found = faults.into_found();
        match payload {
            Some(payload) if found.is_empty() => Ok(payload),
            _ => Err(found),
        }
    }

    fn record(&self, object: Map<String, Value>, folder: &Path, faults: &mut Faults) -> Option<Payload> {
        let mut fields = Fields::new(object);
        // Each is taken before any is asked for with `?`, so that all faults are found.
        let number = application_number(&mut fields, faults);
        let channel = fields.required("channel", "kiosk, web, mobile, counter, post or mission_abroad", faults);
        let document = fields.required("document_type", "passport_32 or passport_48", faults);
        let names = names::names(self, &mut fields, faults);
        let sex = fields.required("sex", "M, F or X", faults);
        let (birth, received, approved) = dates::dates(&mut fields, faults);
        let place_of_birth =
            texts::printed(self, &mut fields, "place_of_birth", "the place of birth as text", record::MAX_TEXT, faults);
        let nationality = nationality::nationality(&mut fields, faults);
        let identity_number = identity_number(&mut fields, faults);
        let priority = fields.optional("priority", "normal or urgent, or leave it out", faults);
        let collection = self.collection(&mut fields, faults);
        let portrait = pictures::portrait(self, &mut fields, folder, faults);
        let signature = pictures::signature(self, &mut fields, folder, faults);
        let observations = texts::observations(self, &mut fields, faults);
        fields.finish(faults);

        let names = names?;
        let holder = Holder {
            primary: names.primary,
            secondary: names.secondary,
            chinese: names.chinese,
            sex: sex_view(sex?),
            birth: Personal::new(birth?),
            place_of_birth: Personal::new(place_of_birth?),
            nationality: nationality?,
            identity_number: identity_number?.map(Personal::new),
        };
        let person = self.persons.person_key(&holder, &names.machine_readable);
        let portrait = portrait?;
        let mut application = Application {
            number: number?,
            channel: channel_view(channel?),
            document: document_view(document?),
            holder,
            received: received?,
            approved: approved?,
            priority: priority_view(priority?.unwrap_or_default()),
            collection: collection?,
            eyes: portrait.eyes,
            observations: observations?.into_iter().map(Personal::new).collect(),
            digest: persoline_domain::identifiers::Digest([0; 32]),
            person,
        };
        let signature = signature?;
        application.digest = digest::of_record(&application, &portrait.bytes, signature.as_deref());
        Some(Payload { application, portrait: Personal::new(portrait.bytes), signature: signature.map(Personal::new) })
    }

    fn collection(&self, fields: &mut Fields, faults: &mut Faults) -> Option<domain::Collection> {
        let mut collection = fields.object("collection", "an object with place and kind", faults)?;
        let place =
            texts::plain(&mut collection, "place", "the name of the collection place", record::MAX_TEXT, faults);
        let kind = collection.required("kind", "kiosk, counter or mission", faults);
        collection.finish(faults);
        Some(domain::Collection { place: place?, kind: collection_kind_view(kind?) })
    }
}

fn application_number(fields: &mut Fields, faults: &mut Faults) -> Option<ApplicationNumber> {
    let expected = "the register's number: up to 32 letters A to Z, digits, -, . and _, first a letter or digit";
    let number: String = fields.required("application_number", expected, faults)?;
    let well_formed = !number.is_empty()
        && number.len() <= record::MAX_APPLICATION_NUMBER
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        && number.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !well_formed {
        faults.add("application_number", "not a number of the register", format!("Give {expected}."));
        return None;
    }
    Some(ApplicationNumber(number))
}

fn identity_number(fields: &mut Fields, faults: &mut Faults) -> Option<Option<String>> {
    let expected = "the identity number: 1 to 14 of A to Z, 0 to 9, -, ( and ), with a letter or digit among them";
    let Some(number) = fields.optional::<String>("identity_number", expected, faults)? else {
        return Some(None);
    };
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'(' | b')');
    let well_formed = number.len() <= record::MAX_IDENTITY_NUMBER
        && number.bytes().all(allowed)
        && number.bytes().any(|byte| byte.is_ascii_alphanumeric());
    if !well_formed {
        faults.add("identity_number", "not an identity number", format!("Give {expected}; or leave it out."));
        return None;
    }
    Some(Some(number))
}

fn channel_view(channel: record::Channel) -> domain::Channel {
    match channel {
        record::Channel::Kiosk => domain::Channel::Kiosk,
        record::Channel::Web => domain::Channel::Web,
        record::Channel::Mobile => domain::Channel::Mobile,
        record::Channel::Counter => domain::Channel::Counter,
        record::Channel::Post => domain::Channel::Post,
        record::Channel::MissionAbroad => domain::Channel::MissionAbroad,
    }
}

fn document_view(document: record::DocumentType) -> domain::DocumentType {
    match document {
        record::DocumentType::Passport32 => domain::DocumentType::Passport32,
        record::DocumentType::Passport48 => domain::DocumentType::Passport48,
    }
}

fn sex_view(sex: record::Sex) -> domain::Sex {
    match sex {
        record::Sex::M => domain::Sex::Male,
        record::Sex::F => domain::Sex::Female,
        record::Sex::X => domain::Sex::Unspecified,
    }
}

fn priority_view(priority: record::Priority) -> order::Priority {
    match priority {
        record::Priority::Normal => order::Priority::Normal,
        record::Priority::Urgent => order::Priority::Urgent,
    }
}

fn collection_kind_view(kind: record::CollectionKind) -> domain::CollectionKind {
    match kind {
        record::CollectionKind::Kiosk => domain::CollectionKind::Kiosk,
        record::CollectionKind::Counter => domain::CollectionKind::Counter,
        record::CollectionKind::Mission => domain::CollectionKind::Mission,
    }
}
