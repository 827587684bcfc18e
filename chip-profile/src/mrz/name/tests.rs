use proptest::prelude::*;

use super::super::transliteration::{AWithDiaeresis, NWithTilde, UWithDiaeresis};
use super::*;

const FIELD: usize = 39;

fn visual(primary: &str, secondary: &str) -> MrzName {
    MrzName::from_visual(primary, secondary, &TransliterationPolicy::default()).unwrap()
}

fn field(name: &MrzName) -> String {
    format!("{:<<39}", name.to_string())
}

/// Doc 9303-4 4.2.3.1, 4.2.3.2 and 4.2.3.4.
#[test]
fn names_of_doc_9303_4() {
    let examples = [
        ("ERIKSSON", "ANNA MARIA", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        ("HENG", "DEBORAH MING LO", "HENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<"),
        ("SMITH-JONES", "SUSIE MARGARET", "SMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<"),
        ("O'CONNOR", "ENYA SIOBHAN", "OCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<"),
        ("VAN DER MUELLEN", "MARTIN", "VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<"),
        ("AL-BASRI", "HUDA MUHAMMAD JAWAD", "AL<BASRI<<HUDA<MUHAMMAD<JAWAD<<<<<<<<<<"),
        ("VILARCHAO FERNANDEZ", "JOSE RAMON", "VILARCHAO<FERNANDEZ<<JOSE<RAMON<<<<<<<<"),
        ("ARKFREITH", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("SATRIYA SUDARPA", "", "SATRIYA<SUDARPA<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        ("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
    ];
    for (primary, secondary, expected) in examples {
        let name = visual(primary, secondary).fit(FIELD, TruncationPolicy::default()).unwrap();
        assert_eq!(field(&name), expected);
    }
}

/// Doc 9303-4 4.2.3.3. The standard prints example c) with one letter more than the field has; the sense is six letters
/// of each component.
#[test]
fn long_primary_identifiers_of_doc_9303_4() {
    let name = visual("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO");
    let examples = [
        (TruncationPolicy::Initials, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        (TruncationPolicy::Components, "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO"),
        (TruncationPolicy::FixedLength, "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO"),
    ];
    for (policy, expected) in examples {
        assert_eq!(name.fit(FIELD, policy).unwrap().to_string(), expected);
    }
}

/// Doc 9303-3 appendix B 5.10 and B.4.1: one name divided in two ways, and a Latin one that keeps its tilde.
#[test]
fn names_of_doc_9303_3_appendix_b() {
    assert_eq!(visual("بن زكريا الرازي", "ابو بكر محمد").to_string(), "BN<ZKRYA<ALRAZY<<ABW<BKR<MXHMD");
    assert_eq!(visual("الرازي", "ابو بكر محمد بن زكريا").to_string(), "ALRAZY<<ABW<BKR<MXHMD<BN<ZKRYA");
    let policy = TransliterationPolicy { n_with_tilde: NWithTilde::Nxx, ..TransliterationPolicy::default() };
    assert_eq!(MrzName::from_visual("CAÑON", "Térèsa", &policy).unwrap().to_string(), "CANXXON<<TERESA");
}

#[test]
fn punctuation_of_doc_9303_3() {
    assert_eq!(visual("D'Artagnan", "").to_string(), "DARTAGNAN");
    assert_eq!(visual("D\u{2019}Artagnan", "").to_string(), "DARTAGNAN");
    assert_eq!(visual("Eriksson", "Marie-Elise").to_string(), "ERIKSSON<<MARIE<ELISE");
    assert_eq!(visual("Eriksson", "Anna, Maria").to_string(), "ERIKSSON<<ANNA<MARIA");
    assert_eq!(visual("St. John", " Anna   Maria - ").to_string(), "ST<JOHN<<ANNA<MARIA");
    assert_eq!(visual("Mac\u{00A0}Gregor\u{2010}Ó Súilleabháin", "").to_string(), "MAC<GREGOR<O<SUILLEABHAIN");
}

#[test]
fn latin_letters_follow_the_issuer_s_choice() {
    assert_eq!(
        visual("Térèsa Cañon", "Ödön Åse Øyvind Þór Łukasz Strauß").to_string(),
        "TERESA<CANON<<OEDOEN<AASE<OEYVIND<THOR<LUKASZ<STRAUSS"
    );
    let policy = TransliterationPolicy {
        n_with_tilde: NWithTilde::Nxx,
        a_with_diaeresis: AWithDiaeresis::A,
        u_with_diaeresis: UWithDiaeresis::Uxx,
        ..TransliterationPolicy::default()
    };
    let name = MrzName::from_visual("Cañon", "Térèsa Jäger Müller", &policy).unwrap();
    assert_eq!(name.to_string(), "CANXXON<<TERESA<JAGER<MUXXLLER");
    let combining = MrzName::from_visual("Can\u{0303}on", "Mu\u{0308}ller", &policy).unwrap();
    assert_eq!(combining.to_string(), "CANXXON<<MUXXLLER");
    assert_eq!(visual("Nguyễn", "Thị Ơn Đặng").to_string(), "NGUYEN<<THI<ON<DANG");
    assert_eq!(visual("ŞİMŞEK", "ışık ijssel Ĳssel").to_string(), "SIMSEK<<ISIK<IJSSEL<IJSSEL");
}

#[test]
fn what_has_no_transliteration_is_named() {
    let from =
        |primary: &str, secondary: &str| MrzName::from_visual(primary, secondary, &TransliterationPolicy::default());
    let error = from("Chan", "Tai 大").unwrap_err();
    assert_eq!(error, NameError::NoTransliteration { part: NamePart::Secondary, position: 5, character: '大' });
    assert_eq!(error.to_string(), "secondary identifier, character 5: '大' (U+5927) has no transliteration");
    assert_eq!(from("Smith 3rd", ""), Err(NameError::Numeral { part: NamePart::Primary, position: 7 }));
    assert_eq!(from("-", "Anna"), Err(NameError::EmptyPrimary));
    assert_eq!(from("", ""), Err(NameError::EmptyPrimary));
    assert!(matches!(from("A<B", ""), Err(NameError::NoTransliteration { character: '<', .. })));
    assert!(matches!(from("A\u{0}B", ""), Err(NameError::NoTransliteration { .. })));
}

#[test]
fn a_cut_on_a_filler_moves_the_next_initial_into_the_last_position() {
    let name = visual("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDE", "DINGO POTOROO");
    let cut = name.fit(FIELD, TruncationPolicy::default()).unwrap().to_string();
    assert_eq!(cut, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDE<<DING<P");
    let name = visual("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", "ANNA MARIA");
    assert!(name.fit(FIELD, TruncationPolicy::default()).unwrap().to_string().ends_with("<<A"));
    let single = visual("A", &"B ".repeat(30));
    assert_eq!(single.fit(FIELD, TruncationPolicy::default()), None);
}

proptest! {
    #[test]
    fn a_cut_name_fills_the_field_and_ends_with_a_letter(
        primary in "[A-Z]{1,20}( [A-Z]{1,20}){0,6}",
        secondary in "([A-Z]{1,20}( [A-Z]{1,20}){0,6})?",
        positions in 30usize..40,
    ) {
        for policy in [TruncationPolicy::Initials, TruncationPolicy::Components, TruncationPolicy::FixedLength] {
            let name = visual(&primary, &secondary);
            let Some(cut) = name.fit(positions, policy) else {
                prop_assert!(name.positions() > positions);
                continue;
            };
            if name.positions() <= positions {
                prop_assert_eq!(&cut, &name);
            } else {
                prop_assert_eq!(cut.positions(), positions);
                prop_assert!(!cut.to_string().ends_with('<'));
                prop_assert_eq!(cut.secondary().is_empty(), secondary.is_empty());
            }
            let field = format!("{:<<40}", cut.to_string());
            prop_assert_eq!(MrzName::split_field(&field).unwrap(), (cut.primary(), cut.secondary()));
        }
    }

    #[test]
    fn any_text_gives_letters_and_single_fillers_or_an_error(primary in "\\PC{0,60}", secondary in "\\PC{0,60}") {
        if let Ok(name) = MrzName::from_visual(&primary, &secondary, &TransliterationPolicy::default()) {
            prop_assert!(MrzName::from_identifiers(name.primary(), name.secondary()).is_ok());
        }
    }
}
