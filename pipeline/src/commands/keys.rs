//! `persoline keys`.

mod link;

use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::signer::KeyCurve;
use persoline_keys::{
    CeremonyReport, CeremonyRequest, CountrySignerRequest, DocumentSignerRequest, IssuedCertificate, IssuerRequest,
    KeyStatus, Passphrase, SignerStanding,
};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::{CeremonyArguments, CurveArgument, JsonArguments, KeysCommand};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::{Names, Settings};
use crate::system::{SystemClock, SystemRandom};

/// Makes keys, or shows how they stand.
pub(crate) fn keys(
    place: &Place,
    passphrase: impl FnOnce() -> Result<Passphrase, Failure>,
    command: &KeysCommand,
) -> Result<Ending, Failure> {
    match command {
        KeysCommand::Ceremony(arguments) => {
            let report = ceremony(place, &passphrase()?, arguments, CeremonyRequest::specimen().cost)?;
            tell(&report, arguments.json)?;
            Ok(Ending::Done)
        }
        KeysCommand::Status(arguments) => status(place, arguments),
        KeysCommand::Link(arguments) => link::link(arguments),
    }
}

/// Makes keys and the settings of the centre.
pub(crate) fn ceremony(
    place: &Place,
    passphrase: &Passphrase,
    arguments: &CeremonyArguments,
    cost: persoline_keys::PassphraseCost,
) -> Result<CeremonyReport, Failure> {
    let settings = Settings {
        state: arguments.state.clone(),
        country: arguments.country.clone(),
        state_name: Names { english: arguments.name.clone(), chinese: arguments.name_chinese.clone() },
        authority: Names { english: arguments.authority.clone(), chinese: arguments.authority_chinese.clone() },
        production: arguments.production,
        ..Settings::utopia()
    };
    settings.check().map_err(|what| {
        Failure::input(format!("{what} (a real state needs the flag --production and its own names)"))
    })?;
    let request = CeremonyRequest {
        issuer: IssuerRequest {
            state: arguments.state.clone(),
            territory: None,
            country: arguments.country.clone(),
            organisation: arguments.organisation.clone(),
            email: None,
            revocation_list_addresses: vec![arguments.revocation_list.clone()],
        },
        country_signer: CountrySignerRequest { curve: curve(arguments.csca_curve), usage_months: 36 },
        document_signers: DocumentSignerRequest {
            curve: curve(arguments.ds_curve),
            count: arguments.signers,
            document_limit: arguments.document_limit,
            ..CeremonyRequest::specimen().document_signers
        },
        cost,
    };
    place.create()?;
    let report =
        persoline_keys::ceremony(&request, passphrase, SystemClock::new().now(), &SystemRandom, &place.keys())?;
    settings.write(&place.settings())?;
    Ok(report)
}

fn status(place: &Place, arguments: &JsonArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let clock = SystemClock::new();
    // Before the first order there is no store yet: nothing was signed then.
    let status = if place.store().exists() {
        let open = OpenCentre::open_for_reading(place.clone())?;
        persoline_keys::status(&place.keys(), &settings.state, &*open.store, clock.now())?
    } else {
        persoline_keys::status(&place.keys(), &settings.state, &Unused, clock.now())?
    };
    if arguments.json {
        print_json(&StatusView::of(&status))?;
    } else {
        tell_status(&status)?;
    }
    Ok(Ending::Done)
}

/// A ledger of keys that were never used.
struct Unused;

impl persoline_domain::signer::SigningLedger for Unused {
    fn reserve_uses(
        &self,
        _: &persoline_domain::identifiers::SignerName,
        _: u32,
        _: u64,
    ) -> Result<u32, persoline_domain::signer::SignerError> {
        Ok(0)
    }
    fn uses(
        &self,
        _: &persoline_domain::identifiers::SignerName,
    ) -> Result<u64, persoline_domain::signer::SignerError> {
        Ok(0)
    }
}

