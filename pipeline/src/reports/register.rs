//! The register's service, with credentials out of files that people renew while the line works.

use std::path::Path;
use std::time::Duration;

use persoline_domain::personal::Personal;
use persoline_report::{Delivery, Fault, HttpReceiver, HttpSettings, Mark, Receiver, Report};

use crate::exit::{Failure, disk};
use crate::place::Place;
use crate::settings::RegisterService;

/// A receiver over HTTP that reads the files of its settings anew before each attempt that follows a fault: a certificate or
/// a token runs out while the line works, and nobody has to stop it for a new one.
pub(super) struct Register {
    place: Place,
    name: String,
    service: RegisterService,
    receiver: HttpReceiver,
}

impl Register {
    pub(super) fn of(place: &Place, name: &str, service: &RegisterService) -> Result<Register, Failure> {
        let receiver = receiver(place, name, service)?;
        Ok(Register { place: place.clone(), name: name.to_owned(), service: service.clone(), receiver })
    }
}

impl Receiver for Register {
    fn batch(&self) -> usize {
        self.receiver.batch()
    }

    fn reached(&mut self) -> Result<Option<Mark>, Fault> {
        match receiver(&self.place, &self.name, &self.service) {
            Ok(renewed) => self.receiver = renewed,
            // Somebody may be writing it at this moment: what was read before is as good as it was.
            Err(failure) => tracing::warn!(receiver = self.name, %failure, "credentials are left as they were"),
        }
        self.receiver.reached()
    }

    fn deliver(&mut self, reports: &[Report]) -> Delivery {
        self.receiver.deliver(reports)
    }
}

fn receiver(place: &Place, name: &str, service: &RegisterService) -> Result<HttpReceiver, Failure> {
    let read = |file: &Path| {
        let file = place.inside(file);
        std::fs::read(&file).map_err(|error| disk(&file, &error))
    };
    let token = |file: &Path| {
        let text = String::from_utf8(read(file)?);
        let text = text.map_err(|_| Failure::input(format!("{}: it is no UTF-8 text", file.display())))?;
        Ok::<_, Failure>(Personal::new(text.trim().to_owned()))
    };
    let client = match (&service.certificate, &service.key) {
        (Some(certificate), Some(key)) => Some((read(certificate)?, Personal::new(read(key)?))),
        _ => None,
    };
    let settings = HttpSettings {
        url: service.url.clone(),
        authorities: service.certificate_authority.as_deref().map(read).transpose()?,
        client,
        token: service.token_file.as_deref().map(token).transpose()?,
        within: Duration::from_secs(service.timeout_seconds),
    };
    HttpReceiver::new(settings).map_err(|trouble| Failure::input(format!("receiver {name}: {trouble}")))
}
