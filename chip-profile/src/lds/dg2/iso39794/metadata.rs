//! What is said of the holder: gender, colours, height, properties of the image, expression and pose.

use super::der::{enumeration, sequence};

sequence! {
    /// ```text
    /// IdentityMetadataBlock ::= SEQUENCE {
    ///     gender          [0] Gender OPTIONAL,
    ///     eyeColour       [1] EyeColour OPTIONAL,
    ///     hairColour      [2] HairColour OPTIONAL,
    ///     subjectHeight   [3] INTEGER (1..65535) OPTIONAL,
    ///     propertiesBlock [4] PropertiesBlock OPTIONAL,
    ///     expressionBlock [5] ExpressionBlock OPTIONAL,
    ///     poseAngleBlock  [6] PoseAngleBlock OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct IdentityMetadataBlock, extensible {
        /// Gender
        optional gender: GenderCode = 0,
        /// Eye colour
        optional eye_colour: EyeColourCode = 1,
        /// Hair colour
        optional hair_colour: HairColourCode = 2,
        /// Height in millimetres, at least 1.
        optional subject_height: u16 = 3,
        /// Properties
        optional properties: PropertiesBlock = 4,
        /// Expression
        optional expression: ExpressionBlock = 5,
        /// Pose
        optional pose_angles: PoseAngleBlock = 6,
    }
    where |block| block.subject_height != Some(0)
}

enumeration! {
    /// Gender; the base standard's code 0, unknown, is not of the profile.
    pub enum GenderCode {
        /// Neither of the two below
        Other = 1,
        /// Male
        Male = 2,
        /// Female
        Female = 3,
    }
}

enumeration! {
    /// Eye colour
    pub enum EyeColourCode {
        /// Not known
        Unknown = 0,
        /// Another one
        Other = 1,
        /// Black
        Black = 2,
        /// Blue
        Blue = 3,
        /// Brown
        Brown = 4,
        /// Grey
        Grey = 5,
        /// Green
        Green = 6,
        /// Hazel
        Hazel = 7,
        /// Multi-coloured
        MultiColoured = 8,
        /// Pink
        Pink = 9,
    }
}

enumeration! {
    /// Hair colour
    pub enum HairColourCode {
        /// Not known
        Unknown = 0,
        /// Another one
        Other = 1,
        /// Bald
        Bald = 2,
        /// Black
        Black = 3,
        /// Blonde
        Blonde = 4,
        /// Brown
        Brown = 5,
        /// Grey
        Grey = 6,
        /// White
        White = 7,
        /// Red
        Red = 8,
        /// Coloured, and it is known how
        KnownColoured = 9,
    }
}

sequence! {
    /// `PropertiesBlock ::= SEQUENCE` of BOOLEAN OPTIONAL with tags 0 to 10
    #[derive(Default)]
    pub struct PropertiesBlock, extensible {
        /// Glasses
        optional glasses: bool = 0,
        /// Moustache
        optional moustache: bool = 1,
        /// Beard
        optional beard: bool = 2,
        /// Teeth are visible
        optional teeth_visible: bool = 3,
        /// Pupil or iris is not visible
        optional pupil_or_iris_not_visible: bool = 4,
        /// Mouth is open
        optional mouth_open: bool = 5,
        /// Patch on the left eye
        optional left_eye_patch: bool = 6,
        /// Patch on the right eye
        optional right_eye_patch: bool = 7,
        /// Dark glasses
        optional dark_glasses: bool = 8,
        /// The biometric is absent
        optional biometric_absent: bool = 9,
        /// Head is covered
        optional head_coverings_present: bool = 10,
    }
}

sequence! {
    /// `ExpressionBlock ::= SEQUENCE` of BOOLEAN OPTIONAL with tags 0 to 5
    #[derive(Default)]
    pub struct ExpressionBlock, extensible {
        /// Neutral
        optional neutral: bool = 0,
        /// Smile
        optional smile: bool = 1,
        /// Raised eyebrows
        optional raised_eyebrows: bool = 2,
        /// Eyes look away from the camera
        optional eyes_looking_away_from_the_camera: bool = 3,
        /// Squinting
        optional squinting: bool = 4,
        /// Frowning
        optional frowning: bool = 5,
    }
}

sequence! {
    /// ```text
    /// PoseAngleBlock ::= SEQUENCE {
    ///     yawAngleBlock   [0] AngleDataBlock OPTIONAL,
    ///     pitchAngleBlock [1] AngleDataBlock OPTIONAL,
    ///     rollAngleBlock  [2] AngleDataBlock OPTIONAL }
    /// ```
    #[derive(Default)]
    pub struct PoseAngleBlock, fixed {
        /// Yaw
        optional yaw: AngleDataBlock = 0,
        /// Pitch
        optional pitch: AngleDataBlock = 1,
        /// Roll
        optional roll: AngleDataBlock = 2,
    }
}

sequence! {
    /// ```text
    /// AngleDataBlock ::= SEQUENCE {
    ///     angleValue       [0] INTEGER (-180..180),
    ///     angleUncertainty [1] INTEGER (0..180) OPTIONAL, ... }
    /// ```
    pub struct AngleDataBlock, extensible {
        /// The angle in degrees, -180 to 180.
        required value: i16 = 0,
        /// Its uncertainty in degrees, 0 to 180.
        optional uncertainty: u8 = 1,
    }
    where |block| (-180..=180).contains(&block.value) && block.uncertainty.is_none_or(|degrees| degrees <= 180)
}
