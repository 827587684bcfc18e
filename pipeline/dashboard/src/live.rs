//! Keeps an open page live: sends the pieces that have changed, at most once in each interval.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use persoline_domain::texts::Language;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::context::Context;
use crate::place::{Piece, Place};
use crate::site::{LiveLeave, Site};

/// A page is told no more often than this, however much happens.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(500);
/// A page is told at least this often that the connection stands.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a page is told.
#[derive(Debug, Serialize)]
struct News<'a> {
    /// The centre's clock, `14:03`.
    clock: String,
    /// Pieces that have changed: id and HTML.
    pieces: Vec<(&'a str, &'a str)>,
}

/// Sends changed pieces of `place` until the page is closed.
pub(crate) async fn follow(
    site: Arc<Site>,
    leave: LiveLeave,
    place: Place,
    language: Language,
    events: mpsc::Sender<Result<Event, std::convert::Infallible>>,
) {
    let mut news = site.news();
    let mut sent: HashMap<&'static str, String> = HashMap::new();
    loop {
        news.mark_unchanged();
        let (rendered, clock) = {
            let (site, place) = (Arc::clone(&site), place.clone());
            let rendering = tokio::task::spawn_blocking(move || {
                let context = Context::new(&site, language);
                (place.main(&context), context.now.minutes())
            });
            match rendering.await {
                Ok(rendered) => rendered,
                Err(error) => return tracing::error!(%error, "a live page could not be rendered"),
            }
        };
        let mut changed: Vec<&'static str> = Vec::new();
        // A page that cannot be rendered just now stays as it is; the next news may mend it.
        for piece in rendered.map(|main| main.pieces).unwrap_or_default() {
            if let Piece::Live(id, html) = piece
                && sent.get(id).is_none_or(|before| before != html.as_str())
            {
                sent.insert(id, html.into_string());
                changed.push(id);
            }
        }
        let pieces = changed.iter().filter_map(|id| Some((*id, sent.get(id)?.as_str()))).collect();
        let Ok(text) = serde_json::to_string(&News { clock, pieces }) else { return };
        if events.send(Ok(Event::default().data(text))).await.is_err() {
            break;
        }
        tokio::time::sleep(SHORTEST_INTERVAL).await;
        tokio::select! {
            changed = news.changed() => if changed.is_err() { break },
            () = tokio::time::sleep(HEARTBEAT) => {}
            () = events.closed() => break,
        }
    }
    drop(leave);
}
