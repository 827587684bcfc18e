//! A memory in a folder: an append-only log of commits, compacted when it is opened and when it has grown.
//!
//! ```text
//! machine-GENERATION.log   "PSLMEM02", then frames
//! frame                    u32 length of what follows, u64 number, sealed commit
//! commit                   (u8 table, u128 id, u8 present, u32 length, bytes)…
//! machine.lock             locked while open
//! ```
//!
//! Numbers are little-endian. Frames are sealed with ChaCha20-Poly1305, because a mock booklet carries what a real one
//! would: a page and a chip. The nonce is generation and number, and neither is ever used twice under one key. Commits
//! are handed to the operating system before they are told, which outlives the program, not a fall of the computer.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

use super::{Change, MachineMemory, MemoryError, RecordKey, Records, apply};

/// A log below this is not compacted while it is open, in bytes.
pub(crate) const COMPACT_FROM_BYTES: u64 = 128 * 1024 * 1024;

/// A log is compacted when it has grown to this many times what it was after the last time.
pub(crate) const COMPACT_AT_GROWTH: u64 = 4;

/// Frames written by compaction hold about this many bytes.
const FRAME_BYTES: usize = 1024 * 1024;

const MAGIC: &[u8; 8] = b"PSLMEM02";

/// The key that a memory is sealed under.
#[derive(Clone)]
pub struct MemoryKey(pub [u8; 32]);

impl core::fmt::Debug for MemoryKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MemoryKey(…)")
    }
}

/// A memory in a folder.
pub struct FolderMemory {
    folder: PathBuf,
    cipher: ChaCha20Poly1305,
    generation: u32,
    log: File,
    length: u64,
    next_number: u64,
    compact_at: u64,
    _lock: File,
}

impl FolderMemory {
    /// Opens the memory in `folder`, which is made if it is not there, and compacts it.
    ///
    /// # Errors
    /// [`MemoryError::InUse`] when another program has it open, [`MemoryError::Damaged`] when it was written under
    /// another key.
    pub fn open(folder: impl Into<PathBuf>, key: &MemoryKey) -> Result<Self, MemoryError> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("machine.lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(MemoryError::InUse),
            Err(fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let cipher = ChaCha20Poly1305::new(&Key::from(key.0));
        let found = generations(&folder)?;
        let newest_log = found.iter().filter(|file| file.is_log).max_by_key(|file| file.generation);
        let records = match newest_log {
            Some(file) => read_log(&cipher, &file.path, file.generation)?,
            None => Records::new(),
        };
        let next = found.iter().map(|file| file.generation).max().map_or(1, |highest| highest.saturating_add(1));
        let (log, length, next_number) = write_log(&cipher, &folder, next, &records)?;
        for file in found {
            fs::remove_file(file.path)?;
        }
        let compact_at = compact_at(length);
        Ok(FolderMemory { folder, cipher, generation: next, log, length, next_number, compact_at, _lock: lock })
    }

    fn append(&mut self, changes: &[Change]) -> Result<(), MemoryError> {
        let frame = seal(&self.cipher, self.generation, self.next_number, &encode(changes))?;
        // A number is spent even if writing fails, so that it never seals two different commits.
        self.next_number = self.next_number.saturating_add(1);
        if let Err(error) = self.log.write_all(&frame) {
            self.log.set_len(self.length)?;
            self.log.seek(SeekFrom::Start(self.length))?;
            return Err(error.into());
        }
        self.length = self.length.saturating_add(frame.len() as u64);
        Ok(())
    }

    fn compact(&mut self) -> Result<(), MemoryError> {
        let old = log_path(&self.folder, self.generation);
        let records = read_log(&self.cipher, &old, self.generation)?;
        let next = self.generation.saturating_add(1);
        let (log, length, next_number) = write_log(&self.cipher, &self.folder, next, &records)?;
        (self.log, self.length, self.next_number, self.generation) = (log, length, next_number, next);
        self.compact_at = compact_at(length);
        fs::remove_file(old)?;
        Ok(())
    }
}

impl MachineMemory for FolderMemory {
    fn load(&mut self) -> Result<Records, MemoryError> {
        read_log(&self.cipher, &log_path(&self.folder, self.generation), self.generation)
    }

    fn commit(&mut self, changes: &[Change]) -> Result<(), MemoryError> {
        self.append(changes)?;
        if self.length >= self.compact_at {
            // The commit itself stands; a compaction that fails, on a full disk say, is tried again later.
            self.compact_at = self.compact_at.saturating_mul(2);
            let _ = self.compact();
        }
        Ok(())
    }
}

struct Found {
    generation: u32,
    is_log: bool,
    path: PathBuf,
}

fn generations(folder: &Path) -> Result<Vec<Found>, MemoryError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let Some((generation, suffix)) = name.strip_prefix("machine-").and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        if let (Ok(generation), "log" | "new") = (generation.parse(), suffix) {
            found.push(Found { generation, is_log: suffix == "log", path: path.clone() });
        }
    }
    Ok(found)
}

