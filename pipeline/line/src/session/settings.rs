//! Limits and delays of a session, by name.

use std::time::Duration;

use persoline_dispatch::DispatchLimits;

/// Limits and delays of a session, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// Jobs under way at once, if the machine would take more.
    pub jobs_at_once: u32,
    /// How long to wait before a command is tried again that the machine could not take, and before orders are listed again
    /// when nothing fitted.
    pub retry_after: Duration,
    /// How long to wait before a broken link, or the centre's own trouble, is tried again.
    pub reconnect_after: Duration,
    /// How often the store is asked what people want of the machine: words from another process take effect within this.
    pub listing_interval: Duration,
    /// How long a link may be down before the machine counts as dead and its work moves on.
    pub dead_after: Duration,
    /// Pictures taken of a page beyond the first before its document is given up.
    pub photographs: u32,
    /// Booklets that may be other than the books say, of the latest [`odd_booklets_of`](Self::odd_booklets_of) picks, before
    /// the machine counts as lying. One misread serial is none.
    pub odd_booklets: u32,
    /// Picks that are looked back at for that, at most 64.
    pub odd_booklets_of: u32,
    /// Whether the host brings a machine that stands still into execution by itself.
    pub starts_machine: bool,
    /// Whether chips make their keys themselves, so that only machines whose coupler the host speaks through get work.
    pub needs_coupler: bool,
    /// Limits of dispatch.
    pub dispatch: DispatchLimits,
}

impl Default for SessionSettings {
    fn default() -> Self {
        SessionSettings {
            jobs_at_once: 8,
            retry_after: Duration::from_millis(200),
            reconnect_after: Duration::from_secs(2),
            listing_interval: Duration::from_millis(500),
            dead_after: Duration::from_secs(15 * 60),
            photographs: 2,
            odd_booklets: 5,
            odd_booklets_of: 20,
            starts_machine: true,
            needs_coupler: false,
            dispatch: DispatchLimits::default(),
        }
    }
}
