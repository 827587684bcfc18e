//! Short answers: control taken, a command accepted, a picture.

use super::names::Name;
use super::{Malformed, error};
use crate::remote::wire;
use crate::{Acceptance, Attached, CameraImage, Cursor, DeviceError};

pub(crate) fn told_attach(answer: Result<Attached, DeviceError>) -> wire::AttachResponse {
    use wire::attach_response::Answer;
    let answer = match answer {
        Ok(Attached { newest, start_count }) => {
            Answer::Attached(wire::Attached { newest_cursor: newest.0, start_count })
        }
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::AttachResponse { answer: Some(answer) }
}

pub(crate) fn understood_attach(response: wire::AttachResponse) -> Result<Result<Attached, DeviceError>, Malformed> {
    use wire::attach_response::Answer;
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Attached(attached) => Ok(Ok(Attached::new(Cursor(attached.newest_cursor), attached.start_count))),
        Answer::Error(error) => error::understood(error).map(Err),
    }
}

pub(crate) fn told_submit(answer: Result<Acceptance, DeviceError>) -> wire::SubmitResponse {
    use wire::submit_response::Answer;
    let answer = match answer {
        Ok(acceptance) => Answer::Acceptance(acceptance.told()),
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::SubmitResponse { answer: Some(answer) }
}

pub(crate) fn understood_submit(response: wire::SubmitResponse) -> Result<Result<Acceptance, DeviceError>, Malformed> {
    use wire::submit_response::Answer;
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Acceptance(acceptance) => {
            Acceptance::understood(acceptance).map(Ok).ok_or(Malformed::Unknown("the acceptance"))
        }
        Answer::Error(error) => error::understood(error).map(Err),
    }
}

pub(crate) fn told_image(answer: Result<CameraImage, DeviceError>) -> wire::ImageResponse {
    use wire::image_response::Answer;
    let answer = match answer {
        Ok(CameraImage { width, height, dots_per_inch, grey }) => {
            Answer::Image(wire::CameraImage { width, height, dots_per_inch, grey })
        }
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::ImageResponse { answer: Some(answer) }
}

pub(crate) fn understood_image(response: wire::ImageResponse) -> Result<Result<CameraImage, DeviceError>, Malformed> {
    use wire::image_response::Answer;
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Image(image) => {
            let image = CameraImage::new(image.width, image.height, image.dots_per_inch, image.grey);
            image.check_limits()?;
            Ok(Ok(image))
        }
        Answer::Error(error) => error::understood(error).map(Err),
    }
}
