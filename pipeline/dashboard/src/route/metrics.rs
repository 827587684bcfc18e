//! `/metrics`: counts and times in the text format of Prometheus, version 0.0.4.

use core::fmt::{Display, Write as _};
use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use printer_driver::Severity;

use crate::part::machine::severity;
use crate::sampler::Snapshot;
use crate::site::Site;

pub(super) async fn metrics(State(site): State<Arc<Site>>) -> impl IntoResponse {
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], text(&site.snapshot()))
}

fn text(snapshot: &Snapshot) -> String {
    let mut page = Page(String::new());
    orders(&mut page, snapshot);
    stock(&mut page, snapshot);
    machines(&mut page, snapshot);
    receivers(&mut page, snapshot);
    steps(&mut page, snapshot);
    page.0
}

fn orders(page: &mut Page, snapshot: &Snapshot) {
    page.family("persoline_store_up", "gauge", "Whether the store answered when it was last looked at.");
    page.value("persoline_store_up", &[], u8::from(snapshot.trouble.is_none()));
    page.family("persoline_orders", "gauge", "Orders by state.");
    for (state, count) in &snapshot.counts.by_state {
        page.value("persoline_orders", &[("state", state.name())], count);
    }
    page.family("persoline_orders_overdue", "gauge", "Open orders whose due date has passed.");
    page.value("persoline_orders_overdue", &[], snapshot.overdue());
    page.family("persoline_orders_finished_late_total", "counter", "Documents finished after their due date.");
    page.value("persoline_orders_finished_late_total", &[], snapshot.counts.late);
    page.family("persoline_booklets_spoiled_total", "counter", "Booklets spoiled since the beginning.");
    page.value("persoline_booklets_spoiled_total", &[], snapshot.counts.spoiled);
    if let Some(rate) = snapshot.rate {
        page.family("persoline_rate_documents_per_hour", "gauge", "Documents finished, over the last minutes.");
        page.value("persoline_rate_documents_per_hour", &[], rate.per_hour);
    }
    page.family("persoline_rate_needed_documents_per_hour", "gauge", "The rate that the due dates ask for.");
    let needed = snapshot.needed.map_or(0.0, |needed| needed.per_hour);
    page.value("persoline_rate_needed_documents_per_hour", &[], needed);
}

fn stock(page: &mut Page, snapshot: &Snapshot) {
    let Some((_, books)) = &snapshot.stock else { return };
    page.family("persoline_booklets", "gauge", "Booklets by state.");
    for (state, count) in &books.by_state {
        page.value("persoline_booklets", &[("state", state.name())], count);
    }
    page.family("persoline_booklets_received_total", "counter", "Booklets that deliveries brought.");
    page.value("persoline_booklets_received_total", &[], books.received);
    page.family("persoline_stock_difference", "gauge", "Booklets received less the sum of all states; zero is right.");
    page.value("persoline_stock_difference", &[], books.difference());
}

fn receivers(page: &mut Page, snapshot: &Snapshot) {
    let reports = &snapshot.queues.reports;
    if reports.is_empty() {
        return;
    }
    page.family("persoline_reports_undelivered", "gauge", "Reports that wait for each receiver, 1000 at most.");
    for (receiver, count) in reports {
        page.value("persoline_reports_undelivered", &[("receiver", receiver)], count);
    }
    let help = "Whether a receiver turns reports away, or has stopped, until people put something right.";
    page.family("persoline_receiver_needs_people", "gauge", help);
    for (receiver, _) in reports {
        let needs_people = snapshot.hindered.iter().any(|standing| standing.receiver == *receiver);
        page.value("persoline_receiver_needs_people", &[("receiver", receiver)], u8::from(needs_people));
    }
}

fn machines(page: &mut Page, snapshot: &Snapshot) {
    if snapshot.machines.is_empty() {
        return;
    }
    page.family("persoline_machine_state", "gauge", "PackML state of each machine, as a label.");
    for sight in &snapshot.machines {
        let labels = [("machine", sight.machine.as_str()), ("state", sight.state.name())];
        page.value("persoline_machine_state", &labels, 1);
    }
    page.family("persoline_machine_linked", "gauge", "Whether the link to the machine works.");
    for sight in &snapshot.machines {
        page.value("persoline_machine_linked", &[("machine", sight.machine.as_str())], u8::from(sight.is_linked));
    }
    page.family("persoline_machine_paused", "gauge", "Whether a person has paused the machine.");
    for sight in &snapshot.machines {
        let is_paused = u8::from(snapshot.is_paused(&sight.machine));
        page.value("persoline_machine_paused", &[("machine", sight.machine.as_str())], is_paused);
    }
    page.family("persoline_machine_alarms", "gauge", "Alarms that are set.");
    for sight in &snapshot.machines {
        for level in [Severity::Notice, Severity::Warning, Severity::Critical] {
            let count = sight.alarms.iter().filter(|alarm| alarm.is_set && alarm.severity == level).count();
            let labels = [("machine", sight.machine.as_str()), ("severity", severity(level))];
            page.value("persoline_machine_alarms", &labels, count);
        }
    }
    page.family("persoline_machine_jobs", "gauge", "Jobs under way.");
    for sight in &snapshot.machines {
        page.value("persoline_machine_jobs", &[("machine", sight.machine.as_str())], sight.jobs.len());
    }
    page.family("persoline_feeder_booklets", "gauge", "Booklets left in each feeder.");
    for sight in &snapshot.machines {
        for feeder in &sight.feeders {
            let id = feeder.id.0.to_string();
            let labels = [("machine", sight.machine.as_str()), ("feeder", id.as_str())];
            page.value("persoline_feeder_booklets", &labels, feeder.remaining);
        }
    }
}

fn steps(page: &mut Page, snapshot: &Snapshot) {
    if snapshot.steps.is_empty() {
        return;
    }
    page.family("persoline_step_seconds", "summary", "Time that jobs spent in each step.");
    for (step, time) in &snapshot.steps {
        let labels = [("step", step.name())];
        page.value("persoline_step_seconds_sum", &labels, time.total.as_secs_f64());
        page.value("persoline_step_seconds_count", &labels, time.count);
    }
    page.family("persoline_step_seconds_longest", "gauge", "The longest time that a job spent in each step.");
    for (step, time) in &snapshot.steps {
        page.value("persoline_step_seconds_longest", &[("step", step.name())], time.longest.as_secs_f64());
    }
}

/// A page of metrics. Writing into a string does not fail.
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if index == 0 { '{' } else { ',' });
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_as_the_format_asks() {
        let mut page = Page(String::new());
        page.value("m", &[("a", "x\\\"\ny"), ("b", "1")], 2);
        page.value("n", &[], 0.5);
        assert_eq!(page.0, "m{a=\"x\\\\\\\"\\ny\",b=\"1\"} 2\nn 0.5\n");
    }
}
