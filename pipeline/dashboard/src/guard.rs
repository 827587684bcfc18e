//! What every request passes: the host it names, where it comes from, and the headers of every answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use persoline_domain::texts::Text;

use crate::page;
use crate::site::Site;
use crate::visitor::Visitor;

/// Nothing from elsewhere, no script or style within a page, no frame around it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Refuses requests under a foreign name or from a foreign page; marks every answer.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&request);
    let mut answer = if !names_this_computer(request.headers()) {
        page::problem(&site, &visitor, StatusCode::MISDIRECTED_REQUEST, Text::ForeignHost.of(visitor.language))
    } else if changes_something(request.method()) && !comes_from_here(request.headers()) {
        page::problem(&site, &visitor, StatusCode::FORBIDDEN, Text::ForeignOrigin.of(visitor.language))
    } else {
        next.run(request).await
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // With no-referrer browsers send the origin "null" with forms, which could not be told from a foreign page.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// A name that a foreign page has pointed at this computer is refused: only addresses and `localhost` are answered.
fn names_this_computer(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
            _ => return false,
        },
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

/// A form of this site names this site as its origin; what names none or another does not come from here.
fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = text("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (Some(origin), Some(host)) => {
            origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host))
        }
        (None, _) => site == Some("same-origin"),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_names_of_this_computer_are_answered() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "192.168.1.4:8080"] {
            assert!(names_this_computer(&headers(&[("host", host)])), "{host}");
        }
        for host in ["", "rebound.example:8080", "localhost.example", "[::1", "[::1]x", "127.0.0.1.example"] {
            assert!(!names_this_computer(&headers(&[("host", host)])), "{host}");
        }
        assert!(!names_this_computer(&HeaderMap::new()));
    }

    #[test]
    fn a_change_must_come_from_a_page_of_this_site() {
        let host = ("host", "127.0.0.1:8080");
        let here = ("origin", "http://127.0.0.1:8080");
        assert!(comes_from_here(&headers(&[host, here])));
        assert!(comes_from_here(&headers(&[host, here, ("sec-fetch-site", "same-origin")])));
        assert!(comes_from_here(&headers(&[host, ("sec-fetch-site", "same-origin")])));
        for pairs in [
            vec![host],
            vec![host, ("origin", "null")],
            vec![host, ("origin", "https://elsewhere.example")],
            vec![host, ("origin", "http://127.0.0.1:9090")],
            vec![host, here, ("sec-fetch-site", "cross-site")],
            vec![host, here, ("sec-fetch-site", "same-site")],
            vec![host, ("sec-fetch-site", "none")],
        ] {
            assert!(!comes_from_here(&headers(&pairs)), "{pairs:?}");
        }
    }
}
