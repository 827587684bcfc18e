//! Labels and sentences of pages.

use super::{Pair, pair};

/// Declares keys with both texts; one without the other does not compile.
macro_rules! catalogue {
    ($($key:ident: $english:literal, $chinese:literal;)*) => {
        /// A label or sentence that people read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Text {
            $(
                #[doc = $english]
                $key,
            )*
        }

        impl Text {
            /// All of them.
            pub const ALL: &[Text] = &[$(Text::$key),*];

            /// Both texts.
            pub fn pair(self) -> Pair {
                match self {
                    $(Text::$key => pair($english, $chinese),)*
                }
            }
        }
    };
}

catalogue! {
    // Every page.
    Product: "Persoline", "Persoline";
    Specimen: "SPECIMEN", "SPECIMEN 樣本";
    SpecimenMeaning: "Specimen state: no document made here is genuine.", "樣本簽發地：此處所製證件均非真實證件。";
    SkipToContent: "Skip to content", "跳到內容";
    MainNavigation: "Main", "主選單";
    LanguageChoice: "Language", "語言";
    Live: "Live", "即時";
    LiveLost: "Connection lost. What you see may be old; trying again.", "連線中斷。畫面可能並非最新，正重新連線。";
    LiveNeedsScript: "Without JavaScript this page is a snapshot: reload it to see news.", "未啟用 JavaScript，此頁為快照：請重新載入以更新。";
    CentreTime: "Centre time", "中心時間";
    None: "None", "沒有";
    Yes: "Yes", "是";
    No: "No", "否";
    State: "State", "狀態";
    Time: "Time", "時間";
    Actor: "By", "執行者";
    Application: "Application", "申請編號";
    Order: "Order", "訂單";
    Serial: "Booklet", "簿冊編號";
    Machine: "Machine", "機器";
    Job: "Job", "工作";
    Details: "Details", "詳情";
    Count: "Count", "數目";
    Newer: "Newer", "較新";
    Older: "Older", "較舊";
    Previous: "Previous", "上一頁";
    Next: "Next", "下一頁";
    Newest: "Newest", "最新";
    FirstPage: "From the beginning", "由頭開始";
    InMinutes: "{number} min", "{number} 分鐘";
    InSeconds: "{number} s", "{number} 秒";
    InMilliseconds: "{number} ms", "{number} 毫秒";

    // Titles.
    Overview: "Overview", "總覽";
    Orders: "Orders", "訂單";
    Machines: "Machines", "機器";
    Stock: "Stock", "庫存";
    Events: "Events", "事件";

    // Overview.
    Pace: "Pace", "進度";
    RateNow: "Rate now", "現時速度";
    RateNeeded: "Rate needed", "所需速度";
    PerHour: "an hour", "本／小時";
    RateWindow: "Documents finished in the last {span}.", "按最近 {span}完成的證件計算。";
    RateMeasuring: "Measuring: no rate yet.", "量度中，未有速度。";
    NeededWhy: "For the {count} open orders due up to {due}, in {hours} working hours left.", "按限期至 {due} 的 {count} 張未完成訂單，餘下 {hours} 工作小時計算。";
    NeededRule: "The highest rate that any due date asks for: open orders due up to that day, overdue and held ones included, divided by the working hours left until then. A working day counts {day} hours, today the hours left before midnight but no more than that.", "取各限期所需速度的最高者：截至該日的未完成訂單（包括逾期及擱置）除以屆時餘下的工作小時。每個工作天計 {day} 小時，今天計至午夜為止而不超過此數。";
    NeededNone: "Nothing is open: no rate is needed.", "沒有未完成訂單，毋須速度。";
    HowComputed: "How this is computed", "計算方法";
    PaceEnough: "Fast enough for every due date", "足以趕及所有限期";
    PaceShort: "Too slow by {rate} an hour", "每小時尚欠 {rate} 本";
    PaceUnknown: "Not measured yet", "尚未量度";
    PaceIdle: "Nothing to do", "沒有待辦";
    Nameplate: "Nameplate", "額定速度";
    OpenOrders: "Open", "未完成";
    Overdue: "Overdue", "逾期";
    LateFinished: "Finished late", "逾期完成";
    SpoiledBooklets: "Booklets spoiled", "作廢簿冊";
    HeldOrders: "Held", "擱置";
    FinishedTotal: "Finished", "完成";
    Stages: "Documents by stage", "各階段證件數目";
    Aside: "Aside", "場外";
    DueDates: "Orders by due date", "各限期訂單";
    Due: "Due", "限期";
    Left: "Left", "餘下";
    NeededHourly: "Needed/h", "所需／時";
    OpenCount: "Open", "未完成";
    OverdueDays: "{days} working days overdue", "逾期 {days} 個工作天";
    OverdueDay: "1 working day overdue", "逾期 1 個工作天";
    OverdueSinceHoliday: "overdue", "逾期";
    DueToday: "today", "今天";
    DueInDay: "1 working day", "1 個工作天";
    DueInDays: "{days} working days", "{days} 個工作天";
    DueBeforeNextWorkingDay: "before the next working day", "下一個工作天之前";
    MoreDates: "{count} more due dates with {orders} orders", "另有 {count} 個限期，共 {orders} 張訂單";
    NewestEvents: "Newest events", "最新事件";
    AllEvents: "All events", "所有事件";
    AllOrders: "All orders", "所有訂單";
    AllStock: "All stock", "全部庫存";
    AllMachines: "All machines", "所有機器";

    // Orders.
    SearchLabel: "Application number or booklet serial", "申請編號或簿冊編號";
    SearchHint: "It may be the beginning only.", "可只輸入開首部分。";
    Search: "Search", "搜尋";
    ClearSearch: "Clear", "清除";
    AnyState: "Any state", "所有狀態";
    NoOrders: "No order fits.", "沒有符合的訂單。";
    NoOrdersYet: "There are no orders yet.", "尚無訂單。";
    PageNumber: "Page {page}", "第 {page} 頁";
    DocumentType: "Document", "證件";
    Priority: "Priority", "優先次序";
    Remakes: "Remakes", "重製次數";
    Channel: "Channel", "遞交途徑";
    Collection: "Collection", "領取地點";
    Received: "Received complete", "齊備收件";
    FinishedAt: "Finished", "完成時間";
    HoldReason: "Held because", "擱置原因";
    BookletFound: "Booklet {serial}: {state}", "簿冊 {serial}：{state}";
    BoundOnceTo: "It was bound to application {application}.", "曾配定予申請 {application}。";

    // One order.
    OrderOf: "Order of application {application}", "申請 {application} 的訂單";
    Facts: "Facts", "資料";
    NoPersonalData: "Personal data stays sealed and is never shown here.", "個人資料一律密封，不會在此顯示。";
    Timeline: "Timeline", "時序";
    Hold: "Hold", "擱置";
    Release: "Release", "解除擱置";
    HoldOrder: "Hold the order of application {application}", "擱置申請 {application} 的訂單";
    ReleaseOrder: "Release the order of application {application}", "解除擱置申請 {application} 的訂單";
    HoldMeaning: "It will not be given to a machine until it is released.", "解除前不會派往機器。";
    HoldOnMachineMeaning: "A machine has it: it is stopped before its chip is locked, and its booklet is then spoiled. A chip that is locked already is finished.", "訂單已在機器上：會在鎖定晶片前截停，簿冊隨即作廢；若晶片已鎖定，則會完成製作。";
    HoldAfterLockMeaning: "Its chip may be locked already: this booklet is finished. Should it be spoiled, the order is held and not made again.", "晶片可能已鎖定：此簿冊會繼續完成；若其後作廢，訂單會擱置而不重製。";
    ReleaseMeaning: "It waits again and goes to the next machine by due date.", "重新輪候，按限期派往下一部機器。";
    ReleaseOnMachineMeaning: "The machine goes on with it.", "機器繼續製作。";
    StopRequested: "Hold asked for: it is stopped before its chip is locked.", "已要求擱置：會在鎖定晶片前截停。";
    StopRequestedLate: "Hold asked for. Its chip may be locked already: this booklet is finished, and only if it is spoiled the order is held.", "已要求擱置，但晶片可能已鎖定：此簿冊會繼續完成，只有其後作廢時訂單才會擱置。";
    NotSteerable: "Nothing can be changed: the order is closed.", "訂單已結束，不能更改。";
    DoneHold: "The order is held.", "訂單已擱置。";
    DoneStop: "Hold asked for.", "已要求擱置。";
    DoneRelease: "The order is released.", "訂單已解除擱置。";

    // Machines.
    Pause: "Pause", "暫停";
    Resume: "Resume", "恢復";
    PauseMachine: "Pause machine {machine}", "暫停機器 {machine}";
    ResumeMachine: "Resume machine {machine}", "恢復機器 {machine}";
    PauseMeaning: "It finishes what is under way and is given nothing new.", "完成手上工作，不再派新訂單。";
    ResumeMeaning: "It is given work again.", "重新派發訂單。";
    Paused: "Paused", "已暫停";
    PausedByPerson: "Paused by a person", "由人員暫停";
    Linked: "Linked", "已連線";
    NotLinked: "No link", "未連線";
    Halted: "Supervision ended: {why}", "監控已終止：{why}";
    Model: "Model", "型號";
    IdealRate: "Ideal rate", "理想速度";
    Alarms: "Alarms", "警報";
    NoAlarms: "No alarms", "沒有警報";
    AlarmCleared: "cleared, not acknowledged", "已消除，未確認";
    AlarmAcknowledged: "acknowledged", "已確認";
    MachineSays: "The machine says: {text}", "機器訊息：{text}";
    Station: "Station {number}", "工位 {number}";
    Feeders: "Feeders", "進簿匣";
    Feeder: "Feeder {number}", "進簿匣 {number}";
    FeederLeft: "{count} left", "餘 {count} 本";
    NeverLoaded: "never loaded", "未曾裝入";
    Format: "Format", "款式";
    SerialRange: "Serials", "編號範圍";
    Remaining: "Left", "餘下";
    Jobs: "Jobs", "工作";
    NoJobs: "No jobs under way", "沒有進行中的工作";
    JobsUnderWay: "{count} under way", "{count} 項進行中";
    Step: "Step", "步驟";
    PackML: "PackML state", "PackML 狀態";
    NoLine: "The line is not running. Orders and stock are shown as the store has them.", "生產線並未運行，訂單及庫存按系統紀錄顯示。";
    NoMachines: "No machine is known.", "沒有機器。";
    StepTimes: "Time in each step", "各步驟所需時間";
    StepTimesSince: "Since the line was started.", "自生產線啟動起計。";
    Mean: "Mean", "平均";
    Longest: "Longest", "最長";
    Times: "Times", "次數";
    DonePause: "The machine is paused.", "機器已暫停。";
    DoneResume: "The machine may work again.", "機器可再工作。";
    PausedNoLine: "Noted: it holds when the line runs.", "已記錄：生產線運行時生效。";

    // Stock.
    Reconciliation: "Reconciliation", "對賬";
    ReceivedStock: "Received", "收貨";
    SumOfStates: "Sum of all states", "各狀態總和";
    Difference: "Difference", "差額";
    BooksRight: "The books are right: every blank is in exactly one state.", "賬目相符：每本空白簿均處於一個狀態。";
    BooksWrong: "The books are wrong by {count}: count the stock before the shift closes.", "賬目相差 {count} 本：交更前必須盤點。";
    CountedAt: "Counted {time}", "{time} 點算";
    Delivery: "Delivery", "交貨批次";
    BlankKind: "Kind", "類別";
    Reason: "Reason", "原因";
    BookletsIn: "Booklets: {state}", "簿冊：{state}";
    ShowList: "List {state}", "列出：{state}";
    FromSerial: "After {serial}", "{serial} 之後";
    ChooseState: "Choose a state to list its booklets.", "選擇狀態以列出簿冊。";
    NoBooklets: "No booklet is in this state.", "沒有簿冊處於此狀態。";
    NotCounted: "Not counted yet", "尚未點算";

    // Events.
    NoEvents: "Nothing has happened yet.", "尚無事件。";
    Event: "Event", "事件";
    Number: "No.", "編號";
    ActorLine: "Line", "生產線";
    ActorMachine: "Machine {name}", "機器 {name}";
    ActorPerson: "Operator at the {name}", "操作員（{name}）";
    ActorCommand: "Command line, {name}", "命令列（{name}）";
    DashboardName: "dashboard", "儀表板";
    JobNumbered: "job {number}", "工作 {number}";

    // What went wrong.
    ErrorTitle: "This did not work", "未能完成";
    NotFoundPage: "There is no such page.", "沒有此頁。";
    NotFoundOrder: "There is no order {application}.", "沒有訂單 {application}。";
    NotFoundMachine: "There is no machine {machine}.", "沒有機器 {machine}。";
    NotFoundState: "There is no such state.", "沒有此狀態。";
    WrongMethod: "This address does not take that kind of request.", "此網址不接受該類請求。";
    ForeignHost: "This address answers only under the name of this computer.", "此網址只以本機名稱提供服務。";
    ForeignOrigin: "Refused: the request did not come from a page of this dashboard. Open the dashboard and try there.", "已拒絕：請求並非來自本儀表板的頁面。請開啟儀表板再試。";
    TooManyLive: "Too many live pages are open. Close some of them.", "開啟的即時頁面過多，請關閉部分頁面。";
    BackToOverview: "Back to the overview", "返回總覽";
    StoreFull: "The disk is full at {place}: make room and try again. Nothing was lost.", "{place} 磁碟已滿：請騰出空間再試。沒有資料遺失。";
    StoreBroken: "The store at {place} does not work: {what}", "{place} 的資料庫不能運作：{what}";
    RefusedNotFound: "Refused: the books know nothing of that name or number.", "已拒絕：帳上沒有此名稱或編號。";
    RefusedState: "Refused: it is now “{state}”, which does not allow this. The page shows how it stands.", "已拒絕：現時狀態為「{state}」，不容許此操作。請以本頁顯示為準。";
    RefusedFenced: "Refused: another host has taken control of the machine.", "已拒絕：另一主機已接管機器。";
    RefusedBoundBefore: "Refused: booklet {serial} was bound before.", "已拒絕：簿冊 {serial} 曾經配定。";
    RefusedForeign: "Refused: booklet {serial} is in no delivery.", "已拒絕：簿冊 {serial} 不屬任何交貨。";
    RefusedDelivered: "Refused: delivery {delivery}, or one of its booklets, was received before.", "已拒絕：交貨 {delivery} 或其中簿冊早已收取。";
    RefusedNoNumbers: "Refused: no document number is left. Ask the register for more.", "已拒絕：證件號碼已用完，請向登記冊申請。";
    RefusedNumbers: "Refused: numbers {first} to {last} cannot be granted.", "已拒絕：號碼 {first} 至 {last} 不可發給。";
    RefusedMiscounted: "Refused: {counted} were counted, but the books say {books}.", "已拒絕：點算為 {counted} 本，帳上為 {books} 本。";
    RefusedNotReconciled: "Refused: the count and the books do not agree: {differences}.", "已拒絕：點算與帳目不符：{differences}。";
    RefusedShiftOpen: "Refused: shift {shift} is open.", "已拒絕：第 {shift} 更仍在進行。";
    RefusedShiftBefore: "Refused: shift {shift} was open before.", "已拒絕：第 {shift} 更早已結束。";
    RefusedNeedsPerson: "Refused: only a person may do this, under a name.", "已拒絕：必須由人員具名辦理。";
    RefusedNeedsAnother: "Refused: it takes another person.", "已拒絕：必須由另一名人員辦理。";
    RefusedStop: "Refused: the order was cancelled.", "已拒絕：訂單已取消。";
    RefusedMachine: "Refused: machine {machine} may not be given work.", "已拒絕：不可向機器 {machine} 派發工作。";
    RefusedOther: "Refused: {why}", "已拒絕：{why}";
}
