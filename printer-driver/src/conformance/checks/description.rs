use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{ChipEncoding, ControlMode, EDITION, LayerKind, Mode, State, StationKind};

pub(super) const CONSISTENT: Check = Check {
    name: "description",
    demand: "the machine says who it is and what it can do, and the parts agree",
    run: consistent,
};

fn consistent(bench: &mut Bench<'_>) -> Result<()> {
    bench.open()?;
    let description = bench.description()?.clone();
    let answer = bench.driver()?.describe();
    let again = bench.unexpected("describe", answer)?;
    demand(
        again == description,
        || "two descriptions differ".to_owned(),
        "describe changes nothing and is the same always",
    )?;
    demand(
        (1..=EDITION).contains(&description.edition),
        || format!("edition {}", description.edition),
        "Description::new fills in the edition of the contract",
    )?;
    let identity = &description.identity;
    let names = [&identity.manufacturer, &identity.model, &identity.serial_number, &identity.software_version];
    demand(
        names.iter().all(|name| !name.trim().is_empty()),
        || format!("{identity:?}"),
        "name maker, model, serial number and software version",
    )?;
    let can = &description.capabilities;
    for state in State::REQUIRED {
        demand(can.states.contains(&state), || format!("{} is not announced", state.name()), "see State::REQUIRED")?;
    }
    demand(!can.formats.is_empty(), || "no formats".to_owned(), "list the formats that the machine takes")?;
    demand(!can.layers.is_empty(), || "no layers".to_owned(), "list the layers that the machine marks")?;
    demand(
        !can.dots_per_inch.is_empty() && !can.dots_per_inch.contains(&0),
        || format!("resolutions {:?}", can.dots_per_inch),
        "list the resolutions that the machine takes, in pixels per inch",
    )?;
    let uncoded: Vec<&LayerKind> =
        can.layers.iter().filter(|layer| !can.codings.iter().any(|(kind, _)| kind == *layer)).collect();
    demand(uncoded.is_empty(), || format!("no coding for {uncoded:?}"), "list at least one coding for each layer")?;
    demand(can.jobs_at_once >= 1, || "no booklet can be under way".to_owned(), "jobs_at_once is one at least")?;
    demand(
        can.modes.contains(&Mode::Production) && can.control_modes.contains(&ControlMode::Remote),
        || format!("modes {:?}, control {:?}", can.modes, can.control_modes),
        "a machine works in production and can be commanded by a host",
    )?;
    demand(
        (261..=crate::limits::MAX_APDU_BYTES).contains(&(can.apdu_bytes as usize)),
        || format!("apdu_bytes is {}", can.apdu_bytes),
        "a coupler takes short commands at least, 261 bytes, and extended length at most",
    )?;
    if let ChipEncoding::Machine { recipient } = &can.encoding {
        demand(
            recipient.len() == 65 && recipient.first() == Some(&4),
            || format!("a public key of {} bytes", recipient.len()),
            "the recipient is an uncompressed point on P-256: 65 bytes that begin with 04",
        )?;
    }
    let mut numbers: Vec<_> = description.stations.iter().map(|station| station.id).collect();
    numbers.sort_unstable();
    numbers.dedup();
    demand(
        numbers.len() == description.stations.len(),
        || "two stations have one number".to_owned(),
        "each station has a number of its own",
    )?;
    let has = |kind| description.stations.iter().any(|station| station.kind == kind);
    demand(
        has(StationKind::Feed) && has(StationKind::Output),
        || "no way in or no way out".to_owned(),
        "list the stations in the order of the booklet's way, from a Feed to an Output",
    )?;
    let snapshot = bench.snapshot()?;
    for feeder in &snapshot.feeders {
        demand(
            feeder.format.as_ref().is_none_or(|format| can.formats.contains(format)),
            || format!("feeder {} holds a format that is not announced", feeder.id.0),
            "Capabilities::formats lists every format",
        )?;
    }
    let odd = snapshot.consumables.iter().find(|at| at.level_per_mille > 1_000 || at.name.trim().is_empty());
    demand(
        odd.is_none(),
        || format!("a consumable is told as {odd:?}"),
        "name each consumable, and tell its level in thousandths of full",
    )?;
    let unknown = snapshot.stations.iter().find(|station| !numbers.contains(&station.id));
    demand(
        unknown.is_none() && can.states.contains(&snapshot.state) && can.modes.contains(&snapshot.mode),
        || format!("the snapshot tells state {}, mode {:?}, station {unknown:?}", snapshot.state.name(), snapshot.mode),
        "a snapshot tells nothing that is not announced",
    )
}
