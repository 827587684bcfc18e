//! Reason codes: why a booklet was spoiled or set aside, why a job was given up.

use super::{Pair, find, pair};

/// What a reason code means; none for a code that is not known here, which is then shown as it is.
pub fn reason(code: &str) -> Option<Pair> {
    find(OF_MACHINES, code)
        .or_else(|| find(OF_BOOKLETS, code))
        .or_else(|| find(OF_STAGES, code))
        .or_else(|| find(OF_PEOPLE, code))
}

/// Codes of the machine contract's errors.
const OF_MACHINES: &[(&str, Pair)] = &[
    ("not_attached", pair("the machine does not know this host", "機器未連接本主機")),
    ("fenced", pair("another host controls the machine", "機器由另一主機控制")),
    ("link_lost", pair("the link to the machine broke", "與機器的連線中斷")),
    ("timeout", pair("the machine did not answer in time", "機器逾時未回應")),
    ("wrong_state", pair("the machine was in another state", "機器狀態不符")),
    ("busy", pair("the machine was busy", "機器繁忙")),
    ("unsupported", pair("the machine cannot do this", "機器不支援")),
    ("invalid", pair("the machine found the command invalid", "機器認為指令無效")),
    ("not_found", pair("the machine does not know the job", "機器沒有該工作")),
    ("cursor_gone", pair("the machine forgot its events", "機器事件紀錄已失")),
    ("feeder_empty", pair("the feeder was empty", "進簿匣已空")),
    ("stack_full", pair("the stack was full", "出簿匣已滿")),
    ("misfeed", pair("no booklet came from the feeder", "未能取出簿冊")),
    ("double_feed", pair("two booklets came at once", "同時取出兩本")),
    ("wrong_serial", pair("another serial was read than expected", "讀到的簿冊編號不符")),
    ("chip_mute", pair("the chip did not answer", "晶片沒有回應")),
    ("marking_failed", pair("marking the page broke off", "刻印中斷")),
    ("camera_failed", pair("the camera gave no picture", "攝影機沒有影像")),
    ("jam", pair("a booklet was stuck", "簿冊卡住")),
    ("power_lost", pair("the machine lost power", "機器斷電")),
    ("machine_fault", pair("the machine failed", "機器故障")),
];

/// Codes about booklets and the line's supervision.
const OF_BOOKLETS: &[(&str, Pair)] = &[
    ("bound_before", pair("the booklet was bound before", "簿冊曾經配定")),
    ("foreign_booklet", pair("the booklet is in no delivery", "簿冊不屬任何交貨")),
    ("other_chip", pair("the chip is not the one delivered", "晶片與交貨紀錄不符")),
    ("unfit_booklet", pair("the booklet does not fit the order", "簿冊不適用於訂單")),
    ("binding_refused", pair("the store refused the binding", "系統拒絕配定")),
    ("misread_serial", pair("the serial could not be read", "未能讀取簿冊編號")),
    ("odd_answer", pair("the machine answered something else", "機器答非所問")),
    ("pick_unknown", pair("whether a booklet was picked is unknown", "不知是否已取簿")),
    ("marking_unknown", pair("whether the page was marked is unknown", "不知是否已刻印")),
    ("delivery_unknown", pair("where the booklet lies is unknown", "不知簿冊所在")),
    ("restarted", pair("the host started again before a booklet was picked", "取簿前主機重新啟動")),
    ("stray", pair("it lay in the machine and belonged to no job", "留在機器內而不屬任何工作")),
    ("stopped_before_lock", pair("stopped by a person before the chip was locked", "鎖定晶片前由人員截停")),
    ("person", pair("a person asked for it", "由人員要求")),
    ("same_person", pair("the same person has another open order", "同一人另有未完成的訂單")),
    ("doubt", pair("what became of the booklet is not known", "簿冊的結果不明")),
    ("too_many_remakes", pair("it failed too often", "重製次數過多")),
    ("unpreparable", pair("it cannot be prepared as it is", "現有資料無法製備")),
    ("remake_approval", pair("people have to approve that it is made again", "重製須經人員批准")),
    ("machine_lied", pair("the machine told what cannot be", "機器所報與事實不符")),
    ("stopped_before_pick", pair("stopped by a person before a booklet was picked", "取簿前由人員截停")),
    ("stopped_before_bind", pair("stopped by a person before the booklet was bound", "配定簿冊前由人員截停")),
    ("draining", pair("the machine is being drained", "機器正在清空工作")),
    (
        "other_numbering",
        pair("the booklet is numbered in another way than this machine does", "簿冊編號方式與機器不符"),
    ),
    ("encoding_not_received", pair("the machine never got what it was to write", "機器未收到寫入資料")),
    ("marked_again", pair("the machine marked the page a second time by itself", "機器自行重複刻印")),
    ("encoding_package", pair("what the machine writes could not be sealed", "未能密封寫入資料")),
    ("machine_key", pair("the machine's public key is none", "機器公開密鑰無效")),
    ("chip_unknown", pair("the chip's serial was not read", "未讀取晶片編號")),
    ("impossible_transition", pair("a change of state that cannot be", "不可能的狀態轉變")),
    ("unannounced_state", pair("a state that the machine does not have", "機器沒有的狀態")),
    ("never_asked", pair("the end of a command that was never given", "報告從未發出的指令")),
    ("other_kind", pair("a command ended as another kind of command ends", "指令以另一種方式結束")),
    ("other_result", pair("a command ended twice, differently", "同一指令兩次結果不同")),
    ("journal_contradicts", pair("the machine's journal contradicts it", "機器日誌前後矛盾")),
    ("unknown_job", pair("a job that the machine never had", "機器從未有的工作")),
    ("cursor_back", pair("events went back or changed", "事件倒退或改變")),
    ("cursor_jump", pair("events are missing from the sequence", "事件次序有缺")),
    ("foreign_booklets", pair("too many booklets are not what the books say", "太多簿冊與帳目不符")),
    ("starts_back", pair("the machine started fewer times than before", "機器啟動次數倒退")),
    ("other_machine", pair("it is another machine than before", "並非原來的機器")),
    ("impossible_level", pair("a level beyond full", "存量超出上限")),
    ("oversized", pair("more than a machine may send", "超出機器可傳送的大小")),
    ("machine_dead", pair("the machine is dead", "機器已停止運作")),
    ("not_counted", pair("it was not there when counted", "點算時不見")),
    ("torn", pair("it was damaged", "已損毀")),
    ("urgent", pair("urgent", "加急")),
    ("normal", pair("normal", "一般")),
];

