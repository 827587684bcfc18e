//! Names around machines: states of PackML, severities, alarms, and the steps of a job.

use super::{Pair, find, pair};

/// What people call a state of PackML, by the standard's name (`Execute`).
pub fn state(name: &str) -> Option<Pair> {
    find(STATES, name)
}

/// What people call an alarm's severity, by its name in small letters (`critical`).
pub fn severity(name: &str) -> Option<Pair> {
    find(SEVERITIES, name)
}

/// What an alarm says and asks for, by the machine's code (`FEEDER-LOW`). Machines have codes of their own: one that is
/// not known here is shown with the text that the machine gave.
pub fn alarm(code: &str) -> Option<Pair> {
    find(ALARMS, code)
}

/// What people call a step of a job, by the line's name for it (`preparing`).
pub fn step(name: &str) -> Option<Pair> {
    find(STEPS, name)
}

/// Why a machine gets no work, by dispatch's name for it (`no_booklets`).
pub fn idle(name: &str) -> Option<Pair> {
    find(IDLE, name)
}

/// How a machine did of late, by dispatch's name for it (`probation`).
pub fn health(name: &str) -> Option<Pair> {
    find(HEALTH, name)
}

/// What an alarm that the line itself raised says and asks for, by its code (`machine_dead`).
pub fn host_alarm(code: &str) -> Option<Pair> {
    find(HOST_ALARMS, code)
}

const IDLE: &[(&str, Pair)] = &[
    ("no_link", pair("The link to the machine does not work.", "與機器的連線中斷。")),
    ("dead", pair("The machine has not answered for so long that its work moved on.", "機器久未回應，工作已轉交。")),
    ("not_executing", pair("The machine does not produce.", "機器並非生產中。")),
    ("paused", pair("A person has paused it.", "由人員暫停。")),
    ("draining", pair("It finishes what it has and gets nothing new.", "只完成現有工作，不再派單。")),
    ("fenced_off", pair("It told what cannot be: a person has to clear it.", "機器所報與事實不符：須人員解除。")),
    ("spoiled_too_many", pair("It spoiled too many in a row: a person has to look.", "連續報廢過多：須人員檢查。")),
    ("no_shift", pair("No shift is open.", "未開更。")),
    ("first_piece", pair("Its first document of the shift waits for approval.", "本更首件有待批准。")),
    ("no_numbers", pair("No document number is left.", "證件號碼已用盡。")),
    (
        "no_coupler",
        pair(
            "It encodes chips by itself, and chips are to make their own keys.",
            "本機自行寫入晶片，而設定要求由晶片自行產生密鑰。",
        ),
    ),
    ("full", pair("It has as many jobs as it takes.", "工作已滿。")),
    ("probation", pair("It is on probation: one job at a time.", "觀察期內：每次一件。")),
    ("no_booklets", pair("No feeder holds booklets.", "進簿匣沒有簿冊。")),
    ("nothing_waits", pair("Nothing waits that it could make.", "沒有適合的訂單。")),
    ("left_to_others", pair("What waits is better made by another machine.", "等候的訂單由其他機器製作較佳。")),
];

const HEALTH: &[(&str, Pair)] = &[
    ("sound", pair("Sound", "正常")),
    ("probation", pair("On probation", "觀察中")),
    ("barred", pair("Barred: needs a person", "停用：須人員處理")),
];

const HOST_ALARMS: &[(&str, Pair)] = &[
    (
        "fenced_off",
        pair("The machine told what cannot be. Look at it, then clear it.", "機器所報與事實不符。請檢查後解除。"),
    ),
    (
        "machine_dead",
        pair("The machine does not answer. Its work moved on: look at it.", "機器沒有回應，工作已轉交。請檢查。"),
    ),
    (
        "spoils_in_a_row",
        pair("It spoiled one booklet after another. Mend it, then resume it.", "連續報廢簿冊。請修理後恢復。"),
    ),
    ("no_numbers", pair("No document number is left. Ask the register for more.", "證件號碼已用盡。請向登記處索取。")),
    (
        "keys_refused_in_a_row",
        pair(
            "Chip after chip refuses the keys. Compare batch and key version, then resume it.",
            "晶片接連拒絕密鑰。請核對批次及密鑰版本後恢復。",
        ),
    ),
];

