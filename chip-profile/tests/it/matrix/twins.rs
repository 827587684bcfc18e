//! A document, and what a forger or an accident makes of it.

use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::pki::{Certificate, UnixTime};
use chip_profile::sod::SecurityObject;

use super::{Reasons, reasons};
use crate::specimen::{State, signed, start, unsigned_files};
use crate::suites::Suite;
use crate::tools::find;

/// A document, whom to trust, and the time.
pub(super) struct Twin {
    pub(super) name: String,
    pub(super) files: ElementaryFiles,
    /// The one country signer that is trusted.
    pub(super) country_signer: Vec<u8>,
    pub(super) now: UnixTime,
    /// Why it must be refused; nothing for a good document.
    pub(super) expected: Reasons,
    /// Whether other checks than those may fail too.
    pub(super) has_consequences: bool,
}

/// Makes twins of one document.
struct Tamperer<'s> {
    state: &'s State,
    good: ElementaryFiles,
    twins: Vec<Twin>,
}

impl Tamperer<'_> {
    /// A twin with changed files.
    fn add(&mut self, name: &str, expected: &[&str], change: impl FnOnce(&mut ElementaryFiles)) -> &mut Twin {
        let mut files = self.good.clone();
        change(&mut files);
        let twin = Twin {
            name: name.to_owned(),
            files,
            country_signer: self.state.country_signer.as_bytes().to_vec(),
            now: start().plus_days(10),
            expected: reasons(expected.iter().copied()),
            has_consequences: false,
        };
        self.twins.push(twin);
        self.twins.last_mut().unwrap()
    }

    /// A twin with one byte of EF.SOD altered: the one at `offset` from the place of `part`.
    fn add_in_sod(&mut self, name: &str, expected: &[&str], part: &[u8], offset: usize) -> &mut Twin {
        let at = find(&self.good[&FileId::SOD], part) + offset;
        self.add(name, expected, |files| files.get_mut(&FileId::SOD).unwrap()[at] ^= 1)
    }

    /// A twin with one byte of the country signer's certificate altered.
    fn add_in_country_signer(&mut self, name: &str, expected: &[&str], part: &[u8], offset: usize) {
        let twin = self.add(name, expected, |_| {});
        // The last one: the issuer's name is the subject's, too.
        let at = twin.country_signer.windows(part.len()).rposition(|window| window == part).unwrap() + offset;
        twin.country_signer[at] ^= 1;
    }
}

/// The years of a certificate's end, as UTCTime has them.
const LAST_YEAR_OF_DOCUMENT_SIGNER: &[u8] = b"370221000000Z";
const LAST_YEAR_OF_COUNTRY_SIGNER: &[u8] = b"411121000000Z";

pub(super) fn twins(suite: &Suite, state: &State) -> Vec<Twin> {
    let good = signed(unsigned_files(), suite, &state.document_signer);
    let mut tamperer = Tamperer { state, good, twins: Vec::new() };
    tamperer.add("good", &[], |_| {});
    // Long after the private key has ceased to sign.
    tamperer.add("late", &[], |_| {}).now = start().plus_months(100);
    data_groups(&mut tamperer);
    security_object(&mut tamperer);
    document_signer(&mut tamperer, state);
    country_signer(&mut tamperer, state);
    validity(&mut tamperer, suite, state);
    tamperer.twins
}

/// A byte flipped in each, each missing, one added.
fn data_groups(tamperer: &mut Tamperer<'_>) {
    let groups: Vec<FileId> = tamperer.good.keys().copied().filter(|file| file.data_group().is_some()).collect();
    for file in groups {
        let number = file.data_group().unwrap();
        let (hash, list) = (format!("hash:{number}"), format!("list:{number}"));
        for place in ["middle", "end"] {
            let twin = tamperer.add(&format!("{file} flipped, {place}"), &[&hash], |files| {
                let contents = files.get_mut(&file).unwrap();
                let at = if place == "end" { contents.len() - 1 } else { contents.len() / 2 };
                contents[at] ^= 1;
            });
            twin.has_consequences = true;
        }
        let missing = tamperer.add(&format!("{file} missing"), &[&list], |files| drop(files.remove(&file)));
        // EF.CardAccess has nothing to be compared with when DG14 is gone.
        missing.has_consequences = file == FileId::DG14;
    }
    tamperer.add("DG13 added", &["list:13"], |files| {
        files.insert(FileId::DG13, vec![0x6D, 0x01, 0x00]);
    });
    tamperer.add("DG2 of another document", &["hash:2"], |files| {
        let face = files.get_mut(&FileId::DG2).unwrap();
        let at = find(face, &[0x55; 16]);
        face[at..at + 16].fill(0x66);
    });
}

