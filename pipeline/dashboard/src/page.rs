//! The frame around every page.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use persoline_domain::texts::{Language, Text};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::part::acts;
use crate::place::{Main, Piece};
use crate::site::Site;
use crate::visitor::Visitor;

/// Entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Orders,
    Machines,
    Inspections,
    Remakes,
    Shift,
    Stock,
    Events,
    /// A page outside the navigation.
    None,
}

/// What a page says about an act that was just asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    Done(String),
    Refused(String),
}

const TABS: [(Tab, &str, Text); 8] = [
    (Tab::Overview, "/", Text::Overview),
    (Tab::Orders, "/orders", Text::Orders),
    (Tab::Machines, "/machines", Text::Machines),
    (Tab::Inspections, "/inspections", Text::Inspections),
    (Tab::Remakes, "/remakes", Text::RemakesToApprove),
    (Tab::Shift, "/shift", Text::Shift),
    (Tab::Stock, "/stock", Text::Stock),
    (Tab::Events, "/events", Text::Events),
];

/// A whole page.
pub(crate) fn render(
    context: &Context,
    visitor: &Visitor,
    status: StatusCode,
    main: &Main,
    notice: Option<&Notice>,
) -> Response {
    let mut html = Html::new();
    let centre = context.site.centre.name.of(context.language);
    let is_specimen = context.site.centre.is_specimen;
    let specimen_title = if is_specimen { format!("{} · ", context.say(Text::Specimen)) } else { String::new() };
    html.put(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{}{} · {} · {}</title>\
         <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/assets/style.css\">\
         <script src=\"/assets/live.js\" defer></script></head>\n<body>",
        &[&html_language(context.language), &specimen_title, &main.title, &centre, &context.say(Text::Product)],
    );
    html.put("<a class=\"skip\" href=\"#main\">{}</a>", &[&context.say(Text::SkipToContent)]);
    header(&mut html, context, visitor, main.tab);
    if is_specimen {
        html.put(
            "<p class=\"specimen\" data-specimen><strong>{}</strong><span>{}</span></p>\n",
            &[&context.say(Text::Specimen), &context.say(Text::SpecimenMeaning)],
        );
    }
    html.put("<div id=\"notice\" role=\"status\" aria-live=\"polite\">", &[]);
    match notice {
        Some(Notice::Done(text)) => html.put("<p class=\"notice done\">{}</p>", &[text]),
        Some(Notice::Refused(text)) => html.put("<p class=\"notice refused\">{}</p>", &[text]),
        None => &mut html,
    };
    html.put("</div>\n", &[]);
    if !matches!(main.tab, Tab::Events | Tab::None) {
        html.put("{}", &[&acts::form(context, visitor)]);
    }
    html.put("<main id=\"main\" class=\"{}\" tabindex=\"-1\">\n", &[&main.layout]);
    for piece in &main.pieces {
        match piece {
            Piece::Still(piece) => html.put("{}\n", &[piece]),
            Piece::Live(id, piece) => html.put("<section id=\"{}\" data-live>{}</section>\n", &[id, piece]),
        };
    }
    html.put("</main>\n", &[]);
    html.put(
        "<noscript><p class=\"noscript\">{}</p></noscript></body></html>\n",
        &[&context.say(Text::LiveNeedsScript)],
    );
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("vary", "Accept-Language, Cookie"),
        ("cache-control", "no-store"),
    ];
    (status, headers, html.into_string()).into_response()
}

fn header(html: &mut Html, context: &Context, visitor: &Visitor, tab: Tab) {
    html.put(
        "<header><a class=\"brand\" href=\"/\"><b>{}</b><span>{}</span></a><nav aria-label=\"{}\"><ul>",
        &[
            &context.say(Text::Product),
            &context.site.centre.name.of(context.language),
            &context.say(Text::MainNavigation),
        ],
    );
    for (entry, address, text) in TABS {
        let current = if entry == tab { Html::of(" aria-current=\"page\"", &[]) } else { Html::new() };
        html.put("<li><a href=\"{}\"{}>{}</a></li>", &[&address, &current, &context.say(text)]);
    }
    html.put(
        "</ul></nav><div class=\"aside\"><span id=\"live\" data-live-state=\"off\" data-follow=\"{}\" data-lost=\"{}\"><i></i>\
         <span>{}</span></span><span class=\"clock\" title=\"{}\"><span id=\"clock\">{}</span></span>",
        &[
            // A page that says what went wrong has nothing to follow.
            &(if tab == Tab::None { "no" } else { "yes" }),
            &context.say(Text::LiveLost),
            &context.say(Text::Live),
            &context.say(Text::CentreTime),
            &context.now.minutes(),
        ],
    );
    html.put("<span class=\"languages\" role=\"group\" aria-label=\"{}\">", &[&context.say(Text::LanguageChoice)]);
    for language in Language::ALL {
        let current = if language == context.language { Html::of(" aria-current=\"true\"", &[]) } else { Html::new() };
        html.put(
            "<a href=\"/language?to={}&amp;back={}\" lang=\"{}\" hreflang=\"{}\" data-language=\"{}\"{}>{}</a>",
            &[
                &language.tag(),
                &Segment(&visitor.address),
                &html_language(language),
                &html_language(language),
                &language.tag(),
                &current,
                &language.own_name(),
            ],
        );
    }
    html.put("</span></div></header>\n", &[]);
}

/// A page that says what went wrong.
pub(crate) fn problem(site: &Arc<Site>, visitor: &Visitor, status: StatusCode, text: &str) -> Response {
    let context = Context::new(site, visitor.language);
    let body = Html::of(
        "<h1>{}</h1><p class=\"problem\">{}</p><p><a href=\"/\">{}</a></p>",
        &[&context.say(Text::ErrorTitle), &text, &context.say(Text::BackToOverview)],
    );
    let main = Main {
        title: context.say(Text::ErrorTitle).to_owned(),
        tab: Tab::None,
        layout: "page problem-page",
        pieces: vec![Piece::Still(body)],
    };
    render(&context, visitor, status, &main, None)
}

/// The language of a page with its region, so that browsers choose Hong Kong's character forms.
fn html_language(language: Language) -> &'static str {
    match language {
        Language::English => "en-GB",
        Language::TraditionalChinese => "zh-Hant-HK",
    }
}
