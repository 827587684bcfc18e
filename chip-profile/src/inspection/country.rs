//! The State in DG1 against the country of the certificates: codes of three letters and of two.
//!
//! The pairs are those of ISO 3166-1, and the further codes of Doc 9303-3 section 5.

/// Codes of ISO 3166-1: two letters, three letters.
const ISO_3166: &str = "\
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL \
BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD \
CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA \
DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF \
GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN \
IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA \
KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE \
MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM \
NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM \
PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN \
SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL \
TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR \
VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE";

/// Codes of Doc 9303-3 section 5 that ISO 3166-1 does not have, with the country code that their certificates bear.
const FURTHER: [(&str, &str); 15] = [
    // Germany writes one letter.
    ("D", "DE"),
    // British nationals of other kinds.
    ("GBD", "GB"),
    ("GBN", "GB"),
    ("GBO", "GB"),
    ("GBP", "GB"),
    ("GBS", "GB"),
    ("EUE", "EU"),
    ("RKS", "KS"),
    ("UNO", "UN"),
    ("UNA", "UN"),
    ("UNK", "UN"),
    ("XOM", "XO"),
    ("XPO", "XP"),
    ("IAO", "IC"),
    // The specimen State.
    ("UTO", "UT"),
];

/// Whether a State as the machine readable zone writes it goes with the country of a certificate, whatever the case of its
/// letters; `None` when the State is in neither list. Territories of one State may use its code: the People's Republic of
/// China for Hong Kong and Macao, with their own codes in certificates.
pub(super) fn is_country_of(state: &str, country: &str) -> Option<bool> {
    let country = country.to_ascii_uppercase();
    if let Some((_, expected)) = FURTHER.into_iter().find(|(code, _)| *code == state) {
        return Some(expected == country || state == "RKS" && country == "XK");
    }
    let expected =
        ISO_3166.split(' ').find_map(|pair| pair.split_at_checked(2).filter(|(_, three)| *three == state))?.0;
    Some(expected == country || expected == "CN" && matches!(country.as_str(), "HK" | "MO"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_whole_and_stands_once() {
        let pairs: Vec<_> = ISO_3166.split(' ').collect();
        assert_eq!(pairs.len(), 249);
        for at in [0..2, 2..5] {
            let mut codes: Vec<_> = pairs.iter().map(|pair| &pair[at.clone()]).collect();
            assert!(pairs.iter().all(|pair| pair.len() == 5 && pair.bytes().all(|letter| letter.is_ascii_uppercase())));
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), 249);
        }
    }

    #[test]
    fn states_go_with_their_countries() {
        for (state, country, expected) in [
            ("UTO", "UT", Some(true)),
            ("UTO", "ut", Some(true)),
            ("D", "DE", Some(true)),
            ("D", "AT", Some(false)),
            ("CHN", "CN", Some(true)),
            ("CHN", "HK", Some(true)),
            ("CHN", "TW", Some(false)),
            ("RKS", "XK", Some(true)),
            ("GBD", "GB", Some(true)),
            ("USA", "UM", Some(false)),
            ("QQQ", "QQ", None),
        ] {
            assert_eq!(is_country_of(state, country), expected, "{state} {country}");
        }
    }
}
