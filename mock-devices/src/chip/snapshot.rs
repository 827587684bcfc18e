//! A chip as bytes, so that the booklets of a machine outlive the process that plays it.
//!
//! ```text
//! 7F70 { 80 version  81 serial  82 key version  83 transport keys  84 settings  85 curves  86 state  87 source of randomness
//!        A8 { 80 in application, then 62 file control parameters  53 contents }*  89 application identifier
//!        AA { key object }*  8B fault* }
//! ```
//!
//! The bytes hold keys: they are as secret as the chip.

use super::fault::Faults;
use super::files::{File, Files};
use super::{BitRate, ChipFault, ChipIdentity, ChipSettings, EmulatedChip, LifeCycle, Memory, Session};
use chip_profile::ec::Curve;
use chip_profile::lds::FileId;
use chip_profile::personalisation::file_control::{FILE_CONTROL_PARAMETERS, FileControl};
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::scp03::{Mode, StaticKeys};
use chip_profile::tlv::{self, Tlv, TlvError};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::time::Duration;
use thiserror::Error;

const SNAPSHOT: u32 = 0x7F70;
const VERSION: u8 = 2;
const MODES: [Mode; 2] = [Mode::S8, Mode::S16];
const LIFE_CYCLES: [LifeCycle; 4] =
    [LifeCycle::Initialised, LifeCycle::Personalising, LifeCycle::Locked, LifeCycle::Dead];

/// Why bytes are not a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Not the structure of a snapshot.
    #[error("snapshot: {0}")]
    Structure(#[from] TlvError),
    /// A value that no snapshot has.
    #[error("snapshot: value at byte {position}")]
    Value {
        /// Offset of the value, in bytes.
        position: usize,
    },
    /// Written by another version.
    #[error("snapshot of version {found}, this is version {VERSION}")]
    Version {
        /// The version that was found.
        found: u8,
    },
}

impl EmulatedChip {
    /// Everything that outlives the field, faults, randomness and elapsed time included. Sessions do not.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.memory.files.size() + 1024);
        tlv::push_nested(&mut out, SNAPSHOT, |out| {
            tlv::push(out, 0x80, &[VERSION]);
            tlv::push(out, 0x81, &self.identity.chip_serial);
            tlv::push(out, 0x82, &[self.identity.key_version]);
            tlv::push(out, 0x83, &self.identity.transport_keys.expose());
            tlv::push(out, 0x84, &settings_bytes(&self.settings));
            tlv::push(out, 0x85, &positions(&Curve::ALL, &self.settings.curves));
            let mut state = positions(&LIFE_CYCLES, &[self.memory.life_cycle]);
            state.extend_from_slice(&[self.memory.failed_authentications, self.memory.wrong_passwords]);
            state.extend_from_slice(&self.memory.sequence_counter.to_be_bytes());
            state.extend_from_slice(&(self.elapsed.as_nanos() as u64).to_be_bytes());
            tlv::push(out, 0x86, &state);
            let mut source = self.rng.get_seed().to_vec();
            source.extend_from_slice(&self.rng.get_word_pos().to_be_bytes());
            tlv::push(out, 0x87, &source);
            for in_application in [false, true] {
                for (number, file) in self.memory.files.directory(in_application) {
                    tlv::push_nested(out, 0xA8, |out| push_file(out, in_application, *number, file));
                }
            }
            if let Some(identifier) = &self.memory.files.application_identifier {
                tlv::push(out, 0x89, identifier);
            }
            for object in &self.memory.keys {
                tlv::push(out, 0xAA, &object.to_bytes());
            }
            for fault in self.faults.iter() {
                tlv::push(out, 0x8B, &fault_bytes(fault));
            }
        });
        out
    }

    /// A chip from its snapshot, with the field off.
    ///
    /// # Errors
    /// The bytes are not a snapshot of this version.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut reader = tlv::parse_single(bytes, SNAPSHOT)?.reader();
        let version = reader.expect(0x80)?;
        match version.value {
            [VERSION] => {}
            [found] => return Err(SnapshotError::Version { found: *found }),
            _ => return Err(invalid(&version)),
        }
        let chip_serial = reader.expect(0x81)?.value.to_vec();
        let [key_version] = array(&reader.expect(0x82)?)?;
        let keys = reader.expect(0x83)?;
        let transport_keys = StaticKeys::from_slice(keys.value).ok_or(invalid(&keys))?;
        let mut settings = settings(&reader.expect(0x84)?)?;
        settings.curves = at_positions(&Curve::ALL, &reader.expect(0x85)?)?;
        let state = reader.expect(0x86)?;
        let [life_cycle, failed_authentications, wrong_passwords, rest @ ..] = array::<15>(&state)?;
        let (counter, elapsed) = rest.split_at(4);
        let source = reader.expect(0x87)?;
        let (seed, position) = source.value.split_first_chunk::<32>().ok_or(invalid(&source))?;
        let mut rng = ChaCha20Rng::from_seed(*seed);
        rng.set_word_pos(u128::from_be_bytes(position.try_into().map_err(|_| invalid(&source))?));
        let mut files = Files::default();
        while let Some(object) = reader.optional(0xA8)? {
            restore_file(&mut files, &object)?;
        }
        files.application_identifier = reader.optional(0x89)?.map(|object| object.value.to_vec());
        let mut keys = Vec::new();
        while let Some(object) = reader.optional(0xAA)? {
            keys.push(KeyObject::parse(object.value)?);
        }
        let mut faults = Faults::default();
        while let Some(object) = reader.optional(0x8B)? {
            faults.add(fault(object.value).ok_or(invalid(&object))?);
        }
        reader.finish()?;
        let memory = Memory {
            life_cycle: *LIFE_CYCLES.get(usize::from(life_cycle)).ok_or(invalid(&state))?,
            failed_authentications,
            wrong_passwords,
            sequence_counter: number(counter) as u32,
            files,
            keys,
        };
        Ok(EmulatedChip {
            identity: ChipIdentity { chip_serial, key_version, transport_keys },
            settings,
            memory,
            session: Session::default(),
            faults,
            rng,
            elapsed: Duration::from_nanos(number(elapsed)),
        })
    }
}