fn log_path(folder: &Path, generation: u32) -> PathBuf {
    folder.join(format!("machine-{generation}.log"))
}

fn compact_at(length: u64) -> u64 {
    length.saturating_mul(COMPACT_AT_GROWTH).max(COMPACT_FROM_BYTES)
}

/// Writes all records as a new generation and puts it in place; returns the log, its length and the next frame's number.
fn write_log(
    cipher: &ChaCha20Poly1305,
    folder: &Path,
    generation: u32,
    records: &Records,
) -> Result<(File, u64, u64), MemoryError> {
    let draft = folder.join(format!("machine-{generation}.new"));
    let mut file = OpenOptions::new().create_new(true).write(true).open(&draft)?;
    file.write_all(MAGIC)?;
    let mut length = MAGIC.len() as u64;
    let mut number = 0u64;
    let mut batch = Vec::new();
    let mut batch_bytes = 0usize;
    let mut flush = |batch: &mut Vec<Change>| -> Result<(), MemoryError> {
        let frame = seal(cipher, generation, number, &encode(batch))?;
        file.write_all(&frame)?;
        length = length.saturating_add(frame.len() as u64);
        number = number.saturating_add(1);
        batch.clear();
        Ok(())
    };
    for (key, value) in records {
        batch_bytes = batch_bytes.saturating_add(value.len());
        batch.push(Change { key: *key, value: Some(value.clone()) });
        if batch_bytes >= FRAME_BYTES {
            flush(&mut batch)?;
            batch_bytes = 0;
        }
    }
    // Written even when empty: a log always has a first frame, by which a wrong key is noticed.
    flush(&mut batch)?;
    file.sync_all()?;
    fs::rename(&draft, log_path(folder, generation))?;
    Ok((file, length, number))
}

fn read_log(cipher: &ChaCha20Poly1305, path: &Path, generation: u32) -> Result<Records, MemoryError> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    let Some(mut rest) = bytes.strip_prefix(MAGIC.as_slice()) else {
        return Err(MemoryError::Damaged { position: 0 });
    };
    let mut records = Records::new();
    let mut frames = 0u64;
    while !rest.is_empty() {
        let position = (bytes.len() - rest.len()) as u64;
        // A commit that was being written when the program was killed is short; it was never told.
        let Some((length, after)) = rest.split_first_chunk::<4>() else { break };
        let Some((frame, after)) = after.split_at_checked(u32::from_le_bytes(*length) as usize) else { break };
        let commit = open(cipher, generation, frame).and_then(|plain| decode(&plain));
        match commit {
            Some(changes) => apply(&mut records, &changes),
            None if frames > 0 && after.is_empty() => break,
            None => return Err(MemoryError::Damaged { position }),
        }
        frames = frames.saturating_add(1);
        rest = after;
    }
    if frames == 0 {
        return Err(MemoryError::Damaged { position: MAGIC.len() as u64 });
    }
    Ok(records)
}

fn nonce(generation: u32, number: u64) -> Nonce {
    let mut nonce = [0u8; 12];
    let (first, second) = nonce.split_at_mut(4);
    first.copy_from_slice(&generation.to_le_bytes());
    second.copy_from_slice(&number.to_le_bytes());
    Nonce::from(nonce)
}

fn seal(cipher: &ChaCha20Poly1305, generation: u32, number: u64, plain: &[u8]) -> Result<Vec<u8>, MemoryError> {
    let too_long = || std::io::Error::new(ErrorKind::FileTooLarge, "a commit is longer than four gigabytes");
    let sealed = cipher.encrypt(&nonce(generation, number), plain).map_err(|_| too_long())?;
    let length = u32::try_from(sealed.len().saturating_add(8)).map_err(|_| too_long())?;
    let mut frame = Vec::with_capacity(sealed.len().saturating_add(12));
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&number.to_le_bytes());
    frame.extend_from_slice(&sealed);
    Ok(frame)
}

fn open(cipher: &ChaCha20Poly1305, generation: u32, frame: &[u8]) -> Option<Vec<u8>> {
    let (number, sealed) = frame.split_first_chunk::<8>()?;
    cipher.decrypt(&nonce(generation, u64::from_le_bytes(*number)), sealed).ok()
}

