//! A register's service over HTTP that behaves as a test tells it to and counts by idempotency key.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// What it does with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes the report and says so.
    Take,
    /// Takes it and closes the connection without an answer.
    LoseAnswer,
    /// Closes the connection before anything is taken.
    LoseRequest,
    /// Takes it, and answers when the sender has long gone.
    Slow(Duration),
    /// Does not take it and answers so: status, further header lines, body.
    Answer(u16, &'static str, &'static str),
    /// Does not take it and answers what is no HTTP.
    Garbage,
    /// Does not take it and answers with a head that never ends.
    EndlessHead,
}

/// What it has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Keys in the order in which they were first taken.
    pub(crate) taken: Vec<String>,
    /// How often each key came.
    pub(crate) came: BTreeMap<String, u32>,
    /// Heads of all requests, in lower case.
    pub(crate) heads: Vec<String>,
}

/// The service.
pub(crate) struct Register {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Register {
    /// Starts it: the first requests are treated by `manners`, all later ones are taken; a key that is known is answered
    /// with a conflict that names it when `conflicts`, else like a new one.
    pub(crate) fn start(manners: Vec<Manner>, conflicts: bool) -> Register {
        Register::start_over(manners, conflicts, None)
    }

    /// The same over TLS.
    pub(crate) fn start_with_tls(tls: rustls::ServerConfig) -> Register {
        Register::start_over(Vec::new(), false, Some(Arc::new(tls)))
    }

    fn start_over(manners: Vec<Manner>, conflicts: bool, tls: Option<Arc<rustls::ServerConfig>>) -> Register {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let manners = Arc::new(Mutex::new(VecDeque::from(manners)));
        let service = (Arc::clone(&seen), manners);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, manners) = service.clone();
                let tls = tls.clone();
                std::thread::spawn(move || match tls {
                    None => serve(stream, &seen, &manners, conflicts),
                    Some(tls) => {
                        let session = rustls::ServerConnection::new(tls).unwrap();
                        serve(rustls::StreamOwned::new(session, stream), &seen, &manners, conflicts);
                    }
                });
            }
        });
        Register { address, seen }
    }

    /// Where reports are posted to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/reports", self.address)
    }

    /// What it has seen so far.
    pub(crate) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

/// Serves the requests of one connection; answers nothing when it is to be closed.
fn serve<S: Read + Write>(stream: S, seen: &Mutex<Seen>, manners: &Mutex<VecDeque<Manner>>, conflicts: bool) {
    let mut lines = BufReader::new(stream);
    while let Some((head, body)) = request(&mut lines) {
        let report: Value = serde_json::from_slice(&body).unwrap();
        let key = report["key"].as_str().unwrap().to_owned();
        assert!(head.contains(&format!("idempotency-key: \"{}\"", key.to_lowercase())), "{head}");
        assert!(head.contains("content-type: application/json"), "{head}");
        let manner = manners.lock().unwrap().pop_front().unwrap_or(Manner::Take);
        let is_known = {
            let mut seen = seen.lock().unwrap();
            seen.heads.push(head);
            *seen.came.entry(key.clone()).or_default() += 1;
            let is_known = seen.taken.contains(&key);
            if !is_known && matches!(manner, Manner::Take | Manner::LoseAnswer | Manner::Slow(_)) {
                seen.taken.push(key.clone());
            }
            is_known
        };
        let answer = match manner {
            Manner::LoseAnswer | Manner::LoseRequest => return,
            Manner::Slow(delay) => {
                std::thread::sleep(delay);
                "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
            }
            Manner::Take if is_known && conflicts => {
                let body = format!("{{\"key\": \"{key}\"}}");
                format!("HTTP/1.1 409 Conflict\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            }
            Manner::Take => "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Manner::Answer(status, headers, body) => {
                format!("HTTP/1.1 {status} Some\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
            }
            Manner::Garbage => "no HTTP at all\r\n\r\n".to_owned(),
            Manner::EndlessHead => {
                let _ = lines.get_mut().write_all(b"HTTP/1.1 200 OK\r\n");
                for number in 0..100_000 {
                    if lines.get_mut().write_all(format!("X-{number}: {number}\r\n").as_bytes()).is_err() {
                        break;
                    }
                }
                return;
            }
        };
        if lines.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Head (in lower case) and body of the next request.
fn request(lines: &mut BufReader<impl Read>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line.to_lowercase());
    }
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    Some((head, body))
}
