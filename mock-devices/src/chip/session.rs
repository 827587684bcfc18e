//! What is lost with the field: selection, channel, protocols under way.

use super::Channel;
use chip_profile::access::bac::BacChip;
use chip_profile::access::chip_authentication::ChipAuthenticationChip;
use chip_profile::access::pace::PaceChip;
use zeroize::Zeroizing;

#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) selection: Selection,
    pub(super) channel: Channel,
    pub(super) bac: Option<BacChip>,
    pub(super) pace: Option<PaceChip>,
    pub(super) chip_authentication: Option<ChipAuthenticationChip>,
    pub(super) chain: Option<Chain>,
}

/// Commands of a chain that were taken, until its last one comes.
pub(super) struct Chain {
    pub(super) instruction: u8,
    pub(super) parameters: [u8; 2],
    pub(super) data: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Chain {
    // The data are parts of keys.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Chain({:02X}, {} bytes)", self.instruction, self.data.len())
    }
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