const STATES: &[(&str, Pair)] = &[
    ("Stopped", pair("Stopped", "已停止")),
    ("Starting", pair("Starting", "啟動中")),
    ("Idle", pair("Idle", "待命")),
    ("Suspended", pair("Waiting for its surroundings", "待外部條件")),
    ("Execute", pair("Producing", "生產中")),
    ("Stopping", pair("Stopping", "停止中")),
    ("Aborting", pair("Aborting", "緊急中止中")),
    ("Aborted", pair("Aborted: needs a person", "緊急中止：須人員處理")),
    ("Holding", pair("Going on hold", "進入保持")),
    ("Held", pair("On hold", "保持中")),
    ("Unholding", pair("Leaving hold", "解除保持中")),
    ("Suspending", pair("Suspending", "暫候中")),
    ("Unsuspending", pair("Going on", "恢復中")),
    ("Resetting", pair("Resetting", "重設中")),
    ("Completing", pair("Completing", "收尾中")),
    ("Complete", pair("Complete", "已收尾")),
    ("Clearing", pair("Clearing", "清除中")),
];

const SEVERITIES: &[(&str, Pair)] =
    &[("notice", pair("Notice", "提示")), ("warning", pair("Warning", "警告")), ("critical", pair("Critical", "嚴重"))];

const ALARMS: &[(&str, Pair)] = &[
    ("FEEDER-EMPTY", pair("Feeder is empty: load booklets.", "進簿匣已空：請裝入空白簿。")),
    ("FEEDER-LOW", pair("Feeder runs low: load booklets soon.", "進簿匣存量低：請盡快裝入空白簿。")),
    ("MISFEED", pair("No booklet came: look at the feeder.", "未能取出簿冊：請檢查進簿匣。")),
    (
        "CHIP-KEYS",
        pair(
            "Chip after chip refuses the keys: compare batch and key version.",
            "晶片接連拒絕密鑰：請核對批次及密鑰版本。",
        ),
    ),
    ("JAM", pair("A booklet is stuck: take it out.", "簿冊卡住：請取出。")),
    ("STACK-FULL-GOOD", pair("Good stack is full: empty it.", "合格出簿匣已滿：請清空。")),
    ("STACK-FULL-REJECT", pair("Reject stack is full: empty it.", "剔除出簿匣已滿：請清空。")),
    ("LASER-FAULT", pair("Laser failed while engraving.", "激光刻印發生故障。")),
    ("INKJET-FAULT", pair("Inkjet failed while printing.", "噴墨列印發生故障。")),
    ("CAMERA-FAULT", pair("Camera gave no picture.", "攝影機沒有影像。")),
    ("CONSUMABLE-LOW", pair("A consumable runs low.", "耗材存量低。")),
    ("CONSUMABLE-EMPTY", pair("A consumable is used up.", "耗材已用盡。")),
];

const STEPS: &[(&str, Pair)] = &[
    ("dispatching", pair("Assigning", "派單")),
    ("pick_check", pair("Stop check before picking", "取簿前截停檢查")),
    ("picking", pair("Picking a booklet", "取簿")),
    ("bind_check", pair("Checking the booklet in the books", "核對簿冊帳目")),
    ("binding", pair("Binding the booklet", "配定簿冊")),
    ("preparing", pair("Preparing and signing data", "製備及簽署資料")),
    ("signing", pair("Recording what was signed", "記錄簽署")),
    ("wrapping", pair("Securing chip commands", "加密晶片指令")),
    ("encoding", pair("Writing and reading the chip", "讀寫晶片")),
    ("stop_check", pair("Last stop check", "最後截停檢查")),
    ("locking", pair("Leave to lock the chip", "核准鎖定晶片")),
    ("clearing", pair("Leave to mark the page", "核准刻印")),
    ("marking", pair("Marking the page", "刻印資料頁")),
    ("photographing", pair("Taking another picture", "再次拍攝")),
    ("fetching", pair("Fetching the picture", "取回影像")),
    ("verifying", pair("Checking the page", "核對資料頁")),
    ("passing", pair("Recording the verdict", "記錄核對結果")),
    ("delivering", pair("Putting the document out", "送出證件")),
    ("finishing", pair("Recording the end", "記錄完成")),
    ("setting_aside", pair("Setting the booklet aside", "擱置簿冊")),
    ("failing", pair("Recording the failure", "記錄失敗")),
    ("rejecting", pair("Moving to the reject stack", "送往剔除匣")),
    ("pausing", pair("Waiting to try again", "等候重試")),
    ("recovering", pair("Finding out where it stood", "追查進度")),
];

#[cfg(test)]
pub(super) const TABLES: [&[(&str, Pair)]; 7] = [STATES, SEVERITIES, ALARMS, STEPS, IDLE, HEALTH, HOST_ALARMS];
