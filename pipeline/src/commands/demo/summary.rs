//! What the demo has done, in words and as JSON.

use std::collections::BTreeMap;

use persoline_domain::order::OrderState;
use persoline_stage::CentreWorkshop;
use serde::Serialize;

use crate::commands::run::ReportView;
use crate::commands::{report as report_command, say};
use crate::exit::Failure;
use crate::people::{self, Done};
use crate::running::RunReport;

/// What the demo has done, as JSON.
#[derive(Serialize)]
pub(super) struct Summary {
    documents_good: u64,
    booklets_spoiled: u64,
    held: u64,
    seconds: f64,
    documents_per_second_of_preparation: f64,
    milliseconds_per_stage: BTreeMap<&'static str, f64>,
    first_pieces_approved: u64,
    samples_approved: u64,
    remakes_approved: u64,
    /// The shift that was closed; null when the count by hand did not agree with the books.
    shift_closed: Option<u64>,
    run: ReportView,
}

impl Summary {
    /// The summary of a run.
    pub(super) fn of(report: &RunReport, workshop: &CentreWorkshop, done: Done, shift_closed: Option<u64>) -> Self {
        let times = workshop.times().all();
        let preparation: f64 =
            times.iter().filter(|(stage, _)| **stage != "verify").map(|(_, time)| time.total.as_secs_f64()).sum();
        let tickets = times.get("sign").map_or(0, |time| time.count);
        Summary {
            documents_good: report.counts.count(OrderState::Finished),
            booklets_spoiled: report.counts.spoiled,
            held: report.counts.count(OrderState::Held),
            seconds: report.seconds,
            documents_per_second_of_preparation: if preparation > 0.0 { tickets as f64 / preparation } else { 0.0 },
            milliseconds_per_stage: times
                .iter()
                .map(|(stage, time)| (*stage, time.total.as_secs_f64() * 1000.0 / time.count.max(1) as f64))
                .collect(),
            first_pieces_approved: done.first_pieces,
            samples_approved: done.samples,
            remakes_approved: done.remakes,
            shift_closed,
            run: ReportView::of(report),
        }
    }

    /// Tells it.
    pub(super) fn tell(&self, report: &RunReport) -> Result<(), Failure> {
        say("")?;
        say(format!("documents good        {}", self.documents_good))?;
        say(format!("booklets spoiled      {}", self.booklets_spoiled))?;
        say(format!("held for a person     {}", self.held))?;
        say(format!("line time             {:.1} s", self.seconds))?;
        let rate = self.documents_per_second_of_preparation;
        say(format!("preparation           {rate:.1} documents a second and core"))?;
        for (stage, time) in &self.milliseconds_per_stage {
            say(format!("  {stage:<10} {time:>8.2} ms"))?;
        }
        say(format!(
            "verification          {} documents read back from chip and page, passive authentication to the country signer",
            self.documents_good
        ))?;
        say(format!(
            "{:<21} approved {} first pieces and {} samples, and with {} {} remakes",
            people::INSPECTOR,
            self.first_pieces_approved,
            self.samples_approved,
            people::LEADER,
            self.remakes_approved
        ))?;
        report.reports.iter().try_for_each(report_command::tell)
    }
}
