//! Doc 9303-10 3.11.1: EF.ATR/INFO. The table is that of LDS2; a chip with the eMRTD application alone may say less.

use super::{File, FileLine};
use crate::lds::{AtrInfo, CardCapabilities};
use crate::pki::lint::report::{must, should};

const TABLE: &str = "Doc 9303-10 table 29";

pub(super) static LINES: &[FileLine] = &[
    should("atr_info.card_capabilities", TABLE, "there are card capabilities", |file, hits| {
        if AtrInfo::parse(file.bytes).is_ok_and(|info| info.card_capabilities().is_none()) {
            hits.absent();
        }
    }),
    must("atr_info.data_unit", TABLE, "the data unit is one byte", |file, hits| {
        if let Some(CardCapabilities([_, second, _])) = capabilities(file)
            && second & 0x0F != 1
        {
            hits.at(0, format!("second software function {second:02X}"));
        }
    }),
    must(
        "atr_info.extended_length",
        "Doc 9303-10 table 29, Doc 9303-11 9.3.1.1",
        "limits of extended length are given by a chip that announces it",
        |file, hits| {
            if let Ok(info) = AtrInfo::parse(file.bytes)
                && info.extended_length().is_some()
                && !capabilities(file)
                    .is_some_and(|found| found.extended_length() && found.extended_length_information())
            {
                hits.at(0, "limits without the announcement");
            }
        },
    ),
];

fn capabilities(file: &File<'_>) -> Option<CardCapabilities> {
    AtrInfo::parse(file.bytes).ok()?.card_capabilities()
}