fn curve(argument: CurveArgument) -> KeyCurve {
    match argument {
        CurveArgument::P256 => KeyCurve::P256,
        CurveArgument::P384 => KeyCurve::P384,
    }
}

fn tell(report: &CeremonyReport, json: bool) -> Result<(), Failure> {
    if json {
        let all = std::iter::once(&report.country_signer).chain(&report.document_signers);
        return print_json(&all.map(CertificateView::of).collect::<Vec<_>>());
    }
    say(format!("keys for {}", report.state))?;
    for certificate in std::iter::once(&report.country_signer).chain(&report.document_signers) {
        say(format!(
            "  {}  signs {} to {}  certificate until {}",
            certificate.name,
            day(certificate.usage_begin),
            day(certificate.usage_end),
            day(certificate.expiry)
        ))?;
        say(format!("    SHA-256 {}", hexadecimal(&certificate.fingerprint)))?;
    }
    say("Keep the passphrase where two people can reach it; without it the keys are lost.")
}

fn tell_status(status: &KeyStatus) -> Result<(), Failure> {
    for signer in &status.country_signers {
        say(format!(
            "country signer  {}  issues until {}  certificate until {}",
            signer.name,
            day(signer.usage_end),
            day(signer.expiry)
        ))?;
    }
    for signer in &status.document_signers {
        say(format!(
            "document signer {}  {}  signs {} to {}  used {} of {}  left {}",
            signer.name,
            standing(signer.standing),
            day(signer.usage_begin),
            day(signer.usage_end),
            signer.used,
            signer.document_limit,
            signer.left
        ))?;
    }
    Ok(())
}

fn standing(standing: SignerStanding) -> &'static str {
    match standing {
        SignerStanding::Waiting => "waiting",
        SignerStanding::Active => "active",
        SignerStanding::UsedUp => "used up",
        SignerStanding::Over => "over",
    }
}

fn day(moment: Timestamp) -> String {
    moment.utc_date().to_string()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A certificate, as JSON.
#[derive(Serialize)]
struct CertificateView {
    name: String,
    sha256: String,
    usage_begin: String,
    usage_end: String,
    expiry: String,
}

impl CertificateView {
    fn of(certificate: &IssuedCertificate) -> Self {
        CertificateView {
            name: certificate.name.clone(),
            sha256: hexadecimal(&certificate.fingerprint),
            usage_begin: certificate.usage_begin.to_string(),
            usage_end: certificate.usage_end.to_string(),
            expiry: certificate.expiry.to_string(),
        }
    }
}

/// How keys stand, as JSON.
#[derive(Serialize)]
struct StatusView {
    state: String,
    country_signers: Vec<CountrySignerView>,
    document_signers: Vec<DocumentSignerView>,
}

#[derive(Serialize)]
struct CountrySignerView {
    name: String,
    usage_end: String,
    expiry: String,
}

#[derive(Serialize)]
struct DocumentSignerView {
    name: String,
    curve: Option<&'static str>,
    standing: &'static str,
    usage_begin: String,
    usage_end: String,
    expiry: String,
    document_limit: u64,
    used: u64,
    left: u64,
}

impl StatusView {
    fn of(status: &KeyStatus) -> Self {
        StatusView {
            state: status.state.clone(),
            country_signers: status
                .country_signers
                .iter()
                .map(|signer| CountrySignerView {
                    name: signer.name.to_string(),
                    usage_end: signer.usage_end.to_string(),
                    expiry: signer.expiry.to_string(),
                })
                .collect(),
            document_signers: status
                .document_signers
                .iter()
                .map(|signer| DocumentSignerView {
                    name: signer.name.to_string(),
                    curve: signer.curve.map(KeyCurve::name),
                    standing: standing(signer.standing),
                    usage_begin: signer.usage_begin.to_string(),
                    usage_end: signer.usage_end.to_string(),
                    expiry: signer.expiry.to_string(),
                    document_limit: signer.document_limit,
                    used: signer.used,
                    left: signer.left,
                })
                .collect(),
        }
    }
}