fn encode(changes: &[Change]) -> Vec<u8> {
    let size = changes.iter().map(|change| 22 + change.value.as_ref().map_or(0, Vec::len)).sum();
    let mut out = Vec::with_capacity(size);
    for change in changes {
        out.push(change.key.table);
        out.extend_from_slice(&change.key.id.to_le_bytes());
        let value = change.value.as_deref();
        out.push(u8::from(value.is_some()));
        let value = value.unwrap_or_default();
        // A value longer than four gigabytes cannot occur: the frame that holds it would be refused.
        out.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(value);
    }
    out
}

fn decode(mut rest: &[u8]) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    while let Some((&table, after)) = rest.split_first() {
        let (id, after) = after.split_first_chunk::<16>()?;
        let (&present, after) = after.split_first()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let (value, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let key = RecordKey { table, id: u128::from_le_bytes(*id) };
        changes.push(Change { key, value: (present == 1).then(|| value.to_vec()) });
        rest = after;
    }
    Some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: u128, value: Option<&[u8]>) -> Change {
        Change { key: RecordKey { table: 1, id }, value: value.map(<[u8]>::to_vec) }
    }

    fn only_log(folder: &Path) -> PathBuf {
        let mut logs = generations(folder).unwrap();
        assert_eq!(logs.len(), 1);
        logs.remove(0).path
    }

    #[test]
    fn what_was_committed_is_there_again_and_nothing_stands_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let key = MemoryKey([7; 32]);
        let mut memory = FolderMemory::open(folder.path(), &key).unwrap();
        memory.commit(&[change(1, Some(b"FIRST<<HOLDER")), change(2, Some(b"second"))]).unwrap();
        memory.commit(&[change(1, None), change(3, Some(b""))]).unwrap();
        assert!(matches!(FolderMemory::open(folder.path(), &key), Err(MemoryError::InUse)));
        drop(memory);
        let raw = fs::read(only_log(folder.path())).unwrap();
        assert!(!raw.windows(5).any(|window| window == b"FIRST"));
        for _ in 0..2 {
            let mut memory = FolderMemory::open(folder.path(), &key).unwrap();
            let records = memory.load().unwrap();
            let found: Vec<_> = records.iter().map(|(key, value)| (key.id, value.as_slice())).collect();
            assert_eq!(found, [(2, b"second".as_slice()), (3, b"")]);
        }
    }

    #[test]
    fn a_log_cut_anywhere_holds_whole_commits_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = MemoryKey([1; 32]);
        let mut memory = FolderMemory::open(folder.path(), &key).unwrap();
        for id in 0..3 {
            memory.commit(&[change(id, Some(&[9; 10])), change(id + 100, Some(&[8; 10]))]).unwrap();
        }
        drop(memory);
        let path = only_log(folder.path());
        let whole = fs::read(&path).unwrap();
        let first_frame = MAGIC.len() + 4 + 8 + 16;
        for length in first_frame..whole.len() {
            let copy = tempfile::tempdir().unwrap();
            fs::write(copy.path().join("machine-1.log"), &whole[..length]).unwrap();
            let records = FolderMemory::open(copy.path(), &key).unwrap().load().unwrap();
            assert_eq!(records.len() % 2, 0, "half a commit at {length}");
        }
    }

    #[test]
    fn a_wrong_key_or_a_changed_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = FolderMemory::open(folder.path(), &MemoryKey([1; 32])).unwrap();
        memory.commit(&[change(1, Some(b"x"))]).unwrap();
        memory.commit(&[change(2, Some(b"y"))]).unwrap();
        drop(memory);
        assert!(matches!(
            FolderMemory::open(folder.path(), &MemoryKey([2; 32])),
            Err(MemoryError::Damaged { position: 8 })
        ));
        let path = only_log(folder.path());
        let mut bytes = fs::read(&path).unwrap();
        bytes[45] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(
            FolderMemory::open(folder.path(), &MemoryKey([1; 32])),
            Err(MemoryError::Damaged { position: 36 })
        ));
    }

    #[test]
    fn a_grown_log_is_compacted_while_open() {
        let folder = tempfile::tempdir().unwrap();
        let key = MemoryKey([1; 32]);
        let mut memory = FolderMemory::open(folder.path(), &key).unwrap();
        memory.compact_at = 10_000;
        for round in 0..100u8 {
            memory.commit(&[change(1, Some(&[round; 500]))]).unwrap();
        }
        assert!(memory.length < 50_000);
        assert_eq!(memory.load().unwrap().into_values().next().unwrap(), [99; 500]);
        drop(memory);
        let mut memory = FolderMemory::open(folder.path(), &key).unwrap();
        assert_eq!(memory.load().unwrap().into_values().next().unwrap(), [99; 500]);
    }
}