/// A byte flipped in each part that is signed, and in the signature.
fn security_object(tamperer: &mut Tamperer<'_>) {
    let file = tamperer.good[&FileId::SOD].clone();
    let object = SecurityObject::parse(&file).unwrap();
    let hash = object.lds_security_object().hash.digest(&tamperer.good[&FileId::DG2]);
    let content = object.signed_data().content().to_vec();
    let message_digest = object.signed_data().message_digest().unwrap().to_vec();
    let signature = object.signed_data().signature_bytes().to_vec();
    tamperer.add_in_sod("hash in the LDS security object", &["signature", "hash:2"], &hash, 7);
    let versions =
        tamperer.add_in_sod("version in the LDS security object", &["signature"], &content, content.len() - 1);
    versions.has_consequences = true;
    tamperer.add_in_sod("message digest", &["signature"], &message_digest, 3);
    tamperer.add_in_sod("signing time", &["signature"], b"261122000000Z", 11);
    tamperer.add_in_sod("signature, middle", &["signature"], &signature, signature.len() / 2);
    tamperer.add_in_sod("signature, end", &["signature"], &signature, signature.len() - 1);
}

/// A byte flipped in each part of the document signer's certificate.
fn document_signer(tamperer: &mut Tamperer<'_>, state: &State) {
    let certificate = &state.document_signer;
    let key = certificate.spki_bytes();
    let signature = certificate.signature_bytes();
    tamperer.add_in_sod("document signer: signature", &["chain"], signature, signature.len() - 1);
    tamperer.add_in_sod("document signer: key", &["signature", "chain"], key, key.len() - 20);
    tamperer.add_in_sod("document signer: end of validity", &["chain"], LAST_YEAR_OF_DOCUMENT_SIGNER, 1);
    tamperer.add_in_sod("document signer: subject", &["chain"], b"Document Signer 1", 16);
}

/// A byte flipped in each part of the country signer's certificate, and a foreign one.
fn country_signer(tamperer: &mut Tamperer<'_>, state: &State) {
    let certificate = &state.country_signer;
    let (key, signature) = (certificate.spki_bytes(), certificate.signature_bytes());
    tamperer.add_in_country_signer("country signer: signature", &["anchor_signature"], signature, signature.len() - 1);
    tamperer.add_in_country_signer(
        "country signer: end of validity",
        &["anchor_signature"],
        LAST_YEAR_OF_COUNTRY_SIGNER,
        1,
    );
    tamperer.add_in_country_signer("country signer: key", &["chain"], key, key.len() - 20);
    tamperer.add_in_country_signer("country signer: subject", &["chain"], b"CSCA Utopia", 10);
    let trust = |tamperer: &mut Tamperer<'_>, name: &str, other: &Certificate| {
        tamperer.add(name, &["chain"], |_| {}).country_signer = other.as_bytes().to_vec();
    };
    trust(tamperer, "foreign country signer", &state.foreign_country_signer);
    trust(tamperer, "document signer as country signer", &state.document_signer);
}

/// Signers whose certificates have ended or not begun.
fn validity(tamperer: &mut Tamperer<'_>, suite: &Suite, state: &State) {
    let short = signed(unsigned_files(), suite, &state.short_document_signer);
    let before_its_end = tamperer.add("document signer of a month", &[], |files| *files = short.clone());
    before_its_end.now = start().plus_days(20);
    tamperer.add("expired document signer", &["signer_validity"], |files| *files = short).now = start().plus_months(2);
    let all_over = tamperer.add("expired country signer", &["signer_validity", "anchor_validity"], |_| {});
    (all_over.now, all_over.has_consequences) = (start().plus_months(181), true);
    let too_early = tamperer.add("before all began", &["signer_validity", "anchor_validity"], |_| {});
    too_early.now = start().plus_days(-1);
}
