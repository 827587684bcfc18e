//! The contents of a package: an order as bytes and back.

use zeroize::Zeroizing;

use super::{EncodingOrder, MAX_COMMAND_BYTES, MAX_COMMANDS, PackageError, PackageErrorKind};
use crate::apdu::Command;
use crate::lds::FileId;
use crate::personalisation::key_object::{ACTIVE_AUTHENTICATION_KEY, CHIP_AUTHENTICATION_KEY};
use crate::personalisation::scp03::{SecurityLevel, StaticKeys};
use crate::personalisation::write_plan::{PlannedCommand, Purpose, WritePlan};

/// With transport keys of 16, 24 and 32 bytes.
const VERSIONS: [(u8, usize); 3] = [(1, 16), (2, 24), (3, 32)];
/// What stands before the transport keys, in bytes.
const KEYS_AT: usize = 3;
/// What stands before each command's bytes, in bytes.
const COMMAND_HEADER_LENGTH: usize = 11;

/// Secrets of a chip by their number; see [`KeyObject::name`](crate::personalisation::key_object::KeyObject::name).
pub const SECRETS: [&str; 5] =
    ["basic access keys", "PACE password", "PACE parameters", ACTIVE_AUTHENTICATION_KEY, CHIP_AUTHENTICATION_KEY];

const SELECT_MASTER_FILE: u8 = 0x00;
const START_OVER: u8 = 0x01;
const CREATE_APPLICATION: u8 = 0x02;
const CREATE_FILE: u8 = 0x03;
const WRITE: u8 = 0x05;
/// Added to the two above when the file lies in the application.
const IN_APPLICATION: u8 = 0x01;
const PUT_KEY: u8 = 0x07;
const LOCK: u8 = 0x08;

pub(super) fn write(order: &EncodingOrder) -> Result<Zeroizing<Vec<u8>>, PackageError> {
    if !order.level.encrypts_commands() {
        return Err(PackageError::new(PackageErrorKind::Level, 2));
    }
    let commands = order.plan.commands();
    if !order.plan.made_on_chip().is_empty() || commands.iter().any(|planned| written(&planned.purpose).is_none()) {
        return Err(PackageError::new(PackageErrorKind::Contents, KEYS_AT));
    }
    let keys = order.transport_keys.expose();
    let (version, _) = VERSIONS
        .into_iter()
        .find(|(_, length)| 3 * length == keys.len())
        .ok_or(PackageError::new(PackageErrorKind::Key, KEYS_AT))?;
    let header_length = KEYS_AT + keys.len() + 2;
    let count = u16::try_from(commands.len()).ok().filter(|count| usize::from(*count) <= MAX_COMMANDS);
    let count = count.ok_or(PackageError::new(PackageErrorKind::Length, header_length - 2))?;
    // Room for all, so that no half-written copy stays behind in memory that was let go.
    let room: usize = commands.iter().map(|planned| planned.command.data.len() + COMMAND_HEADER_LENGTH + 12).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(header_length + room));
    out.extend_from_slice(&[version, order.key_version, order.level.value()]);
    out.extend_from_slice(&keys);
    out.extend_from_slice(&count.to_be_bytes());
    for planned in commands {
        let position = out.len();
        let Some((purpose, detail, offset)) = written(&planned.purpose) else { continue };
        let apdu = Zeroizing::new(planned.command.to_bytes());
        let length = u32::try_from(apdu.len()).ok().filter(|_| apdu.len() <= MAX_COMMAND_BYTES);
        let length = length.ok_or(PackageError::new(PackageErrorKind::Length, position))?;
        out.push(purpose);
        out.extend_from_slice(&detail.to_be_bytes());
        out.extend_from_slice(&offset.to_be_bytes());
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&apdu);
    }
    Ok(out)
}

