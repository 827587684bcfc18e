//! Who a machine is and what it can do.

use super::names::Name;
use super::{Malformed, error, small};
use crate::remote::wire;
use crate::remote::wire::chip_encoding::Encoding;
use crate::remote::wire::describe_response::Answer;
use crate::{
    Capabilities, ChipEncoding, Description, DeviceError, Format, Identity, LayerCoding, LayerKind, Numbering,
    StationDescription, StationId, StationKind,
};

pub(crate) fn told(answer: Result<Description, DeviceError>) -> wire::DescribeResponse {
    let answer = match answer {
        Ok(description) => Answer::Description(description_told(description)),
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::DescribeResponse { answer: Some(answer) }
}

pub(crate) fn understood(response: wire::DescribeResponse) -> Result<Result<Description, DeviceError>, Malformed> {
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Description(description) => description_understood(description).map(Ok),
        Answer::Error(error) => error::understood(error).map(Err),
    }
}

fn description_told(description: Description) -> wire::Description {
    let Description { edition, identity, capabilities, stations } = description;
    let Identity { manufacturer, model, serial_number, software_version } = identity;
    let station = |station: StationDescription| wire::StationDescription {
        id: station.id.0.into(),
        kind: station.kind.told(),
        name: station.name,
    };
    wire::Description {
        edition,
        identity: Some(wire::Identity { manufacturer, model, serial_number, software_version }),
        capabilities: Some(capabilities_told(capabilities)),
        stations: stations.into_iter().map(station).collect(),
    }
}

fn capabilities_told(capabilities: Capabilities) -> wire::Capabilities {
    let encoding = match capabilities.encoding {
        ChipEncoding::Coupler => Encoding::Coupler(wire::CouplerEncoding {}),
        ChipEncoding::Machine { recipient } => Encoding::Machine(wire::MachineEncoding { recipient }),
    };
    let coding =
        |(kind, coding): (LayerKind, LayerCoding)| wire::LayerCodingOf { kind: kind.told(), coding: coding.told() };
    wire::Capabilities {
        states: numbers(capabilities.states),
        modes: numbers(capabilities.modes),
        control_modes: numbers(capabilities.control_modes),
        formats: capabilities.formats.into_iter().map(|format| format.0).collect(),
        numbering: capabilities.numbering.told(),
        layers: numbers(capabilities.layers),
        dots_per_inch: capabilities.dots_per_inch,
        codings: capabilities.codings.into_iter().map(coding).collect(),
        encoding: Some(wire::ChipEncoding { encoding: Some(encoding) }),
        jobs_at_once: capabilities.jobs_at_once,
        queue_depth: capabilities.queue_depth,
        apdu_bytes: capabilities.apdu_bytes,
        documents_per_hour: capabilities.documents_per_hour,
    }
}

fn description_understood(description: wire::Description) -> Result<Description, Malformed> {
    let identity = description.identity.ok_or(Malformed::Missing("the identity"))?;
    let wire::Identity { manufacturer, model, serial_number, software_version } = identity;
    let capabilities = description.capabilities.ok_or(Malformed::Missing("the capabilities"))?;
    let station = |station: wire::StationDescription| {
        let kind = StationKind::understood(station.kind).unwrap_or(StationKind::Other);
        Ok(StationDescription::new(StationId(small("station", station.id)?), kind, station.name))
    };
    let stations = description.stations.into_iter().map(station).collect::<Result<_, Malformed>>()?;
    let identity = Identity::new(manufacturer, model, serial_number, software_version);
    let mut understood = Description::new(identity, capabilities_understood(capabilities)?).with_stations(stations);
    understood.edition = description.edition;
    understood.check_limits()?;
    Ok(understood)
}

/// Values that are not known are left out of lists. Without knowing how numbers and chips are dealt with, a host cannot
/// work with the machine at all.
fn capabilities_understood(wire: wire::Capabilities) -> Result<Capabilities, Malformed> {
    let encoding = match wire.encoding.and_then(|encoding| encoding.encoding) {
        Some(Encoding::Coupler(_)) => ChipEncoding::Coupler,
        Some(Encoding::Machine(machine)) => ChipEncoding::Machine { recipient: machine.recipient },
        None => return Err(Malformed::Unknown("the way of encoding chips")),
    };
    let coding = |of: wire::LayerCodingOf| Some((LayerKind::understood(of.kind)?, LayerCoding::understood(of.coding)?));
    let mut capabilities = Capabilities::minimal();
    capabilities.states = names(wire.states);
    capabilities.modes = names(wire.modes);
    capabilities.control_modes = names(wire.control_modes);
    capabilities.formats = wire.formats.into_iter().map(Format).collect();
    capabilities.numbering =
        Numbering::understood(wire.numbering).ok_or(Malformed::Unknown("the way of numbering booklets"))?;
    capabilities.layers = names(wire.layers);
    capabilities.dots_per_inch = wire.dots_per_inch;
    capabilities.codings = wire.codings.into_iter().filter_map(coding).collect();
    capabilities.encoding = encoding;
    capabilities.jobs_at_once = wire.jobs_at_once;
    capabilities.queue_depth = wire.queue_depth;
    capabilities.apdu_bytes = wire.apdu_bytes;
    capabilities.documents_per_hour = wire.documents_per_hour;
    Ok(capabilities)
}

fn numbers<N: Name>(names: Vec<N>) -> Vec<i32> {
    names.into_iter().map(Name::told).collect()
}

fn names<N: Name>(numbers: Vec<i32>) -> Vec<N> {
    numbers.into_iter().filter_map(N::understood).collect()
}
