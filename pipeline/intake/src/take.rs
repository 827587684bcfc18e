//! A whole file: streamed, checked, handed on in batches, and what is bad set aside.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use persoline_domain::application::Payload;
use persoline_domain::identifiers::{ApplicationNumber, Digest};

use crate::digest;
use crate::error::{IntakeError, TakeError};
use crate::fault::Fault;
use crate::intake::Intake;
use crate::lines::{Line, Lines};
use crate::set_aside::{RestError, SetAside, SetAsideWriter};
use crate::trust;

/// Faults that a summary repeats, at most; all stand in the file beside what was set aside.
const FAULTS_IN_SUMMARY: usize = 100;
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// What whoever takes the applications says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is an order now.
    Accepted,
    /// It is an order now, and held: the same person has another open order.
    Held,
    /// The same record was taken before; nothing has changed.
    Unchanged,
    /// It is refused, and will be set aside.
    Refused(Refusal),
}

/// Why an application that is sound in itself is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field concerned.
    pub field: String,
    /// What is wrong; nothing personal.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Refusal {
    /// Another record was accepted under the same number before.
    pub fn other_record_under_this_number() -> Self {
        Refusal {
            field: "application_number".to_owned(),
            what: "another record was accepted under this number before".to_owned(),
            remedy: "Ask the register which is right; a change needs a new application number.".to_owned(),
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// The file.
    pub path: PathBuf,
    /// Records in it; empty lines are none.
    pub records: u64,
    /// Of these accepted, the held ones among them.
    pub accepted: u64,
    /// Of the accepted ones held.
    pub held: u64,
    /// Taken before and unchanged.
    pub unchanged: u64,
    /// Set aside.
    pub set_aside: u64,
    /// Where, if any.
    pub place: Option<SetAside>,
    /// The first hundred faults.
    pub faults: Vec<Fault>,
}

impl Intake<'_> {
    /// Takes in a file: hands its good records to `sink` in batches, in their order, and sets the others aside beside the
    /// file. `sink` answers for each application of a batch, in the same order, once it is durable. Feeding a file again
    /// is harmless. Memory is bounded by [`crate::Limits`] and some sixty bytes for each record.
    ///
    /// # Errors
    /// [`TakeError::Intake`] when the file is not trusted or cannot be read, or what is set aside cannot be written;
    /// [`TakeError::Sink`] when `sink` fails, [`TakeError::Answers`] when it answers for another number of
    /// applications. A bad record is none of these: it is set aside.
    pub fn take_file<E>(
        &self,
        path: &Path,
        sink: &mut dyn FnMut(Vec<Payload>) -> Result<Vec<Taken>, E>,
    ) -> Result<FileSummary, TakeError<E>> {
        let reader = trust::open(path, &self.trust)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut lines = Lines::new(reader, self.limits.line_bytes);
        let mut run = Run::new(path);
        let mut buffer = Vec::new();
        let mut number = 0u64;
        loop {
            let read = lines.next(&mut buffer).map_err(|source| run.unreadable(source))?;
            let Some(line) = read else { break };
            number += 1;
            if line == Line::TooLong {
                run.summary.records += 1;
                let faults = [self.too_long(number)];
                run.set_aside(&buffer, None, &faults, |to| match lines.rest(to) {
                    Ok(written) => written.map_err(RestError::Write),
                    Err(error) => Err(RestError::Read(error)),
                })?;
                continue;
            }
            let text = if number == 1 { buffer.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&buffer) } else { &buffer };
            if text.trim_ascii().is_empty() {
                continue;
            }
            run.summary.records += 1;
            match self.check_record(number, text, folder).and_then(|payload| run.new_in_file(number, payload)) {
                Ok(payload) => run.queue(number, text, payload),
                Err(faults) => run.set_aside(text, None, &faults, |_| Ok(()))?,
            }
            if run.batch.len() >= self.limits.batch_records || run.batch_bytes >= self.limits.batch_bytes {
                run.hand_on(sink)?;
            }
        }
        run.hand_on(sink)?;
        Ok(run.finish()?)
    }

    fn too_long(&self, line: u64) -> Fault {
        Fault {
            line,
            field: "record".to_owned(),
            what: format!("more than {} bytes on one line", self.limits.line_bytes),
            remedy: "Put one record on each line, pictures in files of their own.".to_owned(),
        }
    }
}

