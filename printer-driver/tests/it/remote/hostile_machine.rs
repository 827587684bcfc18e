//! Machines that lie about the link itself: each ends in an error in bounded time and memory, and nothing panics.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use h2::server::SendResponse;
use printer_driver::remote::{LinkSecurity, RemoteDriver, RemoteSettings, Timeouts};
use printer_driver::{
    BookletFate, Command, ErrorKind, FencingToken, IdempotencyKey, ImageId, JobId, MachineDriver, Operation,
};
use tonic::codegen::{Bytes, http};

const ANSWER: Duration = Duration::from_millis(500);
/// Longer than any answer may take, and far shorter than for ever.
const BOUND: Duration = Duration::from_secs(20);

fn driver(address: SocketAddr) -> RemoteDriver {
    reach(address, ANSWER)
}

/// For machines that do answer, however busy this computer is.
fn patient(address: SocketAddr) -> RemoteDriver {
    reach(address, Duration::from_secs(60))
}

fn reach(address: SocketAddr, patience: Duration) -> RemoteDriver {
    let timeouts = Timeouts { connect: patience, answer: patience };
    let settings = RemoteSettings::new(address.to_string(), LinkSecurity::PlainLoopback).with_timeouts(timeouts);
    RemoteDriver::connect(settings).unwrap()
}

/// Every call ends in a broken link, within the bound, twice in a row; a command's fate is unknown if it was sent.
fn endured(address: SocketAddr) {
    let started = Instant::now();
    let mut driver = driver(address);
    let submit = Command::new(IdempotencyKey(1), FencingToken(1), Operation::Cancel { job: JobId(1) });
    for _ in 0..2 {
        let errors = [
            driver.describe().map(drop).unwrap_err(),
            driver.snapshot().map(drop).unwrap_err(),
            driver.image(ImageId(1)).map(drop).unwrap_err(),
            driver.submit(&submit).map(drop).unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout), "{error}");
            assert!(error.detail.len() < 500, "a peer's words are passed on at length");
        }
    }
    assert!(started.elapsed() < BOUND);
}

/// A server that does this with every connection.
fn raw(act: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let act = Arc::new(act);
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let act = Arc::clone(&act);
            std::thread::spawn(move || act(stream));
        }
    });
    address
}

/// A server that speaks HTTP/2 and answers every request like this.
fn spoken<F>(answer: impl Fn(SendResponse<Bytes>) -> F + Copy + Send + Sync + 'static) -> SocketAddr
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    raw(move |stream| {
        stream.set_nonblocking(true).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stream = tokio::net::TcpStream::from_std(stream).unwrap();
            let Ok(mut connection) = h2::server::handshake(stream).await else { return };
            while let Some(Ok((_, respond))) = connection.accept().await {
                tokio::spawn(answer(respond));
            }
        });
    })
}

fn headers() -> http::Response<()> {
    http::Response::builder().header("content-type", "application/grpc").body(()).unwrap()
}

fn trailers() -> http::HeaderMap {
    let mut trailers = http::HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
    trailers
}

/// One message with its length before it.
fn framed(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    Bytes::from([&[0], length.as_slice(), message].concat())
}

/// Answers with this message.
async fn say(mut respond: SendResponse<Bytes>, message: Vec<u8>) -> Option<()> {
    let mut stream = respond.send_response(headers(), false).ok()?;
    let mut rest = framed(&message);
    while !rest.is_empty() {
        stream.reserve_capacity(rest.len());
        let granted = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await?.ok()?;
        stream.send_data(rest.split_to(granted.min(rest.len())), false).ok()?;
    }
    stream.send_trailers(trailers()).ok()
}

#[test]
fn nobody_answers() {
    endured(raw(|stream| {
        std::thread::sleep(BOUND);
        drop(stream);
    }));
}

#[test]
fn the_connection_is_cut_at_once() {
    endured(raw(drop));
}

