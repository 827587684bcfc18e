//! Nationality: the codes of Doc 9303-3 section 5.

use crate::fault::Faults;
use crate::fields::Fields;

/// The nationality's code.
pub(crate) fn nationality(fields: &mut Fields, faults: &mut Faults) -> Option<String> {
    const EXPECTED: &str = "a code of Doc 9303-3 section 5, such as UTO";
    let code: String = fields.required("nationality", EXPECTED, faults)?;
    if code == "DEU" {
        faults.add("nationality", "not the code that travel documents use for Germany", "Give D.");
        return None;
    }
    if !is_code(&code) {
        faults.add("nationality", "not a code of Doc 9303-3 section 5", format!("Give {EXPECTED}."));
        return None;
    }
    Some(code)
}

fn is_code(code: &str) -> bool {
    let listed = |list: &str| list.split_ascii_whitespace().any(|known| known == code);
    code.bytes().all(|byte| byte.is_ascii_uppercase()) && (listed(ISO_3166) || listed(DOC_9303))
}

/// ISO 3166-1 alpha-3 without DEU (Doc 9303-3 section 5, part A).
const ISO_3166: &str = "
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ
    BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DJI
    DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD
    GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR
    KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP
    MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI
    PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE
    SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR
    VNM VUT WLF WSM YEM ZAF ZMB ZWE";

/// Germany, British nationals, organizations, persons without a nationality, Utopia (Doc 9303-3 section 5, parts B to D).
const DOC_9303: &str = "
    D EUE GBD GBN GBO GBP GBS RKS UNK UNO UNA XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO XXA XXB XXC XXX UTO";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard_and_no_others() {
        for good in ["UTO", "CHN", "HKG", "D", "GBN", "XXA", "UNO"] {
            assert!(is_code(good), "{good}");
        }
        for bad in ["", "DEU", "UT", "ABC", "uto", "CHN ", "CHN HKG", "ZZZ"] {
            assert!(!is_code(bad), "{bad}");
        }
        // ISO 3166-1 has 249 countries and territories; Germany's stands below as D.
        assert_eq!(ISO_3166.split_ascii_whitespace().count(), 248);
    }
}