/// A file on its way.
struct Run {
    summary: FileSummary,
    aside: SetAsideWriter,
    batch: Vec<Payload>,
    batch_bytes: usize,
    // Of each application of the batch: line number, line, application number.
    batch_lines: Vec<(u64, Vec<u8>, ApplicationNumber)>,
    // Of each application number seen, shortened: its line and the digest of its record, shortened.
    seen: HashMap<[u8; 16], (u64, [u8; 16])>,
}

impl Run {
    fn new(path: &Path) -> Self {
        let summary = FileSummary {
            path: path.to_owned(),
            records: 0,
            accepted: 0,
            held: 0,
            unchanged: 0,
            set_aside: 0,
            place: None,
            faults: Vec::new(),
        };
        Run {
            summary,
            aside: SetAsideWriter::new(path),
            batch: Vec::new(),
            batch_bytes: 0,
            batch_lines: Vec::new(),
            seen: HashMap::new(),
        }
    }

    fn unreadable(&self, source: std::io::Error) -> IntakeError {
        IntakeError::Read { path: self.summary.path.clone(), source }
    }

    /// Refuses a second, different record under a number of this file. The same record again goes on and changes nothing.
    fn new_in_file(&mut self, line: u64, payload: Payload) -> Result<Payload, Vec<Fault>> {
        let number = shortened(digest::of_bytes(payload.application.number.as_str().as_bytes()));
        let record = shortened(payload.application.digest);
        let (first, as_first) = *self.seen.entry(number).or_insert((line, record));
        if as_first == record {
            return Ok(payload);
        }
        Err(vec![Fault {
            line,
            field: "application_number".to_owned(),
            what: format!("another record has this number on line {first} of the file"),
            remedy: "Ask the register which is right, and send each number once.".to_owned(),
        }])
    }

    fn queue(&mut self, line: u64, text: &[u8], payload: Payload) {
        let signature = payload.signature.as_ref().map_or(0, |signature| signature.expose().len());
        self.batch_bytes += payload.portrait.expose().len() + signature;
        self.batch_lines.push((line, text.to_owned(), payload.application.number.clone()));
        self.batch.push(payload);
    }

    fn hand_on<E>(&mut self, sink: &mut dyn FnMut(Vec<Payload>) -> Result<Vec<Taken>, E>) -> Result<(), TakeError<E>> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.batch_bytes = 0;
        let lines = std::mem::take(&mut self.batch_lines);
        let answers = sink(std::mem::take(&mut self.batch)).map_err(TakeError::Sink)?;
        if answers.len() != lines.len() {
            return Err(TakeError::Answers { answers: answers.len(), applications: lines.len() });
        }
        for ((line, text, number), answer) in lines.into_iter().zip(answers) {
            match answer {
                Taken::Accepted => self.summary.accepted += 1,
                Taken::Held => {
                    self.summary.accepted += 1;
                    self.summary.held += 1;
                }
                Taken::Unchanged => self.summary.unchanged += 1,
                Taken::Refused(Refusal { field, what, remedy }) => {
                    let faults = [Fault { line, field, what, remedy }];
                    self.set_aside(&text, Some(number.as_str()), &faults, |_| Ok(()))?;
                }
            }
        }
        Ok(())
    }

    fn set_aside(
        &mut self,
        text: &[u8],
        name: Option<&str>,
        faults: &[Fault],
        rest: impl FnOnce(&mut dyn std::io::Write) -> Result<(), RestError>,
    ) -> Result<(), IntakeError> {
        self.aside.add(text, rest, name, faults)?;
        self.summary.set_aside += 1;
        let room = FAULTS_IN_SUMMARY.saturating_sub(self.summary.faults.len());
        self.summary.faults.extend(faults.iter().take(room).cloned());
        Ok(())
    }

    fn finish(mut self) -> Result<FileSummary, IntakeError> {
        self.summary.place = self.aside.finish()?;
        Ok(self.summary)
    }
}

/// Half of a digest is enough to tell records of one file apart.
fn shortened(digest: Digest) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(digest.0).for_each(|(to, from)| *to = from);
    half
}
