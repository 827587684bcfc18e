//! What is lost with the field: selection, channel, protocols under way.

use super::Channel;
use chip_profile::access::bac::BacChip;
use chip_profile::access::chip_authentication::ChipAuthenticationChip;
use chip_profile::access::pace::PaceChip;

#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) selection: Selection,
    pub(super) channel: Channel,
    pub(super) bac: Option<BacChip>,
    pub(super) pace: Option<PaceChip>,
    pub(super) chip_authentication: Option<ChipAuthenticationChip>,
}

/// The current dedicated file and elementary file.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Selection {
    pub(super) directory: Directory,
    pub(super) file: Option<u16>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    #[default]
    MasterFile,
    IssuerDomain,
    Application,
}

impl Selection {
    pub(super) fn in_application(self) -> bool {
        self.directory == Directory::Application
    }
}
