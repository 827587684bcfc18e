//! Machine readable zone, Doc 9303-3 to -7: names, dates and check digits, and the lines of each format: passports
//! (TD3), cards (TD1, TD2) and visas (MRV-A, MRV-B).
//!
//! ```
//! use chip_profile::mrz::{DocumentCode, MrzDate, MrzName, Sex, Td3, TransliterationPolicy};
//!
//! let name = MrzName::from_visual("O'Connor", "Énya Siobhan", &TransliterationPolicy::default()).unwrap();
//! let td3 = Td3 {
//!     document_code: DocumentCode::NATIONAL_PASSPORT,
//!     issuing_state: "UTO".into(),
//!     primary_identifier: name.primary().into(),
//!     secondary_identifier: name.secondary().into(),
//!     document_number: "L898902C3".into(),
//!     nationality: "UTO".into(),
//!     date_of_birth: MrzDate::parse("740812").unwrap(),
//!     sex: Sex::Female,
//!     date_of_expiry: MrzDate::parse("120415").unwrap(),
//!     optional_data: "ZE184226B".into(),
//! };
//! let lines = td3.encode().unwrap();
//! assert_eq!(lines.lines()[0], "PPUTOOCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<");
//! assert_eq!(lines.lines()[1], "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
//! assert_eq!(Td3::parse(lines.text()).unwrap(), td3);
//! ```

pub mod any;
pub mod check_digit;
pub mod date;
pub mod document_code;
mod error;
mod field;
pub mod format;
mod layout;
pub mod name;
pub mod sex;
pub mod td1;
pub mod td2;
pub mod td3;
pub mod transliteration;
pub mod visa;

pub use any::AnyMrz;
pub use check_digit::check_digit;
pub use date::{CivilDate, MrzDate};
pub use document_code::{DocumentCode, DocumentCodePolicy, PassportType};
pub use error::{Field, MrzError, MrzErrorKind};
pub use format::{MrzFormat, MrzLines};
pub use name::{MrzName, NameError, NamePart, TruncationPolicy};
pub use sex::Sex;
pub use td1::Td1;
pub use td2::Td2;
pub use td3::Td3;
pub use transliteration::{CyrillicLanguage, TransliterationPolicy};
pub use visa::{MrvA, MrvB};
