//! Who is let in, and whom a host believes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use printer_driver::remote::certificates::{self, CertificateAndKey, Period};
use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::remote::{
    LinkSecurity, PrivateKeyPem, RemoteDriver, RemoteError, RemoteSettings, Timeouts, TlsSettings,
};
use printer_driver::{BookletFate, ErrorKind, MachineDriver};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

use super::parrot::Parrot;

const HOUR: u64 = 3_600;

pub(super) fn random(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn today() -> Period {
    Period { from: now() - HOUR, until: now() + HOUR }
}

fn yesterday() -> Period {
    Period { from: now() - 48 * HOUR, until: now() - 24 * HOUR }
}

fn tomorrow() -> Period {
    Period { from: now() + 24 * HOUR, until: now() + 48 * HOUR }
}

/// One centre's certificates.
struct Centre {
    authority: CertificateAndKey,
    host: CertificateAndKey,
    machine: CertificateAndKey,
}

fn centre(seed: u64) -> Centre {
    let random = &mut random(seed);
    let authority = certificates::authority("link authority", today(), random).unwrap();
    let host = certificates::host(&authority, "host 1", today(), random).unwrap();
    let machine = certificates::machine(&authority, &["127.0.0.1"], today(), random).unwrap();
    Centre { authority, host, machine }
}

fn tls(authority: &CertificateAndKey, own: &CertificateAndKey) -> TlsSettings {
    TlsSettings::new(&authority.certificate, &own.certificate, own.key.clone())
}

fn serve(parrot: &Parrot, authority: &CertificateAndKey, own: &CertificateAndKey) -> Listener {
    parrot.serve(LinkSecurity::MutualTls(tls(authority, own)))
}

fn driver(listener: &Listener, tls: TlsSettings) -> RemoteDriver {
    reach(listener, LinkSecurity::MutualTls(tls))
}

fn reach(listener: &Listener, security: LinkSecurity) -> RemoteDriver {
    let timeouts = Timeouts { connect: Duration::from_secs(60), answer: Duration::from_secs(60) };
    let settings = RemoteSettings::new(listener.address().to_string(), security).with_timeouts(timeouts);
    RemoteDriver::connect(settings).unwrap()
}

/// The host is told that there is no link, and the machine's driver has heard nothing.
fn refused(parrot: &Parrot, mut driver: RemoteDriver) {
    let error = driver.describe().unwrap_err();
    assert!(matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout), "{error}");
    assert_eq!(error.fate, BookletFate::Untouched);
    assert_eq!(parrot.0.lock().unwrap().sessions, 0, "the machine listened to somebody whom it does not know");
}

#[test]
fn host_and_machine_of_one_authority_understand_each_other() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let listener = serve(&parrot, &centre.authority, &centre.machine);
    driver(&listener, tls(&centre.authority, &centre.host)).describe().unwrap();
}

#[test]
fn a_host_of_another_authority_is_not_let_in() {
    let (parrot, ours, theirs) = (Parrot::default(), centre(1), centre(2));
    let listener = serve(&parrot, &ours.authority, &ours.machine);
    refused(&parrot, driver(&listener, tls(&ours.authority, &theirs.host)));
}

#[test]
fn a_host_without_a_certificate_is_not_let_in() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let listener = serve(&parrot, &centre.authority, &centre.machine);
    let authority = Certificate::from_pem(&centre.authority.certificate);
    let endpoint = Endpoint::from_shared(format!("https://{}", listener.address()))
        .unwrap()
        .tls_config(ClientTlsConfig::new().ca_certificate(authority).domain_name("127.0.0.1"))
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(async {
        // A client of TLS 1.3 learns only with the first answer that it is not welcome.
        let Ok(channel) = endpoint.connect().await else { return Err(()) };
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.map_err(drop)?;
        let path = tonic::codegen::http::uri::PathAndQuery::from_static("/persoline.machine.v1.Machine/Describe");
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        client.unary(tonic::Request::new(()), path, codec).await.map(drop).map_err(drop)
    });
    assert_eq!(answer, Err(()));
    assert_eq!(parrot.0.lock().unwrap().sessions, 0);
}

