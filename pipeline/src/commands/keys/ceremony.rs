//! `persoline keys ceremony`.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{
    AuthorityRequest, CentreRequest, CeremonyReport, CeremonyRequest, CountrySignerRequest, DocumentSignerRequest,
    IssuerRequest, Passphrase, PassphraseCost,
};

use super::records::{Handled, record};
use super::views::{CertificateView, tell_certificate};
use crate::arguments::keys::{CeremonyArguments, CeremonyPart};
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure, disk};
use crate::place::Place;
use crate::settings::{Names, Settings};
use crate::system::{SystemClock, SystemRandom, actor};

/// Makes keys and tells of them.
pub(super) fn run(place: &Place, passphrase: &Passphrase, arguments: &CeremonyArguments) -> Result<Ending, Failure> {
    let report = ceremony(place, passphrase, arguments, PassphraseCost::default())?;
    if arguments.json {
        let all = std::iter::once(&report.country_signer).chain(&report.document_signers);
        print_json(&all.map(CertificateView::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    say(format!("keys for {}", report.state))?;
    for certificate in std::iter::once(&report.country_signer).chain(&report.document_signers) {
        tell_certificate(certificate)?;
    }
    say("Keep the passphrase where two people can reach it; without it the keys are lost.")?;
    Ok(Ending::Done)
}

/// Makes keys and the settings of the centre.
pub(crate) fn ceremony(
    place: &Place,
    passphrase: &Passphrase,
    arguments: &CeremonyArguments,
    cost: PassphraseCost,
) -> Result<CeremonyReport, Failure> {
    let settings = settings(arguments)?;
    place.create()?;
    let (now, keys) = (SystemClock::new().now(), place.keys());
    let issuer = issuer(arguments);
    let country_signer = CountrySignerRequest { suite: arguments.csca_suite, ..CountrySignerRequest::default() };
    let report = match (arguments.make, &arguments.country_signer) {
        (CeremonyPart::Authority, _) => {
            let request = AuthorityRequest { issuer, country_signer, cost };
            persoline_keys::authority_ceremony(&request, passphrase, now, &SystemRandom, &keys)?
        }
        (CeremonyPart::Centre, Some(file)) => {
            let certificate = std::fs::read(file).map_err(|error| disk(file, &error))?;
            let request =
                CentreRequest { state: arguments.state.clone(), chip_master: arguments.chip_master.kind(), cost };
            persoline_keys::centre_ceremony(&request, &certificate, passphrase, &SystemRandom, &keys)?
        }
        (CeremonyPart::Centre, None) => return Err(Failure::input("name the country signer with --country-signer")),
        (CeremonyPart::All, _) => {
            let document_signers = DocumentSignerRequest {
                suite: arguments.ds_suite,
                count: arguments.signers,
                document_limit: arguments.document_limit,
                ..DocumentSignerRequest::default()
            };
            let chip_master = arguments.chip_master.kind();
            let request = CeremonyRequest { issuer, country_signer, document_signers, chip_master, cost };
            persoline_keys::ceremony(&request, passphrase, now, &SystemRandom, &keys)?
        }
    };
    settings.write(&place.settings())?;
    let above = match arguments.make {
        CeremonyPart::Centre => KeyAct::Installed,
        CeremonyPart::All | CeremonyPart::Authority => KeyAct::Made,
    };
    let mut handled = vec![Handled::certificate(above, &report.country_signer)];
    handled.extend(report.document_signers.iter().map(|signer| Handled::certificate(KeyAct::Made, signer)));
    record(place, &actor(), handled, "ceremony")?;
    Ok(report)
}

fn settings(arguments: &CeremonyArguments) -> Result<Settings, Failure> {
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
    Ok(settings)
}

fn issuer(arguments: &CeremonyArguments) -> IssuerRequest {
    IssuerRequest {
        state: arguments.state.clone(),
        territory: None,
        country: arguments.country.clone(),
        organisation: arguments.organisation.clone(),
        email: None,
        revocation_list_addresses: vec![arguments.revocation_list.clone()],
    }
}
