//! Parts that pages are made of.

pub(crate) mod acts;
pub(crate) mod booklets;
pub(crate) mod due;
pub(crate) mod events;
pub(crate) mod machine;
pub(crate) mod order_acts;
pub(crate) mod orders;
pub(crate) mod pace;
pub(crate) mod reasons;
pub(crate) mod stages;
pub(crate) mod steps;
pub(crate) mod stock;
pub(crate) mod trouble;
pub(crate) mod waits;

use crate::html::Html;

/// A horizontal bar that is filled to a share of its width. Drawn, because style attributes are forbidden to pages.
pub(crate) fn bar(share: f64) -> Html {
    let width = (share.clamp(0.0, 1.0) * 1000.0).round() as u32;
    Html::of(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"bar-ground\" width=\"1000\" height=\"10\"/><rect class=\"bar-fill\" width=\"{}\" height=\"10\"/></svg>",
        &[&width],
    )
}
