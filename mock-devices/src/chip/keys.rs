//! PUT DATA and GENERATE ASYMMETRIC KEY PAIR: the chip's secrets, brought or made. Only over the transport channel and only
//! before the lock.

use super::writing::EXISTS;
use super::{Authority, EmulatedChip, LifeCycle, timing};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::ec::{Curve, KeyPair};
use chip_profile::personalisation::key_object::{ActiveAuthenticationKey, KeyObject};
use chip_profile::personalisation::two_phase::{GENERATE, KeyOrder, public_key_template};

/// Function not supported.
const NOT_SUPPORTED: StatusWord = StatusWord(0x6A81);
/// Passwords, parameters and keys that a chip can keep.
const KEY_SLOTS: usize = 16;
/// Longest modulus whose protected answer fits short length fields, in bytes (1,784 bits).
const LONGEST_SHORT_MODULUS: usize = 223;

impl EmulatedChip {
    pub(super) fn put_data(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        if (command.p1, command.p2) != (0x3F, 0xFF) {
            return Err(StatusWord::WRONG_P1P2);
        }
        let object = KeyObject::parse(&command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        match &object {
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Ec(key) }
            | KeyObject::ChipAuthentication { key, .. } => self.require_curve(key.curve())?,
            // A longer signature would need extended length on the way out.
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, .. } }
                if !self.settings.extended_length && key.modulus_length() > LONGEST_SHORT_MODULUS =>
            {
                return Err(NOT_SUPPORTED);
            }
            _ => {}
        }
        self.spend(timing::writing(0, command.data.len()));
        self.keep(object)?;
        Ok(Response::status(StatusWord::OK))
    }

    pub(super) fn generate_key_pair(
        &mut self,
        command: &Command,
        authority: Authority,
    ) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        if (command.p1, command.p2) != (GENERATE, 0) {
            return Err(StatusWord::WRONG_P1P2);
        }
        let order = KeyOrder::parse(&command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        self.require_curve(order.curve())?;
        let key = KeyPair::generate(order.curve(), &mut self.rng);
        let template = public_key_template(key.public_key());
        self.spend(timing::KEY_PAIR + timing::writing(0, template.len()));
        self.keep(match order {
            KeyOrder::ActiveAuthentication { .. } => KeyObject::ActiveAuthentication { key: key.into() },
            KeyOrder::ChipAuthentication { suite, identifier, .. } => {
                KeyObject::ChipAuthentication { suite, identifier, key }
            }
        })?;
        Ok(Response::data(template))
    }

    fn require_curve(&self, curve: Curve) -> Result<(), StatusWord> {
        if self.settings.curves.contains(&curve) { Ok(()) } else { Err(NOT_SUPPORTED) }
    }

    fn keep(&mut self, object: KeyObject) -> Result<(), StatusWord> {
        if self.memory.keys.iter().any(|kept| is_for_the_same(kept, &object)) {
            return Err(EXISTS);
        }
        if self.memory.keys.len() >= KEY_SLOTS {
            return Err(StatusWord::NO_MEMORY);
        }
        self.memory.keys.push(object);
        self.memory.life_cycle = LifeCycle::Personalising;
        Ok(())
    }
}

/// Whether two objects would stand in one place.
fn is_for_the_same(one: &KeyObject, other: &KeyObject) -> bool {
    match (one, other) {
        (KeyObject::BasicAccessControl { .. }, KeyObject::BasicAccessControl { .. })
        | (KeyObject::ActiveAuthentication { .. }, KeyObject::ActiveAuthentication { .. }) => true,
        (KeyObject::PacePassword { password: one }, KeyObject::PacePassword { password: other }) => {
            one.reference() == other.reference()
        }
        (KeyObject::PaceParameters { parameters: one }, KeyObject::PaceParameters { parameters: other }) => {
            one == other
        }
        (
            KeyObject::ChipAuthentication { identifier: one, .. },
            KeyObject::ChipAuthentication { identifier: other, .. },
        ) => one == other,
        _ => false,
    }
}