pub(super) fn read(contents: &[u8]) -> Result<EncodingOrder, PackageError> {
    let mut input = Input { rest: contents, position: 0 };
    let [version, key_version, level] = input.array::<KEYS_AT>()?;
    let known = VERSIONS.into_iter().find(|(known, _)| *known == version);
    let (_, key_length) = known.ok_or(PackageError::new(PackageErrorKind::Contents, 0))?;
    let level = SecurityLevel::from_value(level).ok_or(PackageError::new(PackageErrorKind::Contents, 2))?;
    if !level.encrypts_commands() {
        return Err(PackageError::new(PackageErrorKind::Level, 2));
    }
    let keys = input.take(3 * key_length)?;
    let transport_keys = StaticKeys::from_slice(keys).ok_or(PackageError::new(PackageErrorKind::Contents, KEYS_AT))?;
    let position = input.position;
    let count = usize::from(u16::from_be_bytes(input.array()?));
    if count == 0 || count > MAX_COMMANDS {
        return Err(PackageError::new(PackageErrorKind::Length, position));
    }
    let mut commands = Vec::with_capacity(count);
    for place in 1..=count {
        commands.push(input.command(place == count)?);
    }
    if !input.rest.is_empty() {
        return Err(PackageError::new(PackageErrorKind::Length, input.position));
    }
    let plan = WritePlan::from_commands(commands);
    Ok(EncodingOrder { plan, key_version, transport_keys, level })
}

/// A purpose as its three fields; none of a command that no package has: a machine that writes by itself is brought all keys.
fn written(purpose: &Purpose) -> Option<(u8, u16, u32)> {
    let of_file =
        |code: u8, file: FileId| (code + if file.in_application() { IN_APPLICATION } else { 0 }, file.number());
    Some(match purpose {
        Purpose::SelectMasterFile => (SELECT_MASTER_FILE, 0, 0),
        Purpose::StartOver => (START_OVER, 0, 0),
        Purpose::CreateApplication => (CREATE_APPLICATION, 0, 0),
        Purpose::CreateFile(file) => {
            let (code, number) = of_file(CREATE_FILE, *file);
            (code, number, 0)
        }
        Purpose::Write { file, offset } => {
            let (code, number) = of_file(WRITE, *file);
            (code, number, u32::try_from(*offset).unwrap_or(u32::MAX))
        }
        Purpose::PutKey(name) => {
            let number = SECRETS.iter().position(|known| known == name);
            (PUT_KEY, number.and_then(|number| u16::try_from(number).ok()).unwrap_or(u16::MAX), 0)
        }
        Purpose::Lock => (LOCK, 0, 0),
        Purpose::MakeKey(_) => return None,
    })
}

fn purpose(code: u8, detail: u16, offset: u32) -> Option<Purpose> {
    let file = |base: u8| FileId::from_number(detail, code != base);
    Some(match code {
        SELECT_MASTER_FILE => Purpose::SelectMasterFile,
        START_OVER => Purpose::StartOver,
        CREATE_APPLICATION => Purpose::CreateApplication,
        CREATE_FILE | 0x04 => Purpose::CreateFile(file(CREATE_FILE)?),
        WRITE | 0x06 => Purpose::Write { file: file(WRITE)?, offset: usize::try_from(offset).ok()? },
        PUT_KEY => Purpose::PutKey(SECRETS.get(usize::from(detail))?),
        LOCK => Purpose::Lock,
        _ => return None,
    })
}

/// What is left to read.
struct Input<'a> {
    rest: &'a [u8],
    position: usize,
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PackageError> {
        let short = PackageError::new(PackageErrorKind::Length, self.position);
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(short)?;
        self.rest = rest;
        self.position += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PackageError> {
        let short = PackageError::new(PackageErrorKind::Length, self.position);
        self.take(N)?.try_into().map_err(|_| short)
    }

    /// One command; the last one, and no other, is the lock.
    fn command(&mut self, is_last: bool) -> Result<PlannedCommand, PackageError> {
        let malformed = PackageError::new(PackageErrorKind::Contents, self.position);
        let [code] = self.array()?;
        let (detail, offset) = (u16::from_be_bytes(self.array()?), u32::from_be_bytes(self.array()?));
        let purpose = purpose(code, detail, offset).ok_or(malformed)?;
        if (purpose == Purpose::Lock) != is_last {
            return Err(malformed);
        }
        let position = self.position;
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX);
        if length > MAX_COMMAND_BYTES {
            return Err(PackageError::new(PackageErrorKind::Length, position));
        }
        let position = self.position;
        let command = Command::parse(self.take(length)?);
        let command = command.map_err(|_| PackageError::new(PackageErrorKind::Contents, position))?;
        Ok(PlannedCommand { purpose, command })
    }
}
