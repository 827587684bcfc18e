//! What was found out about presentation attacks (module ID-ICAO-ISO-IEC-39794-1-ed-1-v1, PADDataBlock).

use super::common::{DateTimeBlock, ExtendedDataBlock, RegistryIdBlock, ScoreOrError};
use super::der::{enumeration, sequence};

sequence! {
    /// ```text
    /// PADDataBlock ::= SEQUENCE {
    ///     decision             [0] PADDecision OPTIONAL,
    ///     scoreBlocks          [1] PADScoreBlocks OPTIONAL,
    ///     extendedDataBlocks   [2] PADExtendedDataBlocks OPTIONAL,
    ///     captureContext       [3] PADCaptureContext OPTIONAL,
    ///     supervisionLevel     [4] PADSupervisionLevel OPTIONAL,
    ///     riskLevel            [5] INTEGER (0..100) OPTIONAL,
    ///     criteriaCategory     [6] PADCriteriaCategory OPTIONAL,
    ///     parameter            [7] OCTET STRING OPTIONAL,
    ///     challenges           [8] SEQUENCE OF OCTET STRING OPTIONAL,
    ///     captureDateTimeBlock [9] CaptureDateTimeBlock OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct PadDataBlock, extensible {
        /// Whether it was an attack.
        optional decision: PadDecision = 0,
        /// Scores of mechanisms.
        optional score_blocks: Vec<PadScoreBlock> = 1,
        /// Further data.
        optional extended_data_blocks: Vec<ExtendedDataBlock> = 2,
        /// What the capture was for.
        optional capture_context: PadCaptureContext = 3,
        /// Who looked on.
        optional supervision_level: PadSupervisionLevel = 4,
        /// Risk, 0 to 100.
        optional risk_level: u8 = 5,
        /// For whom the criteria were chosen.
        optional criteria_category: PadCriteriaCategory = 6,
        /// A parameter.
        optional parameter: Vec<u8> = 7,
        /// Challenges that were set.
        optional challenges: Vec<Vec<u8>> = 8,
        /// When the data was captured.
        optional capture_date_time: DateTimeBlock = 9,
    }
    where |block| block.risk_level.is_none_or(|risk| risk <= 100)
}

sequence! {
    /// ```text
    /// PADScoreBlock ::= SEQUENCE {
    ///     mechanismIdBlock [0] RegistryIdBlock,
    ///     scoreOrError     [1] ScoreOrError, ... }
    /// ```
    pub struct PadScoreBlock, extensible {
        /// The mechanism.
        required mechanism: RegistryIdBlock = 0,
        /// What it gave.
        required score: ScoreOrError = 1,
    }
}

enumeration! {
    /// Whether it was an attack.
    pub enum PadDecision {
        /// None
        NoAttack = 0,
        /// One
        Attack = 1,
        /// The mechanism failed.
        FailureToAssess = 2,
    }
}

enumeration! {
    /// What a capture was for.
    pub enum PadCaptureContext {
        /// Enrolment
        Enrolment = 0,
        /// Verification
        Verification = 1,
        /// Identification
        Identification = 2,
    }
}

enumeration! {
    /// Who looked on.
    pub enum PadSupervisionLevel {
        /// Not known
        Unknown = 0,
        /// Controlled
        Controlled = 1,
        /// Assisted
        Assisted = 2,
        /// Observed
        Observed = 3,
        /// Unattended
        Unattended = 4,
    }
}

enumeration! {
    /// For whom criteria were chosen.
    pub enum PadCriteriaCategory {
        /// Not known
        Unknown = 0,
        /// The individual
        Individual = 1,
        /// Everybody
        Common = 2,
    }
}