#[test]
fn certificates_out_of_their_time_are_refused_on_both_sides() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let listener = serve(&parrot, &centre.authority, &centre.machine);
    for period in [yesterday(), tomorrow()] {
        let host = certificates::host(&centre.authority, "host 1", period, &mut random(7)).unwrap();
        refused(&parrot, driver(&listener, tls(&centre.authority, &host)));
        let machine = certificates::machine(&centre.authority, &["127.0.0.1"], period, &mut random(8)).unwrap();
        let listener = serve(&parrot, &centre.authority, &machine);
        refused(&parrot, driver(&listener, tls(&centre.authority, &centre.host)));
    }
}

#[test]
fn a_machine_cannot_command_machines_and_a_host_cannot_pass_for_one() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let listener = serve(&parrot, &centre.authority, &centre.machine);
    refused(&parrot, driver(&listener, tls(&centre.authority, &centre.machine)));
    let listener = serve(&parrot, &centre.authority, &centre.host);
    refused(&parrot, driver(&listener, tls(&centre.authority, &centre.host)));
}

#[test]
fn a_machine_of_another_authority_is_not_believed() {
    let (parrot, ours, theirs) = (Parrot::default(), centre(1), centre(2));
    let listener = serve(&parrot, &theirs.authority, &theirs.machine);
    refused(&parrot, driver(&listener, tls(&ours.authority, &ours.host)));
}

#[test]
fn a_machine_of_another_name_is_not_believed() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let machine = certificates::machine(&centre.authority, &["line-2.example"], today(), &mut random(3)).unwrap();
    let listener = serve(&parrot, &centre.authority, &machine);
    let host = tls(&centre.authority, &centre.host);
    refused(&parrot, driver(&listener, host.clone()));
    refused(&parrot, driver(&listener, host.clone().with_peer_name("line-1.example")));
    driver(&listener, host.with_peer_name("line-2.example")).describe().unwrap();
}

#[test]
fn a_link_in_clear_and_one_with_certificates_do_not_mix() {
    let (parrot, centre) = (Parrot::default(), centre(1));
    let listener = serve(&parrot, &centre.authority, &centre.machine);
    refused(&parrot, reach(&listener, LinkSecurity::PlainLoopback));
    let listener = parrot.serve(LinkSecurity::PlainLoopback);
    refused(&parrot, driver(&listener, tls(&centre.authority, &centre.host)));
}

#[test]
fn unusable_settings_are_refused_before_anything_is_sent() {
    let centre = centre(1);
    let address = "127.0.0.1:1".to_owned();
    let connect = |security| RemoteDriver::connect(RemoteSettings::new(address.clone(), security));
    let mut strange_key = tls(&centre.authority, &centre.host);
    strange_key.key = centre.machine.key.clone();
    let mut no_key = tls(&centre.authority, &centre.host);
    no_key.key = PrivateKeyPem::new("");
    let mut no_certificate = tls(&centre.authority, &centre.host);
    no_certificate.certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into();
    let mut no_authority = tls(&centre.authority, &centre.host);
    no_authority.authority_certificate = "none".into();
    for unusable in [strange_key, no_key, no_certificate, no_authority] {
        let refused = connect(LinkSecurity::MutualTls(unusable.clone()));
        assert!(matches!(refused, Err(RemoteError::Certificates { .. })), "{refused:?}");
        let settings = ListenSettings::new(([127, 0, 0, 1], 0).into(), LinkSecurity::MutualTls(unusable));
        let refused = printer_driver::remote::server::serve(
            &settings,
            std::sync::Arc::new(|| Ok(Box::new(Parrot::default()) as Box<dyn MachineDriver>)),
        );
        assert!(matches!(refused, Err(RemoteError::Certificates { .. })), "{refused:?}");
    }
    let everywhere = ListenSettings::new(([0, 0, 0, 0], 0).into(), LinkSecurity::PlainLoopback);
    let refused = printer_driver::remote::server::serve(
        &everywhere,
        std::sync::Arc::new(|| Ok(Box::new(Parrot::default()) as Box<dyn MachineDriver>)),
    );
    assert!(matches!(refused, Err(RemoteError::NotLoopback { .. })));
    let refused = RemoteDriver::connect(RemoteSettings::new("line-1:7600", LinkSecurity::PlainLoopback));
    assert!(matches!(refused, Err(RemoteError::NotLoopback { .. })));
}
