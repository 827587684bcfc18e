//! The box's text protocol: a line in, one or more lines out.

use super::{APDU_BYTES, AT_ONCE, Controller, Entry, FORMAT, Job, QUEUE, Task, Trouble, Verb};

/// The page is a data page of 125 by 88 millimetres.
const PAGE_MICROMETRES: (u64, u64) = (125_000, 88_000);

fn refuse<T>(kind: &'static str, text: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble::untouched(kind, text))
}

fn unhex(word: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = word.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?).ok()).collect()
}

impl Controller {
    /// Answers a request.
    pub(crate) fn answer(&mut self, request: &str) -> String {
        let words: Vec<&str> = request.split(' ').collect();
        let answered = match words.as_slice() {
            ["ATTACH", token] => self.attach(token),
            ["DO", token, key, rest @ ..] => self.take(token, key, rest),
            ["EVENTS", after] => self.events_after(after),
            ["JOURNAL", key] => Ok(self.journal_line(key)),
            ["STATUS"] => Ok(self.status()),
            ["IMAGE", image] => self.image_line(image),
            _ => refuse("invalid", "no such request"),
        };
        answered.unwrap_or_else(|trouble| trouble.line())
    }

    fn attach(&mut self, token: &str) -> Result<String, Trouble> {
        let Ok(token) = token.parse::<u64>() else { return refuse("invalid", "a token is a number") };
        if token < self.token {
            return refuse("fenced", "a newer host is there");
        }
        self.token = token;
        self.attached = true;
        if self.control == "offline" {
            self.control = "remote";
            self.tell("CONTROL remote".to_owned());
        }
        Ok(format!("ATTACHED {} {}", self.newest(), self.starts))
    }

    fn take(&mut self, token: &str, key: &str, words: &[&str]) -> Result<String, Trouble> {
        let (Ok(token), Ok(key)) = (token.parse::<u64>(), u128::from_str_radix(key, 16)) else {
            return refuse("invalid", "token and key are numbers");
        };
        if token < self.token {
            return refuse("fenced", "a newer host is there");
        }
        if token > self.token || !self.attached {
            return refuse("unattached", "attach with this token first");
        }
        // What a page or a chip is given is long, and personal: a key stands for the verb and its first words.
        let named = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        if let Some(entry) = self.journal.get(&key).cloned() {
            if entry.words != named {
                return refuse("invalid", "the key stands for another command");
            }
            if let Some(end) = &entry.end {
                self.tell_end(key, entry.job, end);
            }
            return Ok("REPEATED".to_owned());
        }
        if self.control != "remote" {
            return refuse("state", "the panel commands");
        }
        let verb = self.admit(words)?;
        let job = verb.as_ref().map(|(job, _)| *job);
        self.journal.insert(key, Entry { words: named, job, end: None, lost: false });
        match verb {
            None => self.command(key, words),
            Some((id, verb)) => {
                let fresh = Job { booklet: None, serial: String::new(), touched: false, image: None, task: None };
                let job = self.jobs.entry(id).or_insert(fresh);
                job.task = Some(Task { key, verb, due: None, phase: 0 });
            }
        }
        Ok("ACCEPTED".to_owned())
    }

    /// Commands to the machine as a whole, which were admitted.
    fn command(&mut self, key: u128, words: &[&str]) {
        match words {
            ["CONTROL", word] => return self.do_control(word, Some(key)),
            ["MODE", mode] => {
                self.mode = if *mode == "maintenance" { "maintenance" } else { "production" };
                self.tell(format!("MODE {}", self.mode));
            }
            ["SEEN", id] => {
                let id = id.parse::<u64>().unwrap_or(0);
                for alarm in self.alarms.iter_mut().filter(|alarm| alarm.id == id) {
                    alarm.seen = true;
                }
                self.tell(format!("ALARM SEEN {id}"));
                self.alarms.retain(|alarm| alarm.set || !alarm.seen);
            }
            _ => {}
        }
        self.end(key, "OK DONE".to_owned());
    }

