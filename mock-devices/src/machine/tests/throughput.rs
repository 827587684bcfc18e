//! The rate of the whole line with all jobs in flight.

use std::collections::BTreeMap;
use std::time::Duration;

use printer_driver::{Completion, ErrorKind, EventBody, Operation};

use super::*;

/// A host that always has the next command ready. Returns when each booklet came out.
fn burn_down(documents: u32, per_command: Duration) -> Vec<Duration> {
    let mut line = Line::running(settings(), 0);
    let booklets = (1..=documents)
        .map(|number| {
            let chip = Box::new(CountingChip::slow(number, per_command));
            MockBooklet::blank(serial(number), Format("passport-32".into()), chip)
        })
        .collect();
    line.core.load(FEEDER, booklets, line.now).unwrap();
    let mut serials = BTreeMap::new();
    let mut out = Vec::new();
    let mut next_job = 1;
    let mut read = line.seen.len();
    while out.len() < documents as usize {
        while next_job <= u64::from(documents) {
            match line.submit(pick(next_job)) {
                Ok(_) => next_job += 1,
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::Busy);
                    break;
                }
            }
        }
        let news = line.seen[read..].to_vec();
        read = line.seen.len();
        for event in &news {
            let EventBody::Completed { job: Some(JobId(job)), result, .. } = &event.body else { continue };
            let next: Operation = match result.as_ref().unwrap() {
                Completion::Picked { serial, .. } => {
                    serials.insert(*job, serial.clone());
                    write(*job)
                }
                Completion::Answered { .. } => {
                    let expected: u32 = serials[job][1..].parse().unwrap();
                    personalise(*job, expected)
                }
                Completion::Personalised { .. } => deliver(*job, Stack::Good),
                _ => {
                    out.push(line.now);
                    continue;
                }
            };
            line.submit(next).unwrap();
        }
        if news.is_empty() {
            assert!(line.step());
        }
    }
    out
}

#[test]
fn three_hundred_an_hour_with_chips_of_four_to_fifteen_seconds() {
    for seconds in [4u64, 10, 15] {
        let out = burn_down(40, Duration::from_millis(seconds * 250));
        let steady = &out[9..];
        let an_hour = 3_600.0 * (steady.len() - 1) as f64 / (steady[steady.len() - 1] - steady[0]).as_secs_f64();
        assert!((270.0..=330.0).contains(&an_hour), "{an_hour:.1} an hour with chips of {seconds} s");
    }
}

#[test]
fn a_single_encoder_would_not_keep_up() {
    let mut alone = settings();
    alone.encoders = 1;
    assert_eq!(alone.timings.documents_per_hour(), 300);
    let mut line = Line::running(alone, 30);
    line.carry_out(pick(1)).unwrap();
    let second = line.submit(pick(2)).unwrap();
    line.settle();
    assert!(line.told(second).is_empty(), "the second booklet waits for the only encoder");
}
