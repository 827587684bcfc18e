//! Desk: what follows from a chip's keys, wherever they were made: files signed, planned onto the chip, sealed for the store,
//! and how the chip will be read back. Shared with the conversations of chips that make their keys themselves.

use std::collections::VecDeque;
use std::sync::Arc;

use chip_profile::access::MrzInformation;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::access::pace::{Mapping, PaceParameters, PacePassword};
use chip_profile::inspection::{TrustAnchors, chip_authentication_terminal};
use chip_profile::lds::{CardAccess, ElementaryFiles, FileId};
use chip_profile::mrz::MrzLines;
use chip_profile::personalisation::{ReadAccess, ReadBack, ReadPlan, WritePlan};
use chip_profile::pki::UnixTime;
use persoline_domain::clock::Date;
use persoline_domain::identifiers::Digest;
use persoline_domain::job::TicketRecord;
use sha2::{Digest as _, Sha256};

use crate::centre::Centre;
use crate::centre_workshop::WorkshopParts;
use crate::chip::{ChipContext, ChipExpectation, ReadingTask};
use crate::chip_data::ChipContents;
use crate::chip_keys::ChipKeys;
use crate::document::SignedDocument;
use crate::sign::SigningStage;
use crate::times::StageTimes;
use crate::workshop::{Blame, Signed, TicketTask, Trouble};

/// A document whose chip lacks only its keys and what follows from them.
pub(crate) struct Draft {
    pub(crate) task: TicketTask,
    pub(crate) contents: ChipContents,
    pub(crate) facts: ReadingFacts,
}

/// What a chip is read back with, besides its files.
#[derive(Clone)]
pub(crate) struct ReadingFacts {
    pub(crate) mrz: MrzLines,
    pub(crate) issued: Date,
    pub(crate) expires: Date,
    pub(crate) card_access_number: Option<CardAccessNumber>,
}

/// A document that was signed.
pub(crate) struct Completed {
    pub(crate) signed: Signed,
    pub(crate) plan: WritePlan,
    pub(crate) reading: ReadingTask,
}

/// What the stages of a centre share.
pub(crate) struct Desk {
    pub(crate) centre: Centre,
    pub(crate) parts: WorkshopParts,
    pub(crate) signing: SigningStage,
    pub(crate) anchors: Arc<TrustAnchors>,
    pub(crate) times: StageTimes,
}

impl Desk {
    pub(crate) fn new(centre: Centre, parts: WorkshopParts) -> Result<Self, Trouble> {
        let signing = SigningStage::new(Arc::clone(&parts.signer), centre.lds_version)?;
        let anchors = TrustAnchors { country_signers: signing.country_signers().to_vec(), ..TrustAnchors::default() };
        Ok(Desk { centre, parts, signing, anchors: Arc::new(anchors), times: StageTimes::default() })
    }

    pub(crate) fn measure<T>(&self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        self.times.measure(&*self.parts.clock, stage, work)
    }

    pub(crate) fn context(&self) -> ChipContext {
        ChipContext { signer: Arc::clone(&self.parts.signer), random: Arc::clone(&self.parts.random) }
    }

    /// Makes and signs what follows from the keys.
    pub(crate) fn complete(&self, draft: Draft, keys: ChipKeys) -> Result<Completed, Trouble> {
        let Draft { task, contents, facts } = draft;
        let mut chip = contents.with_keys(&self.centre, keys)?;
        let signer =
            self.measure("sign", || self.signing.sign(&mut chip.data.files, chip.card_security.as_ref(), task.at))?;
        let plan = self.measure("ticket", || WritePlan::build(&chip.data, &self.centre.chip_limits));
        let plan = plan.map_err(|error| Trouble::new(Blame::Order, "chip_plan", error.to_string()))?;
        let document =
            SignedDocument { files: chip.data.files.clone(), card_access_number: facts.card_access_number.clone() };
        let sealed = self
            .measure("seal", || self.parts.vault.seal(&task.application, &document.encode()))
            .map_err(|error| Trouble::new(Blame::Centre, "seal", error.to_string()))?;
        let security_object = digest(document.files.get(&FileId::SOD));
        let record = TicketRecord { issued: facts.issued, expires: facts.expires, security_object, signer };
        let reading = self.reading(&task, security_object, document.files, &facts)?;
        Ok(Completed { signed: Signed { record, document: sealed }, plan, reading })
    }

    /// The ways in which a border may read, first the one that shows most: all files, chip and active authentication, by the
    /// strongest PACE (or basic access control) with the MRZ. Every other PACE that the chip announces, and its other
    /// password, opens it once more for one file.
    pub(crate) fn reading(
        &self,
        task: &TicketTask,
        security_object: Digest,
        files: ElementaryFiles,
        facts: &ReadingFacts,
    ) -> Result<ReadingTask, Trouble> {
        let limits = self.centre.chip_limits;
        let information = MrzInformation::of_lines(&facts.mrz);
        let zone = PacePassword::mrz(&information);
        let number = || facts.card_access_number.as_ref().map(CardAccessNumber::password);
        let com = files.get_key_value(&FileId::COM).map(|(file, contents)| (*file, contents.clone()));
        let com = ReadPlan::new(&com.into_iter().collect(), limits);
        let pace = announced(&files);
        let first = pace.iter().copied().find(proves_chip).or(pace.first().copied());
        let mut others = VecDeque::new();
        let access = match first {
            None => ReadAccess::BasicAccessControl(information),
            Some(first) => {
                let mut rest: Vec<_> = pace.iter().copied().filter(|parameters| *parameters != first).collect();
                if rest.is_empty() && facts.card_access_number.is_some() {
                    rest.push(first);
                }
                for parameters in rest {
                    let password = number().unwrap_or_else(|| zone.clone());
                    others.push_back(ReadBack::new(com.clone(), ReadAccess::Pace(parameters, password)));
                }
                ReadAccess::Pace(first, zone)
            }
        };
        let terminal = chip_authentication_terminal(&files)
            .ok_or_else(|| Trouble::new(Blame::Booklet, "dg14", "DG14 announces no key of chip authentication"))?;
        let whole = ReadBack::new(ReadPlan::new(&files, limits), access).with_chip_authentication(terminal);
        let expected = ChipExpectation {
            security_object,
            proves_by_mapping: first.as_ref().is_some_and(proves_chip),
            files,
            mrz: facts.mrz.text().to_owned(),
            anchors: Arc::clone(&self.anchors),
            now: UnixTime(task.at.unix_seconds()),
        };
        Ok(ReadingTask { whole, others, expected })
    }
}

/// What the chip announces, which may be what the centre issued before its settings were changed.
fn announced(files: &ElementaryFiles) -> Vec<PaceParameters> {
    let card_access = files.get(&FileId::CARD_ACCESS).and_then(|file| CardAccess::parse(file).ok());
    let infos = card_access.map(|file| file.security_infos).unwrap_or_default();
    infos.iter().filter_map(PaceParameters::from_security_info).collect()
}

/// Whether PACE with these parameters proves the chip's key as well, and so shows more than one that does not.
fn proves_chip(parameters: &PaceParameters) -> bool {
    parameters.mapping() == Mapping::ChipAuthentication
}

/// SHA-256 of EF.SOD, by which the store knows what was signed.
fn digest(bytes: Option<&Vec<u8>>) -> Digest {
    Digest(Sha256::digest(bytes.map_or(&[][..], Vec::as_slice)).into())
}