/// Codes that persons choose when they have looked at a booklet.
const OF_PEOPLE: &[(&str, Pair)] = &[
    ("page_flaw", pair("the page is not marked cleanly", "資料頁刻印有瑕疵")),
    ("portrait_flaw", pair("the portrait is not good enough", "相片質素不足")),
    ("wrong_data", pair("what it says is wrong", "所載資料有誤")),
    ("chip_flaw", pair("the chip does not read well", "晶片讀取欠佳")),
    ("cover_flaw", pair("cover, stitching or laminate is faulty", "封面、縫線或覆膜有瑕疵")),
    ("found_blank", pair("chip and page were found blank", "檢查後晶片及資料頁均為空白")),
    ("found_written", pair("chip or page was found written", "檢查後晶片或資料頁已有內容")),
    ("found_faulty", pair("it was found faulty", "檢查後發現瑕疵")),
];

/// Codes of the stages.
const OF_STAGES: &[(&str, Pair)] = &[
    ("internal_fault", pair("a fault of this program", "本程式發生錯誤")),
    ("name_not_transliterable", pair("the name cannot be written in the MRZ", "姓名無法寫入機讀區")),
    ("date_of_birth", pair("the date of birth does not exist", "出生日期不存在")),
    ("data_group", pair("a data group could not be made", "未能製成數據組")),
    ("keys", pair("key pairs are missing", "欠缺密鑰對")),
    ("document_keys", pair("the document's keys could not be made", "未能產生證件密鑰")),
    ("country_signer", pair("the country signer cannot be used", "國家簽署憑證不可用")),
    ("document_signer", pair("the document signer cannot be used", "證件簽署憑證不可用")),
    ("signer", pair("the signer failed", "簽署器發生故障")),
    ("sod", pair("the security object could not be made", "未能製成安全物件")),
    ("sod_not_verified", pair("the security object did not verify", "安全物件核對不符")),
    ("chip_plan", pair("the chip's personalisation could not be planned", "未能編排晶片個人化")),
    ("oid", pair("an object identifier is wrong", "物件識別碼錯誤")),
    ("curve", pair("the chip profile does not know this curve", "晶片規格不支援此曲線")),
    ("date", pair("the calendar gave a date that does not exist", "日曆提供的日期不存在")),
    ("inspection", pair("the chip did not pass inspection", "晶片未能通過查驗")),
    ("mrz", pair("the MRZ could not be made", "未能製成機讀區")),
    ("page", pair("the page could not be rendered", "未能製成資料頁")),
    ("portrait", pair("the portrait cannot be used", "相片不可用")),
    ("signature", pair("the signature image cannot be used", "簽名影像不可用")),
    ("seal", pair("the vault cannot seal or open data", "資料庫未能密封或開啟資料")),
    ("store", pair("the store does not work", "資料庫不能運作")),
    ("payload_missing", pair("the order's data is missing", "欠缺訂單資料")),
    ("payload_sealed", pair("the order's data cannot be opened", "未能開啟訂單資料")),
    ("payload_damaged", pair("the order's data is damaged", "訂單資料損毀")),
    ("document_missing", pair("the signed files are missing", "欠缺已簽署的檔案")),
    ("document_sealed", pair("the signed files cannot be opened", "未能開啟已簽署的檔案")),
    ("document_damaged", pair("the signed files are damaged", "已簽署的檔案損毀")),
    ("chip_keys", pair("the chip refused the transport key", "晶片拒絕傳輸密鑰")),
    ("chip_write", pair("the chip refused to be written", "晶片拒絕寫入")),
    ("chip_answer", pair("the chip answered something malformed", "晶片回應格式錯誤")),
    ("out_of_order", pair("the chip's steps came out of order", "晶片步驟次序錯誤")),
    ("read_back", pair("the chip could not be read back", "未能讀回晶片")),
    ("read_back_sod", pair("the chip gave no security object back", "晶片沒有讀回安全物件")),
    ("read_back_differs", pair("the chip gave other bytes back than signed", "晶片讀回內容與簽署不符")),
    ("camera_image", pair("the picture of the page is no use", "資料頁影像不可用")),
    ("mrz_unreadable", pair("the MRZ on the page could not be read", "未能讀取資料頁機讀區")),
    ("mrz_differs", pair("the MRZ on the page differs from the order", "資料頁機讀區與訂單不符")),
];

#[cfg(test)]
pub(super) const TABLES: [&[(&str, Pair)]; 4] = [OF_MACHINES, OF_BOOKLETS, OF_STAGES, OF_PEOPLE];
