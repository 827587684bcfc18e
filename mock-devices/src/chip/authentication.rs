//! Opening the transport channel, and the access protocols of a locked chip.

use super::process::BLOCKED;
use super::{Authority, Channel, EmulatedChip, LifeCycle, timing};
use chip_profile::access::bac::BacChip;
use chip_profile::access::chip_authentication::ChipAuthenticationChip;
use chip_profile::access::pace::PaceChip;
use chip_profile::access::{ChipStep, active_authentication};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::scp03::CardSession;
use chip_profile::personalisation::session::ISSUER_SECURITY_DOMAIN;

impl EmulatedChip {
    pub(super) fn initialize_update(
        &mut self,
        command: &Command,
        authority: Authority,
    ) -> Result<Response, StatusWord> {
        match self.memory.life_cycle {
            LifeCycle::Locked => return Err(StatusWord::CONDITIONS),
            LifeCycle::Dead => return Err(BLOCKED),
            LifeCycle::Initialised | LifeCycle::Personalising => {}
        }
        if authority != Authority::None {
            return Err(StatusWord::CONDITIONS);
        }
        if command.p2 != 0 {
            return Err(StatusWord::WRONG_P1P2);
        }
        if command.p1 != 0 && command.p1 != self.identity.key_version {
            return Err(StatusWord::REFERENCE_NOT_FOUND);
        }
        // Real chips put their batch here; ours repeats the end of its serial.
        let mut diversification = [0; 10];
        for (to, from) in diversification.iter_mut().rev().zip(self.identity.chip_serial.iter().rev()) {
            *to = *from;
        }
        let counter = self.memory.sequence_counter;
        let keys = self.transport_keys();
        let version = self.identity.key_version;
        let (session, response) =
            CardSession::initialize_update(command, &keys, version, &diversification, counter, &ISSUER_SECURITY_DOMAIN)
                .map_err(|_| StatusWord::WRONG_LENGTH)?;
        self.memory.sequence_counter = (counter + 1) & 0x00FF_FFFF;
        self.session.channel = Channel::Opening(Box::new(session));
        self.spend(timing::ciphering(256));
        Ok(response)
    }

    /// MSE, GENERAL AUTHENTICATE, GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE.
    pub(super) fn authenticate(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        if self.memory.life_cycle != LifeCycle::Locked {
            return Err(StatusWord::CONDITIONS);
        }
        if active_authentication::accepts(command) {
            return self.active_authentication(command, authority);
        }
        if authority == Authority::Access {
            return self.chip_authentication(command);
        }
        let step = if BacChip::accepts(command) {
            self.basic_access_control(command)?
        } else if PaceChip::accepts(command) {
            self.pace(command)?
        } else {
            return Err(StatusWord::WRONG_P1P2);
        };
        Ok(self.establish(step))
    }

    fn establish(&mut self, step: ChipStep) -> Response {
        if let Some(channel) = step.established {
            self.session.channel = Channel::Access(Box::new(channel));
        }
        step.response
    }

    fn basic_access_control(&mut self, command: &Command) -> Result<ChipStep, StatusWord> {
        if !self.session.selection.in_application() {
            return Err(StatusWord::CONDITIONS);
        }
        if self.session.bac.is_none() {
            let keys = self.memory.keys.iter().find_map(|object| match object {
                KeyObject::BasicAccessControl { keys } => Some(keys.clone()),
                _ => None,
            });
            self.session.bac = Some(BacChip::new(keys.ok_or(StatusWord::CONDITIONS)?));
        }
        self.spend(timing::ciphering(command.data.len()));
        let bac = self.session.bac.as_mut().ok_or(StatusWord::CONDITIONS)?;
        Ok(bac.process(command, &mut self.rng))
    }

    fn pace(&mut self, command: &Command) -> Result<ChipStep, StatusWord> {
        if self.session.pace.is_none() {
            let mut parameters = Vec::new();
            let mut passwords = Vec::new();
            for object in &self.memory.keys {
                match object {
                    KeyObject::PaceParameters { parameters: offered } => parameters.push(*offered),
                    KeyObject::PacePassword { password } => passwords.push(password.clone()),
                    _ => {}
                }
            }
            if parameters.is_empty() || passwords.is_empty() {
                return Err(StatusWord::CONDITIONS);
            }
            self.session.pace = Some(PaceChip::new(parameters, passwords));
        }
        if !command.data.is_empty() {
            self.spend(timing::POINT);
        }
        let pace = self.session.pace.as_mut().ok_or(StatusWord::CONDITIONS)?;
        Ok(pace.process(command, &mut self.rng))
    }

    fn chip_authentication(&mut self, command: &Command) -> Result<Response, StatusWord> {
        if self.session.chip_authentication.is_none() {
            let found = self.memory.keys.iter().find_map(|object| match object {
                KeyObject::ChipAuthentication { suite, identifier, key } => {
                    Some(ChipAuthenticationChip::new(*suite, key.clone(), *identifier))
                }
                _ => None,
            });
            self.session.chip_authentication = Some(found.ok_or(StatusWord::CONDITIONS)?);
        }
        let chip = self.session.chip_authentication.as_mut().ok_or(StatusWord::CONDITIONS)?;
        if !chip.accepts(command) {
            return Err(StatusWord::CONDITIONS);
        }
        let step = chip.process(command);
        self.spend(timing::POINT);
        Ok(self.establish(step))
    }

    fn active_authentication(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        if authority != Authority::Access || !self.session.selection.in_application() {
            return Err(StatusWord::SECURITY_STATUS);
        }
        let key = self.memory.keys.iter().find_map(|object| match object {
            KeyObject::ActiveAuthentication { key } => Some(key.clone()),
            _ => None,
        });
        let key = key.ok_or(StatusWord::CONDITIONS)?;
        self.spend(timing::POINT);
        Ok(active_authentication::respond(&key, key.curve().hash(), command))
    }
}
