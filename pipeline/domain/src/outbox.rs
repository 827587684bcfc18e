//! How the reports to the issuing register get on: what whoever carries them tells those who show it.

use crate::clock::Timestamp;
use crate::identifiers::Sequence;
use crate::texts::{Language, Text};

/// How one receiver of reports stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverStanding {
    /// Its name.
    pub receiver: String,
    /// Up to here everything is delivered.
    pub through: Sequence,
    /// Reports delivered since the start.
    pub delivered: u64,
    /// Whether there is nothing left for it.
    pub is_done: bool,
    /// Faults in a row.
    pub faults: u32,
    /// What went wrong last; `None` when the last delivery was taken.
    pub last_fault: Option<String>,
    /// It turns this centre away, whatever it is sent. Delivery is tried again by itself.
    pub turned_away: Option<TurnedAway>,
    /// Whether nothing more is delivered until a person has looked and the program is started again.
    pub is_stopped: bool,
}

impl ReceiverStanding {
    /// A receiver of which nothing is known yet.
    pub fn new(receiver: &str) -> ReceiverStanding {
        ReceiverStanding {
            receiver: receiver.to_owned(),
            through: Sequence(0),
            delivered: 0,
            is_done: false,
            faults: 0,
            last_fault: None,
            turned_away: None,
            is_stopped: false,
        }
    }

    /// Whether reports wait for people: it turns this centre away, or has stopped.
    pub fn needs_people(&self) -> bool {
        self.is_stopped || self.turned_away.is_some()
    }
}

/// Since when a receiver turns this centre away, and when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnedAway {
    /// What it says.
    pub objection: Objection,
    /// When it said so first, without anything else in between.
    pub since: Timestamp,
    /// When delivery is tried again.
    pub next: Timestamp,
}

/// An answer that is about this centre's credentials or the service's address, and not about the report that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objection {
    /// Which of the two.
    pub about: ObjectionTo,
    /// The status of the answer (RFC 9110 clause 15).
    pub status: u16,
}

/// To what a service objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectionTo {
    /// The token or the certificate of this centre, or what they allow.
    Credentials,
    /// The address: nothing there takes reports, or it lies elsewhere.
    Address,
}

impl Objection {
    /// What it means and what people have to do about it.
    pub fn text(self, language: Language) -> String {
        let text = match self.about {
            ObjectionTo::Credentials => Text::ReceiverRefusesCredentials,
            ObjectionTo::Address => Text::ReceiverNotThere,
        };
        text.filled(language, &[("status", &self.status.to_string())])
    }
}

impl core::fmt::Display for Objection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

/// Who carries the reports to their receivers, for pages that show it and persons who do not want to wait.
pub trait OutboxSight: Send + Sync {
    /// How the receivers stand; none when nothing is delivered any more.
    fn standings(&self) -> Vec<ReceiverStanding>;

    /// Ends the wait for a receiver, so that delivery is tried at once; `false` when nothing is delivered to such a one.
    fn try_now(&self, receiver: &str) -> bool;
}
