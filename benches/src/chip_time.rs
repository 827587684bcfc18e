//! What the common profiles of a chip cost: commands, bytes and modelled seconds to write and to read back, and how often a
//! second one core can be terminal and chip at once.
//!
//! | module | what |
//! |---|---|
//! | [`profiles`] | which files and keys |
//! | [`mod@write`] | personalised and read back by the emulated chip's model of time |
//! | [`rate`] | access control and 25 KB read, as fast as the processor goes |

pub mod profiles;
pub mod rate;
pub mod write;

use serde_json::{Value, json};

/// Everything as JSON: one object for each profile, buffer and bit rate, and one for each rate.
#[must_use]
pub fn to_json(rows: &[write::Row], rates: &[rate::Rate]) -> Value {
    let row = |row: &write::Row| {
        json!({
            "profile": row.profile, "chip": row.chip, "kbit_per_second": row.kbit_per_second,
            "commands_to_write": row.written.commands, "bytes_sent_to_write": row.written.sent,
            "bytes_received_to_write": row.written.received, "scripts_to_write": row.written.scripts,
            "seconds_to_write": row.written.seconds, "commands_to_read": row.read.commands,
            "bytes_sent_to_read": row.read.sent, "bytes_received_to_read": row.read.received,
            "scripts_to_read": row.read.scripts, "seconds_to_read": row.read.seconds,
        })
    };
    let rate = |rate: &rate::Rate| json!({ "access": rate.access, "bytes": rate.bytes, "per_second": rate.per_second, "bar": rate.bar });
    json!({
        "chips": rows.iter().map(row).collect::<Vec<_>>(),
        "rates": rates.iter().map(rate).collect::<Vec<_>>(),
    })
}