    /// Whether a command can be carried out; what it does to which job.
    fn admit(&self, words: &[&str]) -> Result<Option<(u64, Verb)>, Trouble> {
        match words {
            ["CONTROL", word] => return self.may_control(word).map(|()| None),
            ["MODE", mode] => {
                if !matches!(*mode, "production" | "maintenance") {
                    return refuse("unsupported", "this machine has no such mode");
                }
                if !matches!(self.state, "HALTED" | "READY" | "EMERGENCY") {
                    return refuse("state", "the mode changes only while the machine stands still");
                }
                return Ok(None);
            }
            ["SEEN", id] => {
                let known = self.alarms.iter().any(|alarm| Ok(alarm.id) == id.parse());
                return if known { Ok(None) } else { refuse("missing", "no such alarm") };
            }
            _ => {}
        }
        let Some(Ok(id)) = words.get(1).map(|word| word.parse::<u64>()) else {
            return refuse("invalid", "a job is a number");
        };
        if let ["PICK", _, feeder, format] = words {
            self.admit_pick(id, feeder, format)?;
            return Ok(Some((id, Verb::Pick)));
        }
        let Some(job) = self.jobs.get(&id) else { return refuse("missing", "no such job, or its booklet is out") };
        if job.task.is_some() {
            return refuse("busy", "the job's last command is under way");
        }
        let Some(booklet) = &job.booklet else { return refuse("missing", "the booklet is out") };
        if !matches!(self.state, "RUNNING" | "PAUSED" | "WAITING") || self.mode != "production" {
            return refuse("state", format!("no work in {}", self.state));
        }
        let verb = match words {
            ["CHIP", _, _, _, commands] => Verb::Chip { commands: admit_commands(commands)? },
            ["MARK", _, serial, number, layers @ ..] => {
                if *number != "-" {
                    return refuse("unsupported", "numbers are perforated by the maker");
                }
                if booklet.marks > 0 {
                    return refuse("invalid", "the page is marked");
                }
                admit_layers(layers)?;
                Verb::Mark { serial: (*serial).to_owned() }
            }
            ["PHOTO", _] if booklet.marks > 0 => Verb::Photo,
            ["PHOTO", _] => return refuse("invalid", "the page is not marked"),
            ["OUT", _, stack] => Verb::Out { good: *stack == "good" },
            ["GIVEUP", _] if job.touched => return refuse("state", "the booklet carries data or marks"),
            ["GIVEUP", _] => Verb::GiveUp,
            _ => return refuse("unsupported", "no such command"),
        };
        Ok(Some((id, verb)))
    }

    fn admit_pick(&self, id: u64, feeder: &str, format: &str) -> Result<(), Trouble> {
        let picked = format!("PICK {id}");
        if self.jobs.contains_key(&id) || self.journal.values().any(|entry| entry.words == picked) {
            return refuse("invalid", "the job was used before");
        }
        if feeder != "1" {
            return refuse("missing", "there is one feeder");
        }
        if format != FORMAT {
            return refuse("invalid", "the feeder takes another format");
        }
        if self.state != "RUNNING" || self.mode != "production" {
            return refuse("state", format!("no pick in {}, mode {}", self.state, self.mode));
        }
        let inside = self.jobs.values().filter(|job| job.booklet.is_some() || job.task.is_some()).count();
        if inside >= AT_ONCE + QUEUE {
            return refuse("busy", "enough is under way");
        }
        Ok(())
    }

    fn events_after(&self, after: &str) -> Result<String, Trouble> {
        let Ok(after) = after.parse::<usize>() else { return refuse("invalid", "a cursor is a number") };
        if after > self.events.len() {
            return refuse("gone", "this machine never got that far");
        }
        let lines = self.events.iter().enumerate().skip(after).take(100);
        let lines: Vec<String> = lines.map(|(place, (time, what))| format!("EV {} {time} {what}", place + 1)).collect();
        Ok(lines.join("\n"))
    }

    fn journal_line(&self, key: &str) -> String {
        match u128::from_str_radix(key, 16).ok().and_then(|key| self.journal.get(&key)) {
            None => "NONE".to_owned(),
            Some(Entry { lost: true, .. }) => "LOST".to_owned(),
            Some(Entry { end: Some(end), .. }) => format!("ENDED {end}"),
            Some(_) => "RUNNING".to_owned(),
        }
    }

