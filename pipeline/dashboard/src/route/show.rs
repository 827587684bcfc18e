//! `GET` of every page.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use persoline_domain::texts::{Language, Text, refusals};
use serde::Deserialize;

use crate::context::{Context, number};
use crate::page::{self, Notice};
use crate::place::{Place, Problem};
use crate::site::Site;
use crate::visitor::Visitor;

/// What was just done, as the address says after a form was sent.
#[derive(Debug, Default, Deserialize)]
struct Done {
    done: Option<String>,
    count: Option<u64>,
    refused: Option<u64>,
}

impl Done {
    fn notice(&self, language: Language) -> Option<Notice> {
        let done = self.done.as_deref()?;
        if done == "batch" {
            let count = number(self.count.unwrap_or(0));
            let refused = number(self.refused.unwrap_or(0));
            let text = Text::DoneBatch.filled(language, &[("count", &count), ("refused", &refused)]);
            return Some(Notice::Done(text));
        }
        let (_, text) = TOLD.iter().find(|(name, _)| *name == done)?;
        Some(Notice::Done(text.of(language).to_owned()))
    }
}

/// What is said of an act that was done.
const TOLD: [(&str, Text); 23] = [
    ("hold", Text::DoneHold),
    ("stop", Text::DoneStop),
    ("release", Text::DoneRelease),
    ("expedite", Text::DoneExpedite),
    ("unexpedite", Text::DoneUnexpedite),
    ("cancel", Text::DoneCancel),
    ("cancel-stop", Text::DoneCancelStop),
    ("reject", Text::DoneReject),
    ("pause", Text::DonePause),
    ("resume", Text::DoneResume),
    ("drain", Text::DoneDrain),
    ("clear", Text::DoneClear),
    ("acknowledge", Text::DoneAcknowledge),
    ("acknowledge-untold", Text::AcknowledgedUntold),
    ("noted", Text::PausedNoLine),
    ("approve", Text::DoneApprove),
    ("remake", Text::DoneRemake),
    ("remake-part", Text::DoneRemakePart),
    ("decide", Text::DoneDecide),
    ("open", Text::DoneOpen),
    ("close", Text::DoneClose),
    ("name", Text::DoneName),
    ("try", Text::DoneTry),
];

pub(crate) async fn show(State(site): State<Arc<Site>>, request: Request) -> Response {
    let visitor = Visitor::of(&request);
    let Some(place) = Place::parse(request.uri()) else {
        return page::problem(&site, &visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(visitor.language));
    };
    let done = Query::<Done>::try_from_uri(request.uri()).map(|Query(done)| done).unwrap_or_default();
    let notice = done.notice(visitor.language);
    answer(site, visitor, place, StatusCode::OK, notice).await
}

/// The page at `place`, or what went wrong with it.
pub(super) async fn answer(
    site: Arc<Site>,
    visitor: Visitor,
    place: Place,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let (lent, language) = (Arc::clone(&site), visitor.language);
    let rendered = tokio::task::spawn_blocking(move || {
        let context = Context::new(&lent, language);
        let main = place.main(&context);
        (context, main)
    })
    .await;
    match rendered {
        Ok((context, Ok(main))) => page::render(&context, &visitor, status, &main, notice.as_ref()),
        Ok((_, Err(Problem::NotFound(text)))) => page::problem(&site, &visitor, StatusCode::NOT_FOUND, &text),
        Ok((_, Err(Problem::Store(error)))) => {
            let text = refusals::store_error(&error, language);
            page::problem(&site, &visitor, StatusCode::SERVICE_UNAVAILABLE, &text)
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            let text = Text::ErrorTitle.of(language);
            page::problem(&site, &visitor, StatusCode::INTERNAL_SERVER_ERROR, text)
        }
    }
}
