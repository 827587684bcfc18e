//! A band that says when what is shown cannot be fresh.

use persoline_domain::texts::refusals;

use crate::context::Context;
use crate::html::Html;
use crate::place::Piece;

/// Says that the store does not answer; empty when it does.
pub(crate) fn piece(context: &Context) -> Piece {
    let html = match &context.snapshot.trouble {
        Some(trouble) => Html::of(
            "<p class=\"notice refused\" role=\"alert\">{}</p>",
            &[&refusals::store_error(trouble, context.language)],
        ),
        None => Html::new(),
    };
    Piece::Live("trouble", html)
}
