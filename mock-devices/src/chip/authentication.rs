//! Opening the transport channel, and the access protocols of a locked chip.

use super::process::BLOCKED;
use super::rsa::Private;
use super::{Authority, Channel, EmulatedChip, LifeCycle, timing};
use chip_profile::access::bac::BacChip;
use chip_profile::access::chip_authentication::ChipAuthenticationChip;
use chip_profile::access::pace::{Mapping, PaceChip};
use chip_profile::access::{ChipStep, active_authentication};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::personalisation::key_object::{ActiveAuthenticationKey, KeyObject};
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
        let (version, mode, domain) = (self.identity.key_version, self.settings.mode, ISSUER_SECURITY_DOMAIN);
        let (session, response) =
            CardSession::initialize_update(command, &keys, mode, version, &diversification, counter, &domain)
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
        self.count_passwords(&step);
        Ok(self.establish(step))
    }

    /// Wrong passwords make a chip slower to answer the next; a right one makes up for them.
    fn count_passwords(&mut self, step: &ChipStep) {
        if step.established.is_some() {
            self.memory.wrong_passwords = 0;
        } else if step.response.status == StatusWord::AUTHENTICATION_FAILED {
            self.memory.wrong_passwords = self.memory.wrong_passwords.saturating_add(1);
        }
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
        if command.data.is_empty() {
            self.spend(timing::pause(self.memory.wrong_passwords));
        }
        self.spend(timing::ciphering(command.data.len()));
        let bac = self.session.bac.as_mut().ok_or(StatusWord::CONDITIONS)?;
        Ok(bac.process(command, &mut self.rng))
    }

    fn pace(&mut self, command: &Command) -> Result<ChipStep, StatusWord> {
        if self.session.pace.is_none() {
            self.session.pace = Some(self.pace_chip()?);
        }
        if command.instruction == MANAGE_SECURITY_ENVIRONMENT {
            self.spend(timing::pause(self.memory.wrong_passwords));
        } else if !command.data.is_empty() {
            self.spend(timing::POINT);
        }
        let pace = self.session.pace.as_mut().ok_or(StatusWord::CONDITIONS)?;
        Ok(pace.process(command, &mut self.rng))
    }

    /// PACE with what this chip was given: parameters, passwords, and the static key of chip authentication mapping.
    fn pace_chip(&self) -> Result<PaceChip, StatusWord> {
        let (mut parameters, mut passwords, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for object in &self.memory.keys {
            match object {
                KeyObject::PaceParameters { parameters: offered } => parameters.push(*offered),
                KeyObject::PacePassword { password } => passwords.push(password.clone()),
                KeyObject::ChipAuthentication { key, .. } => keys.push(key),
                _ => {}
            }
        }
        if parameters.is_empty() || passwords.is_empty() {
            return Err(StatusWord::CONDITIONS);
        }
        let mapped = parameters.iter().find(|offered| offered.mapping() == Mapping::ChipAuthentication);
        let mapped = mapped.map(|offered| offered.curve());
        let key = keys.into_iter().find(|key| Some(key.curve()) == mapped);
        let chip = PaceChip::new(parameters, passwords);
        Ok(match key {
            Some(key) => chip.with_chip_authentication_key(key.clone()),
            None => chip,
        })
    }

    /// Of several keys the command for setting up chooses the first that it fits.
    fn chip_authentication(&mut self, command: &Command) -> Result<Response, StatusWord> {
        if let Some(chip) = self.session.chip_authentication.as_mut().filter(|chip| chip.accepts(command))
            && command.instruction != MANAGE_SECURITY_ENVIRONMENT
        {
            let step = chip.process(command);
            self.spend(timing::POINT);
            return Ok(self.establish(step));
        }
        let mut refusal = StatusWord::CONDITIONS;
        for object in &self.memory.keys {
            let KeyObject::ChipAuthentication { suite, identifier, key } = object else { continue };
            let mut chip = ChipAuthenticationChip::new(*suite, key.clone(), *identifier);
            if !chip.accepts(command) {
                continue;
            }
            let step = chip.process(command);
            if step.response.status.is_ok() {
                self.session.chip_authentication = Some(chip);
                self.spend(timing::COMMAND);
                return Ok(self.establish(step));
            }
            refusal = step.response.status;
        }
        Err(refusal)
    }

    fn active_authentication(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        if authority != Authority::Access || !self.session.selection.in_application() {
            return Err(StatusWord::SECURITY_STATUS);
        }
        let key = self.memory.keys.iter().find_map(|object| match object {
            KeyObject::ActiveAuthentication { key } => Some(key.clone()),
            _ => None,
        });
        match key.ok_or(StatusWord::CONDITIONS)? {
            ActiveAuthenticationKey::Ec(key) => {
                self.spend(timing::POINT);
                Ok(active_authentication::respond(&key, key.curve().hash(), command))
            }
            ActiveAuthenticationKey::Rsa { key, hash } => {
                self.spend(timing::rsa(key.modulus_length()));
                Ok(active_authentication::respond_rsa(&Private(&key), hash, command, &mut self.rng))
            }
        }
    }
}

/// INS of MANAGE SECURITY ENVIRONMENT.
const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
