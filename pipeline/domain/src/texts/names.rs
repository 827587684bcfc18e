//! Names of the domain's own states and kinds.

use super::{Pair, pair};
use crate::application::{Channel, CollectionKind, DocumentType};
use crate::booklet::{BlankKind, BookletState, Numbering, QuarantineDecision};
use crate::deed::HoldReason;
use crate::order::{OrderState, Priority};
use crate::store::{InspectionKind, OutboxKind};

/// What people call a state of an order.
pub fn order_state(state: OrderState) -> Pair {
    match state {
        OrderState::Waiting => pair("Waiting", "輪候"),
        OrderState::Dispatched => pair("Picking", "取簿"),
        OrderState::Bound => pair("Preparing", "製備資料"),
        OrderState::Ticketed => pair("Personalising", "個人化"),
        OrderState::Finished => pair("Finished", "完成"),
        OrderState::Held => pair("Held", "擱置"),
        OrderState::Cancelled => pair("Cancelled", "取消"),
    }
}

/// What a state of an order means, in a sentence.
pub fn order_state_meaning(state: OrderState) -> Pair {
    match state {
        OrderState::Waiting => pair("Accepted; no machine has it yet.", "已接納，尚未派往機器。"),
        OrderState::Dispatched => pair("A machine is picking a booklet for it.", "機器正為其取出空白簿。"),
        OrderState::Bound => {
            pair("A booklet is bound to it; its data is being prepared and signed.", "已配定簿冊，正製備及簽署資料。")
        }
        OrderState::Ticketed => pair(
            "The chip is written, the page is marked, and both are read back.",
            "正寫入晶片、刻印資料頁，並讀回核對。",
        ),
        OrderState::Finished => pair("A verified document exists.", "證件已製成並通過核對。"),
        OrderState::Held => pair("A person has to decide.", "須由人員決定如何處理。"),
        OrderState::Cancelled => pair("It will not be made.", "不會製作。"),
    }
}

/// What people call a state of a booklet.
pub fn booklet_state(state: BookletState) -> Pair {
    match state {
        BookletState::Received => pair("Received", "已收貨"),
        BookletState::Vault => pair("In the vault", "存庫"),
        BookletState::Loaded => pair("Loaded in a machine", "已裝機"),
        BookletState::Reserved => pair("Reserved", "已預留"),
        BookletState::Bound => pair("Bound to an order", "已配定訂單"),
        BookletState::InWork => pair("In work", "製作中"),
        BookletState::Good => pair("Good", "合格"),
        BookletState::Packed => pair("Packed", "已包裝"),
        BookletState::HandedOver => pair("Handed over", "已交付"),
        BookletState::Spoiled => pair("Spoiled", "作廢"),
        BookletState::Unknown => pair("Unknown outcome", "結果不明"),
        BookletState::Quarantined => pair("Quarantined", "隔離待查"),
        BookletState::Destroyed => pair("Destroyed", "已銷毀"),
        BookletState::Returned => pair("Returned to the maker", "退回製造商"),
        BookletState::Missing => pair("Missing", "遺失"),
        BookletState::Recalled => pair("Recalled", "已召回"),
    }
}

/// Why an order is held.
pub fn hold_reason(reason: HoldReason) -> Pair {
    match reason {
        HoldReason::Person => pair("A person asked for it", "由人員要求"),
        HoldReason::SamePerson => pair("The same person has another open order", "同一人另有未完成的訂單"),
        HoldReason::Doubt => pair("What became of its booklet is not known", "其簿冊的結果不明"),
        HoldReason::TooManyRemakes => pair("It failed too often", "重製次數過多"),
        HoldReason::Unpreparable => pair("It cannot be prepared as it is", "現有資料無法製備"),
        HoldReason::RemakeApproval => pair("People have to approve that it is made again", "重製須經人員批准"),
    }
}

/// How an application came in.
pub fn channel(channel: Channel) -> Pair {
    match channel {
        Channel::Kiosk => pair("Submission kiosk", "自助遞交機"),
        Channel::Web => pair("Web form", "網上表格"),
        Channel::Mobile => pair("Mobile app", "流動應用程式"),
        Channel::Counter => pair("Counter", "櫃檯"),
        Channel::Post => pair("Post", "郵寄"),
        Channel::MissionAbroad => pair("Mission abroad", "駐外使領館"),
    }
}

/// What is to be made.
pub fn document(document: DocumentType) -> Pair {
    match document {
        DocumentType::Passport32 => pair("Passport, 32 pages", "護照（32 頁）"),
        DocumentType::Passport48 => pair("Passport, 48 pages", "護照（48 頁）"),
    }
}

/// How urgent an order is.
pub fn priority(priority: Priority) -> Pair {
    match priority {
        Priority::Urgent => pair("Urgent", "加急"),
        Priority::Normal => pair("Normal", "一般"),
    }
}

/// What kind of place a document is handed over at.
pub fn collection_kind(kind: CollectionKind) -> Pair {
    match kind {
        CollectionKind::Kiosk => pair("Collection kiosk", "自助領取機"),
        CollectionKind::Counter => pair("Counter", "櫃檯"),
        CollectionKind::Mission => pair("Mission abroad", "駐外使領館"),
    }
}

/// Whether a blank may become a real document.
pub fn blank_kind(kind: BlankKind) -> Pair {
    match kind {
        BlankKind::Production => pair("Production", "正式"),
        BlankKind::Test => pair("Test", "測試"),
        BlankKind::Specimen => pair("Specimen", "樣本"),
    }
}

/// Where a document number comes from.
pub fn numbering(numbering: Numbering) -> Pair {
    match numbering {
        Numbering::Perforated => pair("Perforated by the maker", "製造商打孔"),
        Numbering::Engraved => pair("Engraved by the machine", "機器刻印"),
    }
}

/// What a person decides about a booklet in quarantine.
pub fn quarantine_decision(decision: QuarantineDecision) -> Pair {
    match decision {
        QuarantineDecision::Spoil => pair("Spoil", "作廢"),
        QuarantineDecision::Clear => pair("Back to the vault", "放回庫房"),
        QuarantineDecision::SendBack => pair("Back to the maker", "退回製造商"),
    }
}

/// Why a document is inspected.
pub fn inspection(kind: InspectionKind) -> Pair {
    match kind {
        InspectionKind::FirstPiece => pair("First of the shift", "本更首件"),
        InspectionKind::Sample => pair("Sample", "抽樣"),
    }
}

/// What the register is told of a booklet.
pub fn report(kind: OutboxKind) -> Pair {
    match kind {
        OutboxKind::Issued => pair("Issued", "已簽發"),
        OutboxKind::SpoiledAfterEncoding => pair("Spoiled after encoding", "寫入後作廢"),
        OutboxKind::Missing => pair("Missing", "遺失"),
        OutboxKind::Rejected => pair("Rejected", "已否決"),
        OutboxKind::Recalled => pair("Recalled", "已召回"),
    }
}