    fn image_line(&self, image: &str) -> Result<String, Trouble> {
        let taken = self.jobs.values().filter(|job| job.booklet.is_some()).filter_map(|job| job.image);
        match image.parse::<u64>().ok().filter(|image| taken.clone().any(|taken| taken == *image)) {
            Some(_) => Ok(format!("IMG 8 2 300 {}", "00ff".repeat(8))),
            None => refuse("missing", "no such picture, or its booklet is out"),
        }
    }

    /// What is in the feeder.
    pub(crate) fn feeder_line(&self) -> String {
        let (lowest, highest) = self.range.clone().unwrap_or(("-".to_owned(), "-".to_owned()));
        format!("FEEDER {} {lowest} {highest}", self.feeder.len())
    }

    /// A stack's level.
    pub(crate) fn stack_line(&self, good: bool) -> String {
        let name = if good { "good" } else { "reject" };
        format!("STACK {name} {} {}", self.stacked(good), super::STACK_HOLDS)
    }

    fn status(&self) -> String {
        let mut lines = vec![
            format!("STATE {}", self.state),
            format!("MODE {}", self.mode),
            format!("CONTROL {}", self.control),
            self.feeder_line(),
            self.stack_line(true),
            self.stack_line(false),
            format!("COUNT {} {}", self.picked, self.counted_good),
        ];
        lines.extend(self.rejected.iter().map(|(reason, count)| format!("REJECTED {count} {reason}")));
        lines.extend(self.alarms.iter().map(|alarm| {
            format!("ALARM {} {} {} {} {} {}", alarm.id, alarm.code, alarm.severity, alarm.set, alarm.seen, alarm.text)
        }));
        let inside = self.jobs.iter().filter(|(_, job)| job.booklet.is_some());
        lines.extend(inside.map(|(id, job)| format!("JOB {id} {} 2 {}", job.serial, job.touched)));
        let out = self.finished.iter().rev().take(50);
        lines.extend(out.map(|(id, (serial, touched))| format!("JOB {id} {serial} - {touched}")));
        lines.join("\n")
    }
}

fn admit_commands(words: &str) -> Result<Vec<Vec<u8>>, Trouble> {
    let commands: Option<Vec<Vec<u8>>> = words.split(',').map(unhex).collect();
    match commands {
        Some(commands)
            if commands.len() <= 500 && commands.iter().all(|command| (4..=APDU_BYTES).contains(&command.len())) =>
        {
            Ok(commands)
        }
        _ => refuse("invalid", format!("up to 500 commands of 4 to {APDU_BYTES} bytes")),
    }
}

/// One layer for the laser: `laser:png-grey:dpi:left:top:width:height:hex`.
fn admit_layers(layers: &[&str]) -> Result<(), Trouble> {
    let [layer] = layers else { return refuse("invalid", "one layer") };
    let words: Vec<&str> = layer.split(':').collect();
    let ["laser", "png-grey", numbers @ .., bytes] = words.as_slice() else {
        return refuse("unsupported", "the laser takes grey PNG");
    };
    let numbers: Vec<u64> = numbers.iter().filter_map(|number| number.parse().ok()).collect();
    let [dpi, left, top, width, height] = numbers[..] else { return refuse("invalid", "five numbers") };
    if dpi != 300 {
        return refuse("unsupported", "the laser works at 300 pixels per inch");
    }
    let reaches = |start: u64, count: u64| start.saturating_add(count.saturating_mul(25_400) / dpi);
    if reaches(left, width) > PAGE_MICROMETRES.0 || reaches(top, height) > PAGE_MICROMETRES.1 {
        return refuse("invalid", "the layer reaches beyond the page");
    }
    let header = unhex(bytes.get(..48).unwrap_or_default()).unwrap_or_default();
    let is_png = header.starts_with(b"\x89PNG\r\n\x1a\n");
    let size = [width, height].map(|side| u32::try_from(side).unwrap_or(0).to_be_bytes()).concat();
    if !is_png || header.get(16..24) != Some(&size[..]) {
        return refuse("invalid", "the layer is not a PNG of its announced size");
    }
    Ok(())
}
