//! Both kinds of mock machine pass the whole kit, also over a link that fails.

use printer_driver::conformance::{self, Report};

use super::*;
use crate::link::LinkFault;

fn demand_all(report: &Report) {
    assert!(report.is_conformant(), "{report}");
    assert_eq!(report.not_run().count(), 0, "{report}");
    assert_eq!(report.passed(), conformance::check_names().count());
}

#[test]
fn the_line_for_pre_numbered_booklets_passes_the_kit() {
    demand_all(&conformance::check(&mut MockRig::line_300(1).unwrap()));
}

#[test]
fn the_engraving_line_passes_the_kit() {
    demand_all(&conformance::check(&mut MockRig::engraving_line_150(1).unwrap()));
}

#[test]
fn over_a_link_that_disturbs_events_both_pass() {
    let rates = [
        (LinkFault::EventsTwice, 200_000),
        (LinkFault::EventsLate, 30_000),
        (LinkFault::EventsShuffled, 200_000),
        (LinkFault::EventsGapped, 200_000),
    ];
    let plan = LinkPlan { seed: 5, rates_per_million: rates.into(), ..LinkPlan::none() };
    for rig in [MockRig::line_300(2), MockRig::engraving_line_150(2)] {
        let mut rig = rig.unwrap().with_link(plan.clone());
        demand_all(&conformance::check(&mut rig));
        assert!(rates.iter().all(|(fault, _)| rig.link().reached()[fault.name()] > 0));
    }
}