#[test]
fn noise_comes_back() {
    endured(raw(|mut stream| {
        let noise: Vec<u8> = (0..4096u32).map(|n| ((n * 7_919) >> 3) as u8).collect();
        while stream.write_all(&noise).is_ok() {}
    }));
}

#[test]
fn another_protocol_answers() {
    endured(raw(|mut stream| {
        let _ = stream.read(&mut [0; 64]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    }));
}

#[test]
fn a_message_is_said_to_be_four_gigabytes_long() {
    endured(spoken(async |mut respond| {
        let mut stream = respond.send_response(headers(), false).ok()?;
        stream.send_data(Bytes::from_static(&[0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]), false).ok()?;
        tokio::time::sleep(BOUND).await;
        None
    }));
}

#[test]
fn an_answer_never_ends() {
    endured(spoken(async |mut respond| {
        let mut stream = respond.send_response(headers(), false).ok()?;
        let part = framed(&[0; 16_000]);
        loop {
            stream.reserve_capacity(part.len());
            std::future::poll_fn(|cx| stream.poll_capacity(cx)).await?.ok()?;
            stream.send_data(part.clone(), false).ok()?;
        }
    }));
}

#[test]
fn headers_are_as_long_as_a_book() {
    endured(spoken(async |mut respond| {
        let mut response = headers();
        let value = http::HeaderValue::from_str(&"x".repeat(4_000)).unwrap();
        for number in 0..200 {
            let name = http::HeaderName::from_bytes(format!("x-{number}").as_bytes()).unwrap();
            response.headers_mut().insert(name, value.clone());
        }
        respond.send_response(response, true).ok().map(drop)
    }));
}

#[test]
fn a_status_with_a_long_speech() {
    endured(spoken(async |mut respond| {
        let mut response = headers();
        response.headers_mut().insert("grpc-status", http::HeaderValue::from_static("13"));
        let speech = http::HeaderValue::from_str(&"no ".repeat(3_000)).unwrap();
        response.headers_mut().insert("grpc-message", speech);
        respond.send_response(response, true).ok().map(drop)
    }));
}

#[test]
fn an_answer_without_a_message() {
    endured(spoken(async |mut respond| {
        let mut stream = respond.send_response(headers(), false).ok()?;
        stream.send_trailers(trailers()).ok()
    }));
}

#[test]
fn messages_that_are_none() {
    endured(spoken(async |respond| say(respond, vec![0xFF; 100]).await));
    endured(spoken(async |respond| say(respond, Vec::new()).await));
}

#[test]
fn a_snapshot_with_a_hundred_thousand_alarms() {
    // Field 1 of the response, the snapshot: state Idle (field 1 = 3), then empty alarms (field 4).
    let address = spoken(async |respond| {
        let mut snapshot = vec![0x08, 0x03];
        snapshot.extend([0x22, 0x00].repeat(100_000));
        let mut message = vec![0x0A];
        message.extend(varint(snapshot.len()));
        message.extend(snapshot);
        say(respond, message).await
    });
    let error = patient(address).snapshot().unwrap_err();
    assert_eq!(error.kind, ErrorKind::LinkLost);
    assert!(error.detail.contains("100000"), "{error}");
}

#[test]
fn a_picture_that_is_smaller_than_it_says() {
    // Width 60000, height 60000, no bytes.
    let address = spoken(async |respond| {
        let size = varint(60_000);
        let picture = [&[0x08], size.as_slice(), &[0x10], &size].concat();
        let message = [&[0x0A], varint(picture.len()).as_slice(), &picture].concat();
        say(respond, message).await
    });
    let error = patient(address).image(ImageId(1)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::LinkLost);
}

#[test]
fn a_request_that_a_machine_does_not_have_is_unsupported() {
    let address = spoken(async |mut respond| {
        let mut response = headers();
        response.headers_mut().insert("grpc-status", http::HeaderValue::from_static("12"));
        respond.send_response(response, true).ok().map(drop)
    });
    let error = patient(address).describe().unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Unsupported, BookletFate::Untouched));
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
