//! From bytes to bytes: length checks, channels, and which command goes where.

use super::session::{Directory, Selection};
use super::{Authority, Channel, EmulatedChip, timing};
use chip_profile::access::EMRTD_APPLICATION;
use chip_profile::access::secure_messaging::{is_protected, status_of};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::personalisation::scp03::{EXTERNAL_AUTHENTICATE, INITIALIZE_UPDATE, Scp03Error};
use chip_profile::personalisation::session::{GET_DATA, ISSUER_SECURITY_DOMAIN};
use chip_profile::personalisation::write_plan::{
    ACTIVATE_FILE, CREATE_FILE, DELETE_FILE, MASTER_FILE, PUT_DATA, SELECT, UPDATE_BINARY, UPDATE_BINARY_ODD,
};
use chip_profile::tlv;

/// Bit of the class byte that says GlobalPlatform secure messaging; two bits say that of ISO/IEC 7816-4.
const TRANSPORT_BITS: u8 = 0x04;
const PROTECTION_MASK: u8 = 0x0C;

impl EmulatedChip {
    pub(super) fn process(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.spend(timing::COMMAND);
        let extended = bytes.len() > 5 && bytes.get(4) == Some(&0);
        let response = match Command::parse(bytes) {
            Err(_) => Response::status(StatusWord::WRONG_LENGTH),
            Ok(command) if command.data.len() > self.settings.field() => Response::status(StatusWord::WRONG_LENGTH),
            Ok(_) if extended && !self.settings.extended_length => Response::status(StatusWord::WRONG_LENGTH),
            Ok(command) => self.unprotect(&command, extended),
        };
        response.to_bytes()
    }

    /// Takes a command out of its channel, has it carried out and protects the answer.
    fn unprotect(&mut self, command: &Command, extended: bool) -> Response {
        let protection = command.class & PROTECTION_MASK;
        match core::mem::take(&mut self.session.channel) {
            Channel::Access(mut channel) if is_protected(command) => {
                self.spend(timing::ciphering(command.data.len()));
                let plain = match channel.open(command) {
                    Ok(plain) => plain,
                    // The session is over (Doc 9303-11 9.8.8).
                    Err(error) => return Response::status(status_of(error)),
                };
                let longest = if extended { self.longest_protected_answer() } else { channel.longest_short_answer() };
                let response = self.carry_out(&plain, Authority::Access, longest);
                self.spend(timing::ciphering(response.data.len()));
                let sealed = channel.seal(&response);
                // Chip authentication has put a new channel in; otherwise this one goes on.
                if matches!(self.session.channel, Channel::None) {
                    self.session.channel = Channel::Access(channel);
                }
                sealed
            }
            Channel::Transport(mut channel) if protection == TRANSPORT_BITS => {
                self.spend(timing::ciphering(command.data.len()));
                let Ok(plain) = channel.unwrap(command) else {
                    return Response::status(StatusWord::SECURITY_STATUS);
                };
                let longest = if extended { self.longest_protected_answer() } else { LONGEST_TRANSPORT_ANSWER };
                let response = self.carry_out(&plain, Authority::Transport, longest);
                let wrapped = channel.wrap(response);
                if self.is_writable() {
                    self.session.channel = Channel::Transport(channel);
                }
                wrapped
            }
            Channel::Opening(session)
                if command.instruction == EXTERNAL_AUTHENTICATE && protection == TRANSPORT_BITS =>
            {
                self.spend(timing::ciphering(command.data.len()));
                match session.external_authenticate(command) {
                    Ok(channel) => {
                        self.memory.failed_authentications = 0;
                        self.session.channel = Channel::Transport(Box::new(channel));
                        Response::status(StatusWord::OK)
                    }
                    Err(error) => self.transport_failed(error),
                }
            }
            // A plain command ends any channel.
            _ if protection != 0 => Response::status(StatusWord::SECURITY_STATUS),
            _ => {
                let longest = if extended { self.settings.field() } else { 256 };
                self.carry_out(command, Authority::None, longest)
            }
        }
    }

    fn transport_failed(&mut self, error: Scp03Error) -> Response {
        match error {
            Scp03Error::Cryptogram | Scp03Error::Mac => {
                self.memory.failed_authentications = self.memory.failed_authentications.saturating_add(1);
                if self.memory.failed_authentications >= self.settings.attempts {
                    self.memory.life_cycle = super::LifeCycle::Dead;
                    return Response::status(BLOCKED);
                }
                Response::status(StatusWord::AUTHENTICATION_FAILED)
            }
            _ => Response::status(StatusWord::WRONG_DATA),
        }
    }

    /// DO99 takes 4 bytes, DO8E 10, header and padding of DO87 up to 21.
    fn longest_protected_answer(&self) -> usize {
        self.settings.field().saturating_sub(35).max(1)
    }

