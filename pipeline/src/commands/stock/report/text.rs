//! The report as an auditor reads it, from top to bottom.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::tz::TimeZone;
use persoline_domain::booklet::{BookletMove, BookletState};
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{Actor, BookletSerial};
use persoline_domain::stock::{LogPosition, SerialRange, StockClass, StockEntry, StockPeriod, StockReport, step_name};
use persoline_domain::texts::reasons;

/// Widest line of serials.
const WIDTH: usize = 110;

/// Who made the report, and when.
pub(super) struct Run<'a> {
    /// Issuing state as the MRZ writes it.
    pub(super) state: &'a str,
    /// By whom.
    pub(super) by: Actor,
    /// When.
    pub(super) at: Timestamp,
    /// Where the centre is.
    pub(super) zone: &'a TimeZone,
}

/// The whole report.
pub(super) fn write(report: &StockReport, run: &Run<'_>) -> String {
    let mut page = Page { text: String::new(), zone: run.zone };
    page.head(report, run);
    page.section("1. Opening stock");
    page.stock(report.opening(), |booklet| booklet.opening, report);
    page.section("2. Movements");
    page.movements(report);
    page.section("3. Destroyed, each by two people");
    page.list(report, &[BookletMove::Destroy], |entry| {
        let witness = entry.act.witness.as_deref().unwrap_or("nobody");
        format!("by {}, before the eyes of {witness}", who(&entry.act.actor))
    });
    page.section("4. Missing and found");
    page.list(report, &[BookletMove::Lose, BookletMove::Find], |entry| {
        let what = if entry.step.step == Some(BookletMove::Lose) { "missing" } else { "found" };
        let from = entry.step.from.map_or("", BookletState::name);
        format!("{what}, was {from}{}; by {}", reason(entry), who(&entry.act.actor))
    });
    page.section("5. Spoiled");
    page.list(report, &[BookletMove::Spoil], |entry| {
        let from = entry.step.from.map_or("", BookletState::name);
        let made_again = match (&entry.booklet.replaced_by, entry.booklet.order) {
            (Some(serial), _) => format!("made again as {serial}"),
            (None, Some(order)) => format!("order {order} not made again yet"),
            (None, None) => "never bound".to_owned(),
        };
        let place = entry.act.machine.as_ref().map(|machine| format!(" in {machine}")).unwrap_or_default();
        format!("was {from}{place}{}; by {}; {made_again}", reason(entry), who(&entry.act.actor))
    });
    page.section("6. In quarantine at the end");
    page.quarantine(report);
    page.section("7. Closing stock");
    page.stock(report.closing(), |booklet| Some(booklet.closing), report);
    page.section("8. Opening + entered - left = closing");
    page.equation(report);
    page.section("9. State columns against the log");
    page.disagreements(report);
    page.line("");
    page.line(&format!("DIFFERENCE {}", report.difference()));
    page.text
}

