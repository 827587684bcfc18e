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
    ("remake_approved", pair("Remake approved", "批准重製")),
    ("priority_changed", pair("Priority changed", "更改優先次序")),
    ("stock_received", pair("Stock received", "收取庫存")),
    ("stock_stored", pair("Stock counted into the vault", "庫存點算入庫")),
    ("stock_loaded", pair("Booklets loaded", "裝入空白簿")),
    ("stock_unloaded", pair("Booklets unloaded", "取回空白簿")),
    ("stock_returned", pair("Booklets returned to the maker", "簿冊退回製造商")),
    ("booklet_missing", pair("Booklet missing", "簿冊遺失")),
    ("booklet_found", pair("Missing booklet found", "尋回簿冊")),
    ("quarantine_decided", pair("Quarantine decided", "隔離簿冊已處理")),
    ("booklets_destroyed", pair("Booklets destroyed", "銷毀簿冊")),
    ("booklet_recalled", pair("Document recalled", "召回證件")),
    ("packed", pair("Documents packed", "包裝證件")),
    ("handed_over", pair("Documents handed over", "交付證件")),
    ("shift_opened", pair("Shift opened", "開更")),
    ("shift_closed", pair("Shift closed", "收更")),
    ("policy_set", pair("Policy set", "更改守則")),
    ("numbers_granted", pair("Document numbers granted", "獲發證件號碼")),
    ("key_handled", pair("Keys or certificates handled", "處理密鑰或證書")),
    ("inspection_decided", pair("Inspection decided", "查驗已有結果")),
    ("document_rejected", pair("Document rejected", "否決證件")),
    ("reports_delivered", pair("Reports delivered", "報告已送達")),
    ("machine_draining", pair("Machine draining", "機器停止接新工作")),
    ("machine_fenced_off", pair("Machine fenced off", "隔離機器")),
    ("machine_cleared", pair("Machine cleared", "解除機器隔離")),
    ("alarm_acknowledged", pair("Alarm acknowledged", "確認警報")),
    ("machine_paused", pair("Machine paused", "暫停機器")),
    ("machine_resumed", pair("Machine resumed", "恢復機器")),
    ("machine_reported", pair("Machine reported", "機器報告")),
    ("dispatched", pair("Sent to a machine", "派往機器")),
    ("withdrawn", pair("Given up before binding", "配簿前撤回")),
    ("abandoned", pair("Left behind by a dead machine", "機器停止運作，工作作廢")),
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