    fn carry_out(&mut self, command: &Command, authority: Authority, longest: usize) -> Response {
        let result = match command.instruction {
            INITIALIZE_UPDATE if command.class == 0x80 => self.initialize_update(command, authority),
            GET_DATA if command.class == 0x80 => self.get_data(command),
            SELECT if command.class == 0x00 => self.select(command),
            0xB0 | 0xB1 if command.class == 0x00 => self.read_binary(command, authority, longest),
            CREATE_FILE if command.class == 0x00 => self.create_file(command, authority),
            DELETE_FILE if command.class == 0x00 => self.delete_file(command, authority),
            UPDATE_BINARY | UPDATE_BINARY_ODD if command.class == 0x00 => self.update_binary(command, authority),
            PUT_DATA if command.class == 0x00 => self.put_data(command, authority),
            ACTIVATE_FILE if command.class == 0x00 => self.activate(command, authority),
            // PACE chains its commands, which bit 10 of the class says.
            0x22 | 0x82 | 0x84 | 0x86 | 0x88 if command.class & !0x10 == 0x00 => self.authenticate(command, authority),
            INITIALIZE_UPDATE | GET_DATA | SELECT | 0xB0 | 0xB1 | CREATE_FILE | DELETE_FILE | UPDATE_BINARY
            | UPDATE_BINARY_ODD | PUT_DATA | ACTIVATE_FILE | 0x22 | 0x82 | 0x84 | 0x86 | 0x88 => Err(StatusWord::CLASS),
            _ => Err(StatusWord::INSTRUCTION),
        };
        result.unwrap_or_else(Response::status)
    }

    fn get_data(&mut self, command: &Command) -> Result<Response, StatusWord> {
        // A locked chip does not say who it is: that would let its holder be followed.
        if (command.p1, command.p2) != (0x00, 0x45) || !self.is_writable() && !self.is_dead() {
            return Err(StatusWord::REFERENCE_NOT_FOUND);
        }
        let mut data = Vec::new();
        tlv::push(&mut data, 0x45, &self.identity.chip_serial);
        Ok(Response::data(data))
    }

    fn select(&mut self, command: &Command) -> Result<Response, StatusWord> {
        if command.p2 & !0x0C != 0 {
            return Err(StatusWord::WRONG_P1P2);
        }
        let selection = match (command.p1, command.data.as_slice()) {
            (0x04, identifier) => self.by_application_identifier(identifier)?,
            (0x00, []) => Selection::default(),
            (0x00, number) if number == MASTER_FILE.to_be_bytes() => Selection::default(),
            (0x00 | 0x02, [high, low]) => {
                let number = u16::from_be_bytes([*high, *low]);
                let directory = self.session.selection;
                self.memory.files.find(directory.in_application(), number).ok_or(StatusWord::FILE_NOT_FOUND)?;
                Selection { file: Some(number), ..directory }
            }
            (0x00 | 0x02, _) => return Err(StatusWord::WRONG_LENGTH),
            _ => return Err(StatusWord::WRONG_P1P2),
        };
        self.session.selection = selection;
        if command.p2 & 0x0C == 0x0C {
            return Ok(Response::status(StatusWord::OK));
        }
        Ok(Response::data(self.control_information(selection)))
    }

    fn by_application_identifier(&self, identifier: &[u8]) -> Result<Selection, StatusWord> {
        let directory = if identifier == ISSUER_SECURITY_DOMAIN && (self.is_writable() || self.is_dead()) {
            Directory::IssuerDomain
        } else if identifier == EMRTD_APPLICATION
            && self.memory.files.application_identifier.as_deref() == Some(identifier)
        {
            Directory::Application
        } else {
            return Err(StatusWord::FILE_NOT_FOUND);
        };
        Ok(Selection { directory, file: None })
    }

    /// File control information: 6F around the application's identifier, or size and identifier of the file.
    fn control_information(&self, selection: Selection) -> Vec<u8> {
        let mut out = Vec::new();
        let file = selection.file.and_then(|number| {
            self.memory.files.find(selection.in_application(), number).map(|file| (number, file.contents.len()))
        });
        tlv::push_nested(&mut out, 0x6F, |out| match (file, selection.directory) {
            (Some((number, size)), _) => {
                tlv::push(out, 0x80, &(size as u16).to_be_bytes());
                tlv::push(out, 0x83, &number.to_be_bytes());
            }
            (None, Directory::MasterFile) => tlv::push(out, 0x83, &MASTER_FILE.to_be_bytes()),
            (None, Directory::IssuerDomain) => tlv::push(out, 0x84, &ISSUER_SECURITY_DOMAIN),
            (None, Directory::Application) => tlv::push(out, 0x84, &EMRTD_APPLICATION),
        });
        out
    }

    pub(super) fn is_dead(&self) -> bool {
        self.memory.life_cycle == super::LifeCycle::Dead
    }
}

/// Fits a short answer after padding and R-MAC of SCP03: 15 blocks and 8 bytes.
const LONGEST_TRANSPORT_ANSWER: usize = 239;

/// Authentication method blocked.
pub(super) const BLOCKED: StatusWord = StatusWord(0x6983);