struct Page<'a> {
    text: String,
    zone: &'a TimeZone,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn section(&mut self, title: &str) {
        self.line("");
        self.line(title);
    }

    fn moment(&self, at: Timestamp) -> String {
        jiff::Timestamp::from_millisecond(at.0).map_or_else(
            |_| at.to_string(),
            |moment| moment.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S%:z").to_string(),
        )
    }

    fn head(&mut self, report: &StockReport, run: &Run<'_>) {
        let span = &report.span;
        self.line(&format!("BOOKLET LEDGER of the personalisation centre, issuing state {}", run.state));
        let asked = match report.period {
            StockPeriod::All => "everything since the beginning".to_owned(),
            StockPeriod::Shift(shift) => format!("shift {shift}, from the close of the one before"),
            StockPeriod::Sequences { after, through } => format!("after event {after} through event {through}"),
            StockPeriod::Times { from, to } => match (from.0, to.0) {
                (i64::MIN, _) => format!("everything before {}", self.moment(to)),
                (_, i64::MAX) => format!("everything from {}", self.moment(from)),
                _ => format!("from {} to before {}", self.moment(from), self.moment(to)),
            },
        };
        self.line(&format!("period     {asked}"));
        let times = match (span.first, span.last) {
            (Some(first), Some(last)) => format!(", {} to {}", self.moment(first), self.moment(last)),
            _ => ", in which nothing happened".to_owned(),
        };
        self.line(&format!("events     after {} through {}{times}", span.after.sequence, span.through.sequence));
        self.line(&format!("           hash before {}", hash(&span.after)));
        self.line(&format!("           hash at end {}", hash(&span.through)));
        self.line(&format!("log        read from event 1 to event {}, its hash chain unbroken", span.head.sequence));
        self.line(&format!("           hash        {}", hash(&span.head)));
        let at = self.moment(run.at);
        self.line(&format!("made       by {} at {at}, from the event log alone", who(&run.by)));
    }

    /// Counts by class and state, with the serials of what can still be laid hands on.
    fn stock(
        &mut self,
        counts: BTreeMap<(StockClass, BookletState), u64>,
        state_of: impl Fn(&persoline_domain::stock::StockBooklet) -> Option<BookletState>,
        report: &StockReport,
    ) {
        if counts.is_empty() {
            self.line("   none");
        }
        let mut total = 0;
        for ((class, state), count) in counts {
            total += count;
            let is_here = !matches!(state, BookletState::HandedOver | BookletState::Destroyed | BookletState::Returned);
            let here = report.booklets.iter().filter(|b| is_here && b.class == class && state_of(b) == Some(state));
            let serials = SerialRange::of(here.map(|booklet| &booklet.serial));
            self.counted(&format!("   {:<34} {:<12} {count:>8}", class.to_string(), state.name()), &serials);
        }
        self.line(&format!("   {:<34} {:<12} {total:>8}", "all", ""));
    }

    /// A line with its serials, over as many lines as they need.
    fn counted(&mut self, beginning: &str, serials: &[SerialRange]) {
        let indent = beginning.chars().count();
        let mut line = beginning.to_owned();
        for range in serials {
            let text = range.to_string();
            if line.chars().count() > indent && line.chars().count() + text.len() + 2 > WIDTH.max(indent + 24) {
                self.line(&line);
                line = " ".repeat(indent);
            }
            let _ = write!(line, "  {text}");
        }
        self.line(&line);
    }

    fn movements(&mut self, report: &StockReport) {
        let flows = report.flows();
        if flows.is_empty() {
            self.line("   none");
        }
        for flow in flows {
            let from = flow.from.map_or("the maker", BookletState::name);
            let way = format!("{from} -> {}", flow.to.name());
            let class = flow.class.to_string();
            let beginning = format!("   {:<11} {way:<26} {class:<34} {:>8}", step_name(flow.step), flow.count);
            self.counted(&beginning, &flow.serials);
        }
    }

    /// Acts of some kinds, those that agree in everything told as one line with their serials.
    fn list(&mut self, report: &StockReport, steps: &[BookletMove], tell: impl Fn(&StockEntry<'_>) -> String) {
        let mut lines: Vec<(String, Vec<&BookletSerial>)> = Vec::new();
        let found = report.entries().filter(|entry| entry.step.step.is_some_and(|step| steps.contains(&step)));
        for entry in found {
            let beginning = format!("   {}  event {}  {}", self.moment(entry.act.at), entry.act.sequence, tell(&entry));
            match lines.last_mut() {
                Some((same, serials)) if *same == beginning => serials.push(&entry.booklet.serial),
                _ => lines.push((beginning, vec![&entry.booklet.serial])),
            }
        }
        if lines.is_empty() {
            self.line("   none");
        }
        for (beginning, serials) in lines {
            self.line(&beginning);
            self.counted("      ", &SerialRange::of(serials));
        }
    }

    fn quarantine(&mut self, report: &StockReport) {
        let open: Vec<_> = report.booklets.iter().filter(|b| b.closing == BookletState::Quarantined).collect();
        if open.is_empty() {
            self.line("   none");
        }
        // The move into quarantine says since when and why; without one in the period it lay there before.
        let mut since: BTreeMap<&BookletSerial, StockEntry<'_>> = BTreeMap::new();
        for entry in report.entries().filter(|entry| entry.step.to == BookletState::Quarantined) {
            since.insert(&entry.booklet.serial, entry);
        }
        for booklet in open {
            let order = booklet.order.map(|order| format!(", bound to order {order}")).unwrap_or_default();
            let told = match since.get(&booklet.serial) {
                Some(entry) => format!("since {}{}", self.moment(entry.act.at), reason(entry)),
                None => "since before".to_owned(),
            };
            self.line(&format!("   {}  {}  {told}{order}", booklet.serial, booklet.class));
        }
    }

    fn equation(&mut self, report: &StockReport) {
        self.line(&format!(
            "   {:<12} {:>9} {:>9} {:>9} {:>9} {:>11}",
            "state", "opening", "entered", "left", "closing", "difference"
        ));
        for sum in report.sums() {
            let (state, difference) = (sum.state.name(), sum.difference());
            self.line(&format!(
                "   {state:<12} {:>9} {:>9} {:>9} {:>9} {difference:>11}",
                sum.opening, sum.entered, sum.left, sum.closing
            ));
        }
        let before = report.booklets.iter().filter(|booklet| booklet.opening.is_some()).count();
        let within = report.moves.iter().filter(|step| step.from.is_none()).count();
        self.line(&format!(
            "   received before {before} + received within {within} = {} in the books",
            report.booklets.len()
        ));
    }

    fn disagreements(&mut self, report: &StockReport) {
        if report.disagreements.is_empty() {
            self.line(&format!("   every booklet stands there as event {} left it", report.span.head.sequence));
        }
        for wrong in &report.disagreements {
            let log = wrong.log.map_or("never received", BookletState::name);
            let books = wrong.books.as_deref().unwrap_or("not there");
            self.line(&format!("   {}  by the log {log}, by the columns {books}", wrong.serial));
        }
    }
}

fn who(actor: &Actor) -> String {
    match actor {
        Actor::Line => "the line".to_owned(),
        Actor::Machine(name) => format!("machine {name}"),
        Actor::Person(name) => name.clone(),
        Actor::Command(name) => format!("the command line of {name}"),
    }
}

fn reason(entry: &StockEntry<'_>) -> String {
    let code = entry.act.reason.as_str();
    match reasons::reason(code) {
        _ if code.is_empty() => String::new(),
        Some(text) => format!(": {} ({code})", text.english),
        None => format!(": {code}"),
    }
}

fn hash(position: &LogPosition) -> String {
    position.hash.to_string()
}
