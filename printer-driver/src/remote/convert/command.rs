//! Commands.

use super::names::Name;
use super::{Malformed, key_told, key_understood, small};
use crate::remote::wire;
use crate::remote::wire::submit_request::Operation as Wire;
use crate::{
    AlarmId, ApduScript, Command, ControlCommand, DeviceError, EncodingPackage, FeederId, FencingToken, Format, JobId,
    Layer, LayerCoding, LayerKind, Mode, Operation, Stack,
};

/// # Errors
/// None today; an operation that the link has no words for would be unsupported, untouched.
pub(crate) fn told(command: &Command) -> Result<wire::SubmitRequest, DeviceError> {
    let operation = match &command.operation {
        Operation::Control(control) => Wire::Control(control.told()),
        Operation::SetMode(mode) => Wire::SetMode(mode.told()),
        Operation::AcknowledgeAlarm(alarm) => Wire::AcknowledgeAlarm(alarm.0),
        Operation::Pick { job, feeder, format } => {
            Wire::Pick(wire::Pick { job: job.0, feeder: feeder.0.into(), format: format.0.clone() })
        }
        Operation::Exchange { job, script } => Wire::Exchange(wire::Exchange {
            job: job.0,
            commands: script.commands.clone(),
            accept: script.accept.iter().map(|status| u32::from(*status)).collect(),
            reset_first: script.reset_first,
        }),
        Operation::Encode { job, package } => Wire::Encode(wire::Encode { job: job.0, package: package.0.clone() }),
        Operation::Personalise { job, expected_serial, number, layers } => Wire::Personalise(wire::Personalise {
            job: job.0,
            expected_serial: expected_serial.clone(),
            number: number.clone(),
            layers: layers.iter().map(layer_told).collect(),
        }),
        Operation::Photograph { job } => Wire::Photograph(wire::Photograph { job: job.0 }),
        Operation::Deliver { job, stack } => Wire::Deliver(wire::Deliver { job: job.0, stack: stack.told() }),
        Operation::Cancel { job } => Wire::Cancel(wire::Cancel { job: job.0 }),
    };
    Ok(wire::SubmitRequest { key: key_told(command.key), token: command.token.0, operation: Some(operation) })
}

pub(crate) fn understood(request: wire::SubmitRequest) -> Result<Command, Malformed> {
    let key = key_understood(&request.key)?;
    let operation = request.operation.ok_or(Malformed::Unknown("the operation"))?;
    let command = Command::new(key, FencingToken(request.token), operation_understood(operation)?);
    command.check_limits()?;
    Ok(command)
}

fn operation_understood(operation: Wire) -> Result<Operation, Malformed> {
    Ok(match operation {
        Wire::Control(control) => {
            Operation::Control(ControlCommand::understood(control).ok_or(Malformed::Unknown("the control command"))?)
        }
        Wire::SetMode(mode) => Operation::SetMode(Mode::understood(mode).ok_or(Malformed::Unknown("the mode"))?),
        Wire::AcknowledgeAlarm(alarm) => Operation::AcknowledgeAlarm(AlarmId(alarm)),
        Wire::Pick(pick) => Operation::Pick {
            job: JobId(pick.job),
            feeder: FeederId(small("feeder", pick.feeder)?),
            format: Format(pick.format),
        },
        Wire::Exchange(exchange) => {
            let accept = exchange.accept.iter().map(|status| small("status word", *status));
            let script = ApduScript::new(exchange.commands)
                .with_accept(accept.collect::<Result<_, _>>()?)
                .with_reset_first(exchange.reset_first);
            Operation::Exchange { job: JobId(exchange.job), script }
        }
        Wire::Encode(encode) => Operation::Encode { job: JobId(encode.job), package: EncodingPackage(encode.package) },
        Wire::Personalise(order) => Operation::Personalise {
            job: JobId(order.job),
            expected_serial: order.expected_serial,
            number: order.number,
            layers: order.layers.into_iter().map(layer_understood).collect::<Result<_, _>>()?,
        },
        Wire::Photograph(photograph) => Operation::Photograph { job: JobId(photograph.job) },
        Wire::Deliver(deliver) => Operation::Deliver {
            job: JobId(deliver.job),
            stack: Stack::understood(deliver.stack).ok_or(Malformed::Unknown("the stack"))?,
        },
        Wire::Cancel(cancel) => Operation::Cancel { job: JobId(cancel.job) },
    })
}

fn layer_told(layer: &Layer) -> wire::Layer {
    wire::Layer {
        kind: layer.kind.told(),
        coding: layer.coding.told(),
        dots_per_inch: layer.dots_per_inch,
        left_micrometres: layer.left_micrometres,
        top_micrometres: layer.top_micrometres,
        width: layer.width,
        height: layer.height,
        image: layer.bytes.to_vec(),
    }
}

fn layer_understood(layer: wire::Layer) -> Result<Layer, Malformed> {
    let kind = LayerKind::understood(layer.kind).ok_or(Malformed::Unknown("the layer"))?;
    let coding = LayerCoding::understood(layer.coding).ok_or(Malformed::Unknown("the layer's coding"))?;
    let size = (layer.width, layer.height);
    Ok(Layer::new(kind, coding, layer.dots_per_inch, size, layer.image)
        .at(layer.left_micrometres, layer.top_micrometres))
}
