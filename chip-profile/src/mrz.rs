//! Machine readable zone, Doc 9303-3 to -7: names, dates and check digits, and the passport's two lines (TD3).
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

pub mod check_digit;
pub mod date;
pub mod document_code;
mod error;
mod field;
pub mod name;
pub mod sex;
pub mod td3;
pub mod transliteration;

pub use check_digit::check_digit;
pub use date::{CivilDate, MrzDate};
pub use document_code::{DocumentCode, DocumentCodePolicy, PassportType};
pub use error::{Field, MrzError, MrzErrorKind};
pub use name::{MrzName, NameError, NamePart, TruncationPolicy};
pub use sex::Sex;
pub use td3::{MrzLines, Td3};
pub use transliteration::{CyrillicLanguage, TransliterationPolicy};
