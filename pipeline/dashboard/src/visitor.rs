//! Who looks, as far as a page has to know: which language, and at what address.

use axum::extract::Request;
use axum::http::{HeaderMap, Uri, header};
use persoline_domain::texts::Language;

use crate::address;
use crate::person::{self, PERSON_COOKIE};

/// The cookie that remembers the language.
pub(crate) const LANGUAGE_COOKIE: &str = "language";

/// What a page has to know about its visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// In which language to speak.
    pub(crate) language: Language,
    /// Path and query of the request.
    pub(crate) address: String,
    /// The name under which the visitor acted last from this browser, as typed.
    pub(crate) person: Option<String>,
}

impl Visitor {
    pub(crate) fn of(request: &Request) -> Self {
        Visitor::from(request.headers(), request.uri())
    }

    pub(crate) fn from(headers: &HeaderMap, uri: &Uri) -> Self {
        let address = uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
        let person = cookie(headers, PERSON_COOKIE)
            .and_then(address::decode)
            .and_then(|typed| person::name(&typed).map(str::to_owned));
        Visitor { language: language(headers), address, person }
    }
}

/// The chosen language, else the one that the browser asks for, else English.
fn language(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::parse);
    chosen.or_else(|| texts(headers, header::ACCEPT_LANGUAGE).find_map(preferred)).unwrap_or_default()
}

fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    texts(headers, header::COOKIE)
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

fn texts(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

/// The best of our languages in an `Accept-Language` header (RFC 9110 section 12.5.4).
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(Language::parse) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(accept: &'static str, cookie: Option<&'static str>) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        if let Some(cookie) = cookie {
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        }
        language(&headers)
    }

    #[test]
    fn the_browser_s_wish_counts_until_a_person_chooses() {
        assert_eq!(asked("zh-HK,zh;q=0.9,en;q=0.8", None), Language::TraditionalChinese);
        assert_eq!(asked("fr, en;q=0.3, zh;q=0.7", None), Language::TraditionalChinese);
        assert_eq!(asked("zh;q=0, en", None), Language::English);
        assert_eq!(asked("fr", None), Language::English);
        assert_eq!(asked("zh-HK", Some("a=b; language=en")), Language::English);
        assert_eq!(asked("en", Some("language=zh-Hant")), Language::TraditionalChinese);
        assert_eq!(asked("en", Some("language=<x>")), Language::English);
    }
}
