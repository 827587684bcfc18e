//! A small HTTP client, so that requests can be sent that no honest client would send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    }
}

/// Sends a request with exactly these headers.
pub(crate) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = open(address, method, path, headers, body);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.replace("\r\n", "\n"), body: body.to_owned() }
}

fn open(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    stream
}

/// Looks at a page in a language.
pub(crate) fn get(address: SocketAddr, path: &str, language: &str) -> Answer {
    let host = address.to_string();
    send(address, "GET", path, &[("Host", &host), ("Accept-Language", language)], "")
}

/// The person who acts where a test does not say who.
pub(crate) const PERSON: &str = "m.chan";

/// Sends a form as a page of the dashboard does, signed by [`PERSON`] unless it names a person itself.
pub(crate) fn post(address: SocketAddr, path: &str, form: &str) -> Answer {
    let host = address.to_string();
    let origin = format!("http://{host}");
    let form = if form.contains("person=") { form.to_owned() } else { format!("person={PERSON}&{form}") };
    let headers = [
        ("Host", host.as_str()),
        ("Origin", origin.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    send(address, "POST", path, &headers, &form)
}

/// A stream of server-sent events.
pub(crate) struct Events {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Events {
    pub(crate) fn follow(address: SocketAddr, path: &str) -> Events {
        let host = address.to_string();
        Events { stream: open(address, "GET", path, &[("Host", &host)], ""), heard: Vec::new() }
    }

    /// Waits until `text` has been heard since the last time, and forgets all up to it.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let heard = String::from_utf8_lossy(&self.heard).into_owned();
            if let Some(at) = heard.find(text) {
                self.heard.drain(..at + text.len());
                return heard;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "never heard {text:?}, only {heard}");
            let mut buffer = [0; 65536];
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the stream ended without {text:?}: {heard}");
            self.heard.extend_from_slice(&buffer[..count]);
        }
    }
}
