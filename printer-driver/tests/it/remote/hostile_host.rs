//! Hosts that lie about the link itself, or come in crowds: the machine goes on for everybody else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::remote::{LinkSecurity, RemoteDriver, RemoteSettings};
use printer_driver::{ErrorKind, MachineDriver};
use tonic::codegen::{Bytes, http};

use super::parrot::Parrot;

fn driver(listener: &Listener) -> RemoteDriver {
    let settings = RemoteSettings::new(listener.address().to_string(), LinkSecurity::PlainLoopback);
    RemoteDriver::connect(settings).unwrap()
}

/// Sends bytes as the body of a request and returns the status of gRPC, or the reason why there is none.
fn asked(listener: &Listener, method: &str, parts: Vec<Bytes>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = listener.address();
    let path = format!("http://{address}/persoline.machine.v1.Machine/{method}");
    let talk = async move {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::builder()
            .method("POST")
            .uri(path)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(())
            .unwrap();
        let mut client = client.ready().await.unwrap();
        let (response, mut body) = client.send_request(request, false).unwrap();
        for part in parts {
            let mut rest = part;
            while !rest.is_empty() {
                body.reserve_capacity(rest.len());
                // The machine has stopped listening.
                let Some(Ok(granted)) = std::future::poll_fn(|cx| body.poll_capacity(cx)).await else { break };
                if body.send_data(rest.split_to(granted.min(rest.len())), false).is_err() {
                    break;
                }
            }
        }
        let _ = body.send_data(Bytes::new(), true);
        let mut response = match response.await {
            Ok(response) => response,
            Err(error) => return error.to_string(),
        };
        let status =
            |headers: &http::HeaderMap| headers.get("grpc-status").map(|status| status.to_str().unwrap().to_owned());
        if let Some(status) = status(response.headers()) {
            return status;
        }
        while let Some(Ok(data)) = response.body_mut().data().await {
            let _ = response.body_mut().flow_control().release_capacity(data.len());
        }
        match response.body_mut().trailers().await {
            Ok(trailers) => trailers.as_ref().and_then(status).unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    };
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), talk).await.unwrap() })
}

#[test]
fn messages_that_are_none_reach_no_driver() {
    let parrot = Parrot::default();
    let listener = parrot.serve(LinkSecurity::PlainLoopback);
    let four_gigabytes = Bytes::from_static(&[0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
    let garbage = Bytes::from_static(&[0, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF]);
    let cut_short = Bytes::from_static(&[0, 0, 0, 1, 0, 1, 2, 3]);
    let compressed = Bytes::from_static(&[1, 0, 0, 0, 1, 0]);
    for parts in [vec![four_gigabytes], vec![garbage], vec![cut_short], vec![compressed], Vec::new()] {
        let status = asked(&listener, "Submit", parts.clone());
        assert_ne!(status, "0", "{parts:?} was understood");
    }
    let taught = parrot.0.lock().unwrap();
    assert!(taught.commands.is_empty() && taught.sessions == 0);
    drop(taught);
    driver(&listener).describe().unwrap();
}

#[test]
fn a_request_of_eighteen_megabytes_is_refused() {
    let parrot = Parrot::default();
    let listener = parrot.serve(LinkSecurity::PlainLoopback);
    let length = (18u32 << 20).to_be_bytes();
    let head = Bytes::from([&[0], length.as_slice()].concat());
    let status = asked(&listener, "Submit", vec![head, Bytes::from(vec![0; 18 << 20])]);
    assert_ne!(status, "0");
    assert!(parrot.0.lock().unwrap().commands.is_empty());
    driver(&listener).describe().unwrap();
}

#[test]
fn a_method_that_nobody_knows_is_unimplemented() {
    let listener = Parrot::default().serve(LinkSecurity::PlainLoopback);
    assert_eq!(asked(&listener, "Laminate", vec![Bytes::from_static(&[0, 0, 0, 0, 0])]), "12");
}

#[test]
fn noise_ends_a_connection_and_no_other() {
    let listener = Parrot::default().serve(LinkSecurity::PlainLoopback);
    let mut driver = driver(&listener);
    driver.describe().unwrap();
    for noise in
        [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0xFF; 10_000], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xFF\xFF\xFF\xFF"]
    {
        let mut stream = TcpStream::connect(listener.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let _ = stream.write_all(noise);
        // Whatever it says first, it hangs up.
        let mut said = Vec::new();
        let end = stream.take(1 << 20).read_to_end(&mut said);
        assert!(end.is_ok() || end.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset));
    }
    driver.describe().unwrap();
}

#[test]
fn a_crowd_is_turned_away_and_a_place_becomes_free_again() {
    let parrot = Parrot::default();
    let mut settings = ListenSettings::new(([127, 0, 0, 1], 0).into(), LinkSecurity::PlainLoopback);
    settings.connections = 2;
    let listener = parrot.serve_with(settings);
    let mut first = driver(&listener);
    first.describe().unwrap();
    let mut second = driver(&listener);
    second.describe().unwrap();
    let mut third = driver(&listener);
    assert_eq!(third.describe().unwrap_err().kind, ErrorKind::LinkLost);
    first.describe().unwrap();
    drop(second);
    let until = std::time::Instant::now() + Duration::from_secs(60);
    while third.describe().is_err() {
        assert!(std::time::Instant::now() < until, "the place never became free");
        std::thread::sleep(Duration::from_millis(10));
    }
}
