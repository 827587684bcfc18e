//! What an event of the log says.

use super::{Pair, find, pair};

/// What happened, by the kind under which the log keeps it (`order_accepted`).
pub fn kind(name: &str) -> Option<Pair> {
    find(KINDS, name)
}

/// What a machine reported, by the word before the colon of its code (`alarm_set`).
pub fn report(word: &str) -> Option<Pair> {
    find(REPORTS, word)
}

/// Every kind of event that has a name, in the order of a document's way.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

const KINDS: &[(&str, Pair)] = &[
    ("order_accepted", pair("Order accepted", "接納訂單")),
    ("order_held", pair("Order held", "擱置訂單")),
    ("order_released", pair("Order released", "解除擱置")),
    ("order_cancelled", pair("Order cancelled", "取消訂單")),
    ("priority_changed", pair("Priority changed", "更改優先次序")),
    ("stock_received", pair("Stock received", "收取庫存")),
    ("stock_loaded", pair("Booklets loaded", "裝入空白簿")),
    ("stock_unloaded", pair("Booklets unloaded", "取回空白簿")),
    ("machine_paused", pair("Machine paused", "暫停機器")),
    ("machine_resumed", pair("Machine resumed", "恢復機器")),
    ("machine_reported", pair("Machine reported", "機器報告")),
    ("dispatched", pair("Sent to a machine", "派往機器")),
    ("withdrawn", pair("Given up before binding", "配簿前撤回")),
    ("bound", pair("Booklet bound", "配定簿冊")),
    ("ticketed", pair("Data signed", "資料已簽署")),
    ("locking", pair("Chip may be locked", "核准鎖定晶片")),
    ("marking", pair("Page may be marked", "核准刻印資料頁")),
    ("verified", pair("Verified", "通過核對")),
    ("finished", pair("Document finished", "證件完成")),
    ("spoiled", pair("Booklet spoiled, order remade", "簿冊作廢，訂單重製")),
    ("doubtful", pair("Outcome unknown, order held", "結果不明，訂單擱置")),
    ("blank_spoiled", pair("Blank spoiled", "空白簿作廢")),
    ("blank_quarantined", pair("Blank set aside", "空白簿隔離待查")),
];

const REPORTS: &[(&str, Pair)] = &[
    ("alarm_set", pair("Alarm", "警報")),
    ("link_lost", pair("Link lost", "連線中斷")),
    ("trouble", pair("Trouble", "故障")),
];

#[cfg(test)]
pub(super) const TABLES: [&[(&str, Pair)]; 2] = [KINDS, REPORTS];