fn push_file(out: &mut Vec<u8>, in_application: bool, number: u16, file: &File) {
    tlv::push(out, 0x80, &[u8::from(in_application)]);
    let control = FileControl::Elementary {
        number,
        short_identifier: file.short_identifier,
        size: file.contents.len() as u16,
        read: file.read,
    };
    out.extend_from_slice(&control.to_bytes());
    tlv::push(out, 0x53, &file.contents);
}

fn restore_file(files: &mut Files, object: &Tlv<'_>) -> Result<(), SnapshotError> {
    let mut reader = object.reader();
    let [in_application] = array(&reader.expect(0x80)?)?;
    let control = reader.expect(FILE_CONTROL_PARAMETERS)?;
    let mut template = Vec::with_capacity(control.value.len() + 2);
    tlv::push(&mut template, FILE_CONTROL_PARAMETERS, control.value);
    let contents = reader.expect(0x53)?.value.to_vec();
    reader.finish()?;
    let FileControl::Elementary { number, short_identifier, read, .. } = FileControl::parse(&template)? else {
        return Err(invalid(&control));
    };
    files.directory_mut(in_application != 0).insert(number, File { short_identifier, read, contents });
    Ok(())
}

fn settings_bytes(settings: &ChipSettings) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    out.extend_from_slice(&(settings.buffer as u32).to_be_bytes());
    out.extend_from_slice(&(settings.memory as u32).to_be_bytes());
    out.push(u8::from(settings.extended_length));
    out.extend(positions(&BitRate::ALL, &[settings.bit_rate]));
    out.push(settings.attempts);
    out.extend(positions(&MODES, &[settings.mode]));
    out
}

fn settings(object: &Tlv<'_>) -> Result<ChipSettings, SnapshotError> {
    let bytes: [u8; 12] = array(object)?;
    let (buffer, rest) = bytes.split_at(4);
    let (memory, rest) = rest.split_at(4);
    let [extended_length, bit_rate, attempts, mode] = rest else { return Err(invalid(object)) };
    Ok(ChipSettings {
        buffer: number(buffer) as usize,
        extended_length: *extended_length != 0,
        bit_rate: *BitRate::ALL.get(usize::from(*bit_rate)).ok_or(invalid(object))?,
        curves: Vec::new(),
        memory: number(memory) as usize,
        attempts: *attempts,
        mode: *MODES.get(usize::from(*mode)).ok_or(invalid(object))?,
    })
}

fn fault_bytes(fault: &ChipFault) -> Vec<u8> {
    let file = |kind: u8, file: &FileId, offset: usize| {
        let mut out = vec![kind, u8::from(file.in_application())];
        out.extend_from_slice(&file.number().to_be_bytes());
        out.extend_from_slice(&(offset as u32).to_be_bytes());
        out
    };
    let count = |kind: u8, count: u32| {
        let mut out = vec![kind];
        out.extend_from_slice(&count.to_be_bytes());
        out
    };
    match fault {
        ChipFault::Mute => vec![0],
        ChipFault::DieAfter(left) => count(1, *left),
        ChipFault::DropFieldAfter(left) => count(2, *left),
        ChipFault::CorruptByte { file: at, offset } => file(3, at, *offset),
        ChipFault::MemoryFailure { file: at } => file(4, at, 0),
        ChipFault::WrongTransportKeys => vec![5],
        ChipFault::Slow(times) => vec![6, *times],
    }
}

fn fault(bytes: &[u8]) -> Option<ChipFault> {
    Some(match bytes {
        [0] => ChipFault::Mute,
        [1, left @ ..] => ChipFault::DieAfter(u32::from_be_bytes(left.try_into().ok()?)),
        [2, left @ ..] => ChipFault::DropFieldAfter(u32::from_be_bytes(left.try_into().ok()?)),
        [kind @ 3..=4, in_application, high, low, offset @ ..] => {
            let file = FileId::from_number(u16::from_be_bytes([*high, *low]), *in_application != 0)?;
            let offset = u32::from_be_bytes(offset.try_into().ok()?) as usize;
            if *kind == 3 { ChipFault::CorruptByte { file, offset } } else { ChipFault::MemoryFailure { file } }
        }
        [5] => ChipFault::WrongTransportKeys,
        [6, times] => ChipFault::Slow(*times),
        _ => return None,
    })
}

fn positions<T: PartialEq>(all: &[T], some: &[T]) -> Vec<u8> {
    some.iter().filter_map(|wanted| all.iter().position(|one| one == wanted)).map(|position| position as u8).collect()
}

fn at_positions<T: Copy>(all: &[T], object: &Tlv<'_>) -> Result<Vec<T>, SnapshotError> {
    object.value.iter().map(|position| all.get(usize::from(*position)).copied().ok_or(invalid(object))).collect()
}

fn array<const N: usize>(object: &Tlv<'_>) -> Result<[u8; N], SnapshotError> {
    object.value.try_into().map_err(|_| invalid(object))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn invalid(object: &Tlv<'_>) -> SnapshotError {
    SnapshotError::Value { position: object.position }
}
