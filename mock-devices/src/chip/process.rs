//! From bytes to bytes: length checks, channels, chains, and which command goes where.

use super::session::{Chain, Directory, Selection};
use super::{Authority, Channel, EmulatedChip, timing};
use chip_profile::access::EMRTD_APPLICATION;
use chip_profile::access::secure_messaging::{is_protected, status_of};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::personalisation::file_control::FILE_CONTROL_PARAMETERS;
use chip_profile::personalisation::scp03::{EXTERNAL_AUTHENTICATE, INITIALIZE_UPDATE, Scp03Error};
use chip_profile::personalisation::session::{GET_DATA, ISSUER_SECURITY_DOMAIN};
use chip_profile::personalisation::two_phase::GENERATE_KEY_PAIR;
use chip_profile::personalisation::write_plan::{
    ACTIVATE_FILE, CREATE_FILE, DELETE_FILE, MASTER_FILE, PUT_DATA, SELECT, UPDATE_BINARY, UPDATE_BINARY_ODD,
};
use chip_profile::tlv;
use zeroize::Zeroizing;

/// Bit of the class byte that says GlobalPlatform secure messaging; two bits say that of ISO/IEC 7816-4.
const TRANSPORT_BITS: u8 = 0x04;
const PROTECTION_MASK: u8 = 0x0C;
/// Bit of the class byte that says that more commands of a chain follow.
const CHAINING: u8 = 0x10;
/// Longest data of a chain, in bytes: room for an RSA key of 4,096 bits.
const LONGEST_CHAIN: usize = 4_096;
/// The last command of the chain was expected.
const CHAIN_BROKEN: StatusWord = StatusWord(0x6883);
/// Command chaining is not supported by this command.
const NO_CHAIN: StatusWord = StatusWord(0x6884);

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
        let result = match self.take_chain(command) {
            Ok(None) => Ok(Response::status(StatusWord::OK)),
            Ok(Some(command)) => self.dispatch(&command, authority, longest),
            Err(status) => Err(status),
        };
        let response = result.unwrap_or_else(Response::status);
        fit(command, response, longest)
    }

    /// The whole command when a chain ends with it, nothing while it goes on.
    fn take_chain(&mut self, command: &Command) -> Result<Option<Command>, StatusWord> {
        let begun = self.session.chain.take();
        let goes_on = command.class & CHAINING != 0;
        // PACE marks its commands so, but answers each of them.
        if begun.is_none() && (!goes_on || command.instruction == 0x86) {
            return Ok(Some(command.clone()));
        }
        if command.instruction != PUT_DATA {
            return Err(if begun.is_some() { CHAIN_BROKEN } else { NO_CHAIN });
        }
        let parameters = [command.p1, command.p2];
        let mut chain = begun.unwrap_or_else(|| Chain {
            instruction: command.instruction,
            parameters,
            // Room for all, so that no half of a key stays behind in memory that was let go.
            data: Zeroizing::new(Vec::with_capacity(LONGEST_CHAIN)),
        });
        if (chain.instruction, chain.parameters) != (command.instruction, parameters) {
            return Err(CHAIN_BROKEN);
        }
        if chain.data.len() + command.data.len() > LONGEST_CHAIN {
            return Err(StatusWord::WRONG_LENGTH);
        }
        chain.data.extend_from_slice(&command.data);
        if goes_on {
            self.session.chain = Some(chain);
            return Ok(None);
        }
        Ok(Some(Command { data: chain.data.to_vec(), ..command.clone() }))
    }

    fn dispatch(&mut self, command: &Command, authority: Authority, longest: usize) -> Result<Response, StatusWord> {
        match command.instruction {
            INITIALIZE_UPDATE if command.class == 0x80 => self.initialize_update(command, authority),
            GET_DATA if command.class == 0x80 => self.get_data(command),
            SELECT if command.class == 0x00 => self.select(command),
            0xB0 | 0xB1 if command.class == 0x00 => self.read_binary(command, authority, longest),
            CREATE_FILE if command.class == 0x00 => self.create_file(command, authority),
            DELETE_FILE if command.class == 0x00 => self.delete_file(command, authority),
            UPDATE_BINARY | UPDATE_BINARY_ODD if command.class == 0x00 => self.update_binary(command, authority),
            PUT_DATA if command.class == 0x00 => self.put_data(command, authority),
            GENERATE_KEY_PAIR if command.class == 0x00 => self.generate_key_pair(command, authority),
            ACTIVATE_FILE if command.class == 0x00 => self.activate(command, authority),
            // PACE chains its commands, which bit 10 of the class says.
            0x22 | 0x82 | 0x84 | 0x86 | 0x88 if command.class & !CHAINING == 0x00 => {
                self.authenticate(command, authority)
            }
            INITIALIZE_UPDATE | GET_DATA | SELECT | 0xB0 | 0xB1 | CREATE_FILE | DELETE_FILE | UPDATE_BINARY
            | UPDATE_BINARY_ODD | PUT_DATA | GENERATE_KEY_PAIR | ACTIVATE_FILE | 0x22 | 0x82 | 0x84 | 0x86 | 0x88 => {
                Err(StatusWord::CLASS)
            }
            _ => Err(StatusWord::INSTRUCTION),
        }
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
        let in_directory = |chip: &Self, directory: Selection, number: [u8; 2]| {
            let number = u16::from_be_bytes(number);
            chip.memory.files.find(directory.in_application(), number).ok_or(StatusWord::FILE_NOT_FOUND)?;
            Ok(Selection { file: Some(number), ..directory })
        };
        let selection = match (command.p1, command.data.as_slice()) {
            (0x04, identifier) => self.by_application_identifier(identifier)?,
            (0x00, []) => Selection::default(),
            (0x00, number) if number == MASTER_FILE.to_be_bytes() => Selection::default(),
            (0x00 | 0x02 | 0x09, [high, low]) => in_directory(self, self.session.selection, [*high, *low])?,
            // A path from the master file, its own identifier left out.
            (0x08, [high, low]) => in_directory(self, Selection::default(), [*high, *low])?,
            // No file has a directory above it that a path could name.
            (0x08 | 0x09, path) if !path.is_empty() && path.len() % 2 == 0 => return Err(StatusWord::FILE_NOT_FOUND),
            (0x03, []) => Selection::default(),
            (0x00 | 0x02 | 0x03 | 0x08 | 0x09, _) => return Err(StatusWord::WRONG_LENGTH),
            _ => return Err(StatusWord::WRONG_P1P2),
        };
        self.session.selection = selection;
        // Nothing was asked for, or nothing is expected.
        if command.p2 & 0x0C == 0x0C || command.expected.is_none() {
            return Ok(Response::status(StatusWord::OK));
        }
        let template = if command.p2 & 0x0C == 0x04 { FILE_CONTROL_PARAMETERS } else { FILE_CONTROL_INFORMATION };
        Ok(Response::data(self.control_information(template, selection)))
    }

    fn by_application_identifier(&self, identifier: &[u8]) -> Result<Selection, StatusWord> {
        let directory = if identifier == ISSUER_SECURITY_DOMAIN && (self.is_writable() || self.is_dead()) {
            Directory::IssuerDomain
        } else if identifier.len() >= SHORTEST_IDENTIFIER
            && self.memory.files.application_identifier.as_ref().is_some_and(|found| found.starts_with(identifier))
        {
            Directory::Application
        } else {
            return Err(StatusWord::FILE_NOT_FOUND);
        };
        Ok(Selection { directory, file: None })
    }

    /// File control information or parameters: the application's identifier, or size and identifier of the file.
    fn control_information(&self, template: u32, selection: Selection) -> Vec<u8> {
        let mut out = Vec::new();
        let file = selection.file.and_then(|number| {
            self.memory.files.find(selection.in_application(), number).map(|file| (number, file.contents.len()))
        });
        tlv::push_nested(&mut out, template, |out| match (file, selection.directory) {
            (Some((number, size)), _) => {
                tlv::push(out, 0x80, &(size as u16).to_be_bytes());
                tlv::push(out, 0x82, &[0x01]);
                tlv::push(out, 0x83, &number.to_be_bytes());
            }
            (None, Directory::MasterFile) => {
                tlv::push(out, 0x82, &[0x38]);
                tlv::push(out, 0x83, &MASTER_FILE.to_be_bytes());
            }
            (None, Directory::IssuerDomain) => tlv::push(out, 0x84, &ISSUER_SECURITY_DOMAIN),
            (None, Directory::Application) => tlv::push(out, 0x84, &EMRTD_APPLICATION),
        });
        out
    }

    pub(super) fn is_dead(&self) -> bool {
        self.memory.life_cycle == super::LifeCycle::Dead
    }
}

/// What a card makes of an answer that is longer than was asked for, or than fits: it says how long it is (6Cxx), or that the
/// command's length fields are too short for it (6700).
fn fit(command: &Command, response: Response, longest: usize) -> Response {
    let length = response.data.len();
    match command.expected {
        Some(expected) if length > expected => match u8::try_from(length) {
            Ok(length) => Response::status(StatusWord(0x6C00 | u16::from(length))),
            Err(_) => Response::status(StatusWord::WRONG_LENGTH),
        },
        _ if length > longest => Response::status(StatusWord::WRONG_LENGTH),
        _ => response,
    }
}

/// Tag of file control information.
const FILE_CONTROL_INFORMATION: u32 = 0x6F;
/// Shortest part of an application identifier by which it is selected: that of its provider.
const SHORTEST_IDENTIFIER: usize = 5;

/// Fits a short answer after padding and R-MAC of SCP03: 15 blocks and 8 bytes.
const LONGEST_TRANSPORT_ANSWER: usize = 239;

/// Authentication method blocked.
pub(super) const BLOCKED: StatusWord = StatusWord(0x6983);
