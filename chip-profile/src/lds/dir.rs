//! EF.DIR: the applications of the chip (Doc 9303-10 3.11.4, ISO/IEC 7816-4 12.2.2).
//!
//! ```text
//! 61 L           application template, one for each application
//!    4F L        application identifier, 5 to 16 bytes
//! ```

use super::error::{LdsError, LdsErrorKind};
use super::template;
use crate::tlv::{self, Reader};

const TAG_APPLICATION_TEMPLATE: u32 = 0x61;
const TAG_APPLICATION_IDENTIFIER: u32 = 0x4F;

/// The identifier of an application, 5 to 16 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApplicationId(Vec<u8>);

impl ApplicationId {
    /// The eMRTD application with LDS1, A0000002471001.
    pub fn emrtd() -> Self {
        ApplicationId(vec![0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01])
    }

    /// The identifier with these bytes; `None` unless there are 5 to 16.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        matches!(bytes.len(), 5..=16).then(|| ApplicationId(bytes.to_vec()))
    }

    /// Whether it is one of LDS2: travel records, visas or additional biometrics, A000000247200….
    pub fn is_lds2(&self) -> bool {
        self.0.starts_with(&[0xA0, 0x00, 0x00, 0x02, 0x47, 0x20])
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// EF.DIR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dir {
    /// The applications, in the order of the file; at least one.
    pub applications: Vec<ApplicationId>,
}

impl Default for Dir {
    /// The eMRTD application alone.
    fn default() -> Self {
        Dir { applications: vec![ApplicationId::emrtd()] }
    }
}

impl Dir {
    /// The bytes of the file.
    ///
    /// # Errors
    /// There is no application, or the file would be longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        if self.applications.is_empty() {
            return Err(LdsError::new(LdsErrorKind::Missing { tag: TAG_APPLICATION_TEMPLATE }, 0));
        }
        let mut out = Vec::new();
        for application in &self.applications {
            tlv::push_nested(&mut out, TAG_APPLICATION_TEMPLATE, |out| {
                tlv::push(out, TAG_APPLICATION_IDENTIFIER, application.as_bytes());
            });
        }
        template::checked_length(out)
    }

    /// Reads the file. Other data objects of a template, such as labels, are passed over.
    ///
    /// # Errors
    /// Kind and position: not application templates (61) one after another, one that does not begin with an identifier
    /// (4F) of 5 to 16 bytes, or none at all.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = Reader::new(file);
        let mut applications = Vec::new();
        while !reader.is_empty() {
            let mut template = reader.expect(TAG_APPLICATION_TEMPLATE)?.reader();
            let identifier = template.expect(TAG_APPLICATION_IDENTIFIER)?;
            while template.next_object()?.is_some() {}
            let wrong_length = LdsError::new(LdsErrorKind::Count, identifier.position);
            applications.push(ApplicationId::new(identifier.value).ok_or(wrong_length)?);
        }
        if applications.is_empty() {
            return Err(LdsError::new(LdsErrorKind::Missing { tag: TAG_APPLICATION_TEMPLATE }, 0));
        }
        Ok(Dir { applications })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_emrtd_application_is_announced() {
        let file = Dir::default().build().unwrap();
        assert_eq!(file, [0x61, 0x09, 0x4F, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01]);
        assert_eq!(Dir::parse(&file).unwrap(), Dir::default());
    }

    #[test]
    fn several_applications_and_labels() {
        let travel_records = ApplicationId::new(&[0xA0, 0, 0, 2, 0x47, 0x20, 1]).unwrap();
        assert!(travel_records.is_lds2() && !ApplicationId::emrtd().is_lds2());
        let dir = Dir { applications: vec![ApplicationId::emrtd(), travel_records] };
        assert_eq!(Dir::parse(&dir.build().unwrap()).unwrap(), dir);
        let labelled = [0x61, 0x0C, 0x4F, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01, 0x50, 0x01, b'P'];
        assert_eq!(Dir::parse(&labelled).unwrap(), Dir::default());
        assert!(Dir::parse(&[]).is_err());
        assert!(Dir::parse(&[0x61, 0x02, 0x4F, 0x00]).is_err());
        assert!(Dir { applications: vec![] }.build().is_err());
    }
}
