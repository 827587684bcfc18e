//! The report as CSV (RFC 4180): one row for each booklet, or one for each movement.

use persoline_domain::booklet::BookletState;
use persoline_domain::stock::{StockReport, step_name};

/// One row for each booklet in the books at the end of the period.
pub(super) fn booklets(report: &StockReport) -> String {
    let mut text = row(&[
        "serial",
        "format",
        "kind",
        "numbering",
        "delivery",
        "carton",
        "batch",
        "opening",
        "closing",
        "order",
        "replaces",
        "replaced_by",
    ]);
    for booklet in &report.booklets {
        let order = booklet.order.map(|order| order.to_string()).unwrap_or_default();
        text.push_str(&row(&[
            booklet.serial.as_str(),
            booklet.class.format.name(),
            booklet.class.kind.name(),
            booklet.class.numbering.name(),
            &booklet.delivery,
            &booklet.carton,
            &booklet.batch,
            booklet.opening.map_or("", BookletState::name),
            booklet.closing.name(),
            &order,
            booklet.replaces.as_ref().map_or("", |serial| serial.as_str()),
            booklet.replaced_by.as_ref().map_or("", |serial| serial.as_str()),
        ]));
    }
    text
}

/// One row for each movement of the period, in the order of the log.
pub(super) fn movements(report: &StockReport) -> String {
    let mut text = row(&[
        "sequence",
        "at",
        "actor",
        "witness",
        "movement",
        "from",
        "to",
        "serial",
        "format",
        "kind",
        "numbering",
        "machine",
        "reason",
    ]);
    for entry in report.entries() {
        text.push_str(&row(&[
            &entry.act.sequence.to_string(),
            &entry.act.at.to_string(),
            &entry.act.actor.to_string(),
            entry.act.witness.as_deref().unwrap_or_default(),
            step_name(entry.step.step),
            entry.step.from.map_or("", BookletState::name),
            entry.step.to.name(),
            entry.booklet.serial.as_str(),
            entry.booklet.class.format.name(),
            entry.booklet.class.kind.name(),
            entry.booklet.class.numbering.name(),
            entry.act.machine.as_ref().map_or("", |machine| machine.as_str()),
            &entry.act.reason,
        ]));
    }
    text
}

/// RFC 4180 section 2: CR LF after each row; a field with a comma, a quote or a line break stands in quotes, its own
/// quotes doubled.
fn row(fields: &[&str]) -> String {
    let mut line = String::new();
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        if field.contains([',', '"', '\r', '\n']) {
            line.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
        } else {
            line.push_str(field);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_need_quotes_get_them() {
        assert_eq!(row(&["a", "b,c", "d\"e", "f\ng", ""]), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
    }
}
