//! What a machine can lie about.

/// A lie. Each is told once, at its first occasion after it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LieKind {
    /// A change to a state to which no way leads from the present one.
    ImpossibleTransition,
    /// A pick with a serial that was never loaded into this machine.
    ForeignSerial,
    /// A pick with the serial of an earlier pick.
    SerialAgain,
    /// A pick with a serial of a thousand characters.
    OversizedSerial,
    /// A pick with the chip of another booklet.
    ForeignChip,
    /// A chip's answers of more bytes than a script may have.
    OversizedAnswers,
    /// More answers than there were commands.
    ExtraAnswers,
    /// A completion of another kind than the command's.
    WrongCompletion,
    /// The completion of a command that was never handed in, for a job that there is.
    UnacceptedCompletion,
    /// A second, contrary completion of a command that has ended.
    ContraryCompletion,
    /// Progress and completion of a job that never was.
    ForeignJob,
    /// An alarm with a text of a megabyte.
    OversizedAlarm,
    /// A stack that holds more than it can, and a consumable that is fuller than full.
    ImpossibleLevel,
    /// Events whose cursors begin again at one.
    CursorBack,
    /// Events whose cursors leap a thousand ahead.
    CursorLeap,
    /// A batch of more events than one may have.
    OversizedBatch,
    /// Attaching tells a newest cursor before what was told.
    NewestBack,
    /// Attaching tells fewer starts than before.
    StartCountBack,
    /// A snapshot with a list of a hundred thousand jobs.
    OversizedSnapshot,
    /// A description with a hundred thousand formats.
    OversizedDescription,
    /// A description of another machine than the one that was attached.
    ForeignIdentity,
    /// A picture whose size does not fit its pixels.
    ImpossibleImage,
    /// The journal tells of a command that it ended as another kind of command ends.
    JournalWrong,
    /// The journal denies a command that it was given.
    JournalDenies,
}

impl LieKind {
    /// All of them.
    pub const ALL: [LieKind; 24] = [
        LieKind::ImpossibleTransition,
        LieKind::ForeignSerial,
        LieKind::SerialAgain,
        LieKind::OversizedSerial,
        LieKind::ForeignChip,
        LieKind::OversizedAnswers,
        LieKind::ExtraAnswers,
        LieKind::WrongCompletion,
        LieKind::UnacceptedCompletion,
        LieKind::ContraryCompletion,
        LieKind::ForeignJob,
        LieKind::OversizedAlarm,
        LieKind::ImpossibleLevel,
        LieKind::CursorBack,
        LieKind::CursorLeap,
        LieKind::OversizedBatch,
        LieKind::NewestBack,
        LieKind::StartCountBack,
        LieKind::OversizedSnapshot,
        LieKind::OversizedDescription,
        LieKind::ForeignIdentity,
        LieKind::ImpossibleImage,
        LieKind::JournalWrong,
        LieKind::JournalDenies,
    ];

    /// A name for reports.
    pub fn name(self) -> &'static str {
        match self {
            LieKind::ImpossibleTransition => "impossible-transition",
            LieKind::ForeignSerial => "foreign-serial",
            LieKind::SerialAgain => "serial-again",
            LieKind::OversizedSerial => "oversized-serial",
            LieKind::ForeignChip => "foreign-chip",
            LieKind::OversizedAnswers => "oversized-answers",
            LieKind::ExtraAnswers => "extra-answers",
            LieKind::WrongCompletion => "wrong-completion",
            LieKind::UnacceptedCompletion => "unaccepted-completion",
            LieKind::ContraryCompletion => "contrary-completion",
            LieKind::ForeignJob => "foreign-job",
            LieKind::OversizedAlarm => "oversized-alarm",
            LieKind::ImpossibleLevel => "impossible-level",
            LieKind::CursorBack => "cursor-back",
            LieKind::CursorLeap => "cursor-leap",
            LieKind::OversizedBatch => "oversized-batch",
            LieKind::NewestBack => "newest-back",
            LieKind::StartCountBack => "start-count-back",
            LieKind::OversizedSnapshot => "oversized-snapshot",
            LieKind::OversizedDescription => "oversized-description",
            LieKind::ForeignIdentity => "foreign-identity",
            LieKind::ImpossibleImage => "impossible-image",
            LieKind::JournalWrong => "journal-wrong",
            LieKind::JournalDenies => "journal-denies",
        }
    }
}
