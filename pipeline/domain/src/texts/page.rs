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
    Inspections: "Inspections", "查驗";
    RemakesToApprove: "Remakes", "重製";
    Shift: "Shift", "更次";

    // Acts of persons.
    YourName: "Your name", "你的名稱";
    RememberName: "Remember", "記住";
    NameHint: "Each act on this page is kept under this name, as typed: there are no accounts yet, so nobody checks it. Letters, digits, - _ and . only.", "此頁每項操作均以此名稱記錄。現時未設帳戶，名稱如實照錄而未經核實。只限文字、數字及 - _ .";
    NameNeeded: "Nothing was done: type your name first. 1 to 64 letters, digits, - _ and . only; not the name of a machine.", "未有執行：請先輸入你的名稱。只限 1 至 64 個文字、數字及 - _ .，不可用機器名稱。";
    DoneName: "Your name is remembered on this computer for twelve hours.", "已在此電腦記住你的名稱十二小時。";
    ChooseReason: "Choose a reason", "選擇原因";
    ReasonNeeded: "Nothing was done: choose a reason first.", "未有執行：請先選擇原因。";

    // What waits for people.
    WaitsForPeople: "Waits for people", "有待人員處理";
    NothingForPeople: "Nothing waits for people.", "沒有事項有待人員處理。";
    WaitingFirstPieces: "First pieces", "首件";
    WaitingSamples: "Samples", "抽樣";
    WaitingRemakes: "Remakes to approve", "待批重製";
    WaitingQuarantine: "Quarantined booklets", "隔離簿冊";
    WaitingHeld: "Held orders", "擱置訂單";
    WaitingFenced: "Machines fenced off", "已隔離機器";
    WaitingStopped: "Machines barred or dead", "停用或無回應機器";
    WaitingReports: "Reports not delivered to {receiver}", "未送達 {receiver} 的報告";
    ReportsDelivered: "Reports to the register: all delivered.", "登記冊報告：已全部送達。";
    ReceiverRefusesCredentials: "HTTP status {status}: the service does not accept the credentials of this centre. Have them put right there: every report is kept, and delivery goes on by itself. If they are wrong here, mend the files that centre.json names as token_file, certificate and key of this receiver: they are read anew before each attempt. centre.json itself is read when the program starts.", "HTTP 狀態 {status}：對方服務不接受本中心的憑證。請對方更正；報告全部保留，其後自動繼續傳送。如屬本中心有誤，請更正 centre.json 內該接收者的 token_file、certificate 及 key 所指的檔案，每次再試前會重新讀取；centre.json 本身則在程式啟動時方會讀取。";
    ReceiverNotThere: "HTTP status {status}: there is no service for reports at this address. Have it put right there: every report is kept, and delivery goes on by itself. If the address is wrong here, mend url of this receiver in centre.json and start the program again: it reads it when it starts.", "HTTP 狀態 {status}：此網址沒有接收報告的服務。請對方更正；報告全部保留，其後自動繼續傳送。如屬網址有誤，請更正 centre.json 內該接收者的 url，並重新啟動程式（啟動時方會讀取）。";
    ReceiverTurnsAway: "{receiver} turns reports away.", "{receiver} 拒收報告。";
    ReceiverStopped: "Nothing more is sent to {receiver} until the program is started again.", "在程式重新啟動前，不再向 {receiver} 傳送報告。";
    TurnedAwaySince: "Turned away since", "拒收始於";
    TriedAgainAt: "Next try at", "下次再試";
    TryNow: "Try now", "立即再試";
    TryReceiverNow: "Try now to deliver reports to {receiver}", "立即再向 {receiver} 傳送報告";
    DoneTry: "Delivery is tried now. If the answer is still the same, it stands here again.", "現正再試傳送。如對方仍然拒收，此處會再次顯示。";
    NoReceiverThere: "Nothing was done: no reports are being delivered to {receiver}.", "未有執行：現時並無向 {receiver} 傳送報告。";
    ShiftIsOpen: "Shift {shift} is open", "第 {shift} 更進行中";
    ShiftIsNeeded: "No shift is open: machines wait for it", "未開更：機器正等候";
    ShiftIsClosed: "No shift is open", "未開更";

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
    Expedite: "Make urgent", "改為加急";
    ExpediteOrder: "Make the order of application {application} urgent", "將申請 {application} 的訂單改為加急";
    Unexpedite: "Make normal", "改為一般";
    UnexpediteOrder: "Make the order of application {application} normal", "將申請 {application} 的訂單改為一般";
    ExpediteMeaning: "An urgent order goes before others of its due date.", "加急訂單先於同限期的其他訂單。";
    Cancel: "Cancel the order", "取消訂單";
    CancelOrder: "Cancel the order of application {application} for good", "永久取消申請 {application} 的訂單";
    CancelForGood: "Cancel for good", "永久取消";
    CancelMeaning: "It will not be made, and this cannot be taken back.", "不再製作，而且不能復原。";
    CancelOnMachineMeaning: "A machine has it: it is stopped before its chip is locked, its booklet is spoiled, and it will not be made.", "訂單已在機器上：會在鎖定晶片前截停，簿冊作廢，不再製作。";
    CancelRequested: "Cancellation asked for: it is stopped before its chip is locked and will not be made.", "已要求取消：會在鎖定晶片前截停，不再製作。";
    RejectDocument: "Reject the document", "否決證件";
    RejectDocumentMeaning: "Its booklet is spoiled, the register is told, and the order is made again.", "簿冊作廢，通知登記冊，訂單重製。";
    ApproveRemake: "Approve the remake", "批准重製";
    ApproveRemakeOf: "Approve that application {application} is made again", "批准重製申請 {application}";
    DocumentNumber: "Document number", "證件號碼";
    Batch: "Batch", "批次";
    Booklets: "Booklets of this order", "此訂單的簿冊";
    ReplacesBooklet: "Made in place of", "代替";
    ReplacedByBooklet: "Replaced by", "由此代替";
    DoneExpedite: "The order is urgent.", "訂單已改為加急。";
    DoneUnexpedite: "The order is normal.", "訂單已改為一般。";
    DoneCancel: "The order is cancelled.", "訂單已取消。";
    DoneCancelStop: "Cancellation asked for.", "已要求取消。";
    DoneReject: "The document is rejected; its order is made again.", "證件已否決，訂單重製。";

    // Batches.
    BatchNamed: "Batch {batch}", "批次 {batch}";
    BatchLabel: "Batch", "批次";
    NotFoundBatch: "There is no batch {batch}.", "沒有批次 {batch}。";
    HoldBatch: "Hold the batch", "擱置整批";
    ReleaseBatch: "Release the batch", "解除擱置整批";
    ExpediteBatch: "Make the batch urgent", "整批改為加急";
    CancelBatch: "Cancel the batch", "取消整批";
    HoldCounted: "Hold {count} orders of batch {batch}", "擱置批次 {batch} 的 {count} 張訂單";
    ReleaseCounted: "Release {count} orders of batch {batch}", "解除擱置批次 {batch} 的 {count} 張訂單";
    ExpediteCounted: "Make {count} orders of batch {batch} urgent", "將批次 {batch} 的 {count} 張訂單改為加急";
    CancelCounted: "Cancel {count} orders of batch {batch} for good", "永久取消批次 {batch} 的 {count} 張訂單";
    BatchLeftOut: "The batch has {all} orders; {rest} of them are left as they are, because this does not concern them.", "整批共 {all} 張訂單；其餘 {rest} 張與此無關，維持不變。";
    BatchNothing: "Nothing to do: this concerns no order of the batch.", "無須處理：批次內沒有相關訂單。";
    BatchChanged: "Nothing was done: the batch has changed since. It is now {count} orders; look and confirm again.", "未有執行：批次已有變動，現為 {count} 張訂單，請查看後再確認。";
    DoneBatch: "Done for {count} orders; {refused} refused because they had moved on.", "已處理 {count} 張訂單；{refused} 張因狀態已變而被拒。";
    GoBack: "Back", "返回";

    // Inspections and remakes.
    InspectionsMeaning: "Documents that a person has to look at. A machine whose first document waits gets no more work.", "須由人員查看的證件。首件未批的機器不獲派工作。";
    NoInspections: "Nothing waits for inspection.", "沒有證件有待查驗。";
    InspectionKind: "Drawn as", "抽取類別";
    Approve: "Approve", "批准";
    ApproveDocument: "Approve document {serial}", "批准證件 {serial}";
    Reject: "Reject", "否決";
    RejectSerial: "Reject document {serial}", "否決證件 {serial}";
    RejectReasonFor: "Why document {serial} is rejected", "否決證件 {serial} 的原因";
    DoneApprove: "The document is approved.", "證件已批准。";
    RemakesMeaning: "Orders whose booklet was lost and that are made again only when people approve it. Each needs {count} different people.", "簿冊已失而須經批准方可重製的訂單，每張須由 {count} 名不同人員批准。";
    RemakesMeaningOne: "Orders whose booklet was lost and that are made again only when a person approves it.", "簿冊已失而須經一名人員批准方可重製的訂單。";
    NoRemakes: "No remake waits for approval.", "沒有待批的重製。";
    LostBooklet: "Lost booklet", "失去的簿冊";
    ApprovedBy: "Approved by", "已批准";
    DoneRemake: "The remake is approved: the order waits for a machine.", "重製已批准：訂單重新輪候。";
    DoneRemakePart: "Your approval is kept. Another person has to approve as well.", "已記錄你的批准，尚須另一人員批准。";

    // Shift.
    OpenShift: "Open a shift", "開更";
    OpenedAt: "Opened", "開更時間";
    CountForm: "Count by hand", "人手點算";
    CountMeaning: "Count what lies in the house, and write 0 where nothing lies. The books are not shown here, so that the count is a count.", "點算中心內的簿冊，沒有的填 0。為確保如實點算，此處不顯示帳目。";
    CountMissing: "Nothing was done: write a number for every state, 0 where nothing lies.", "未有執行：每項均須填上數目，沒有的填 0。";
    CountOf: "{state}, counted", "{state}（點算）";
    CloseShift: "Close the shift", "收更";
    StillUnderWay: "{count} booklets are still under way in machines: let them finish before the shift closes.", "機器內尚有 {count} 本簿冊：完成後方可收更。";
    StillInspections: "{count} documents wait for inspection; they are counted as good.", "有 {count} 本證件待查驗，計入合格。";
    DoesNotFit: "Does not fit", "不符";
    FewerThanBooks: "{count} fewer than the books say: search for them", "較帳目少 {count} 本：請尋找";
    MoreThanBooks: "{count} more than the books say", "較帳目多 {count} 本";
    InNoState: "{count} are in no state at all", "{count} 本不處於任何狀態";
    DoneOpen: "The shift is open.", "已開更。";
    DoneClose: "The shift is closed: what was counted is what the books say.", "已收更：點算與帳目相符。";
    NoShiftNumber: "No number is left for a shift of this day.", "此日的更次編號已用完。";

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
    Drain: "Drain", "停接新工作";
    DrainMachine: "Drain machine {machine}: it finishes what it has, then stops", "機器 {machine} 完成現有工作後停止";
    Draining: "Draining", "清空工作中";
    Clear: "Trust it again", "解除隔離";
    ClearMachine: "Trust machine {machine} again", "解除機器 {machine} 的隔離";
    ClearMeaning: "Do this only when somebody has looked at the machine and knows why it told what cannot be.", "須先檢查機器並查明原因，方可解除。";
    FencedOff: "Fenced off", "已隔離";
    FencedOffBecause: "Fenced off: {reason}", "已隔離：{reason}";
    GetsNoWork: "Gets no new work", "未獲派新工作";
    Health: "Health", "狀況";
    MeasuredRate: "Measured rate", "實測速度";
    FirstPieceNeeded: "First piece: one document may go, then it waits for approval", "首件：可製一本，隨後待批";
    FirstPiecePending: "First piece: waits for approval", "首件：待批准";
    HostAlarms: "Alarms of this program", "本程式的警報";
    Since: "Since {time}", "自 {time}";
    Acknowledge: "Acknowledge", "確認";
    AcknowledgeAlarm: "Acknowledge alarm {alarm} of machine {machine}", "確認機器 {machine} 的警報 {alarm}";
    DoneDrain: "The machine finishes what it has and gets nothing new.", "機器只完成現有工作，不再獲派。";
    DoneClear: "The machine is trusted again.", "已解除機器隔離。";
    DoneAcknowledge: "The machine is told that the alarm was seen.", "已通知機器警報已獲確認。";
    NoAlarmThere: "Nothing was done: the machine does not work here, or that alarm is gone or acknowledged already.", "未有執行：機器並未運作，或警報已消除或早已確認。";
    AcknowledgedUntold: "Noted, but the machine could not be told: acknowledge the alarm again when it works.", "已記錄，但未能通知機器：待機器恢復運作後請再次確認警報。";
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
    Decide: "Decide", "處理";
    DecideOn: "Decide on booklet {serial}", "處理簿冊 {serial}";
    DecisionFor: "What becomes of booklet {serial}", "簿冊 {serial} 的處理方法";
    DecisionReasonFor: "Why, for booklet {serial}", "處理簿冊 {serial} 的原因";
    ChooseDecision: "Choose what becomes of it", "選擇處理方法";
    DecisionNeeded: "Nothing was done: choose what becomes of the booklet, and why.", "未有執行：請選擇處理方法及原因。";
    DoneDecide: "The quarantine is ended.", "已處理隔離簿冊。";
    ByKind: "By kind and place", "按類別及位置";
    Numbering: "Number", "號碼來源";

    // Events.
    NoEvents: "Nothing has happened yet.", "尚無事件。";
    Event: "Event", "事件";
    Number: "No.", "編號";
    ActorLine: "Line", "生產線";
    ActorMachine: "Machine {name}", "機器 {name}";
    ActorPerson: "{name} (as typed)", "{name}（自報）";
    ActorCommand: "Command line, {name}", "命令列（{name}）";
    AlarmNumbered: "alarm {number}", "警報 {number}";
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
    RefusedStop: "Refused: the order was held or cancelled.", "已拒絕：訂單已擱置或取消。";
    RefusedMachine: "Refused: machine {machine} may not be given work.", "已拒絕：不可向機器 {machine} 派發工作。";
    RefusedOther: "Refused: {why}", "已拒絕：{why}";
}
