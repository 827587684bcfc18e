use des::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use proptest::prelude::*;

use super::*;

fn block(text: &str) -> Block {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// NIST SP 800-17, appendix A: one bit of the plain text, one of the key, a permutation and a substitution of each kind.
#[test]
fn known_answers_of_the_validation_suite() {
    for (key, plain, cryptogram) in [
        ("0101010101010101", "8000000000000000", "95F8A5E5DD31D900"),
        ("0101010101010101", "0000000000000001", "166B40B44ABA4BD6"),
        ("8001010101010101", "0000000000000000", "95A8D72813DAA94D"),
        ("0101010101010102", "0000000000000000", "869EFD7F9F265A09"),
        ("1046913489980131", "0000000000000000", "88D55E54F54C97B4"),
        ("7CA110454A1A6E57", "01A1D6D039776742", "690F5B0D9A26939B"),
        ("0131D9619DC1376E", "5CD54CA83DEF57DA", "7A389D10354BD271"),
        ("1C587F1C13924FEF", "305532286D6F295A", "63FAC0D034D9F793"),
        ("0123456789ABCDEF", "4E6F772069732074", "3FA40E8A984D4815"),
    ] {
        let des = Des::new(&block(key));
        assert_eq!(des.encrypt(block(plain)), block(cryptogram), "{key} {plain}");
        assert_eq!(des.decrypt(block(cryptogram)), block(plain), "{key} {plain}");
    }
}

#[test]
fn parity_is_not_looked_at() {
    let (even, odd) = (Des::new(&block("0022446688AACCEE")), Des::new(&block("0123456789ABCDEF")));
    assert_eq!(even.encrypt([7; 8]), odd.encrypt([7; 8]));
}

proptest! {
    #[test]
    fn as_the_crate_des_does_it(key: [u8; 16], initial: Block, data in prop::collection::vec(any::<u8>(), 0..200)) {
        let (first, _) = key.split_first_chunk::<8>().unwrap();
        let (ours, theirs) = (Des::new(first), des::Des::new(first.into()));
        let mut expected = initial.into();
        theirs.encrypt_block(&mut expected);
        prop_assert_eq!(ours.encrypt(initial), <Block>::from(expected));
        theirs.decrypt_block(&mut expected);
        prop_assert_eq!(<Block>::from(expected), initial);
        let mut expected = initial.into();
        theirs.decrypt_block(&mut expected);
        prop_assert_eq!(ours.decrypt(initial), <Block>::from(expected));

        let triple = TripleDes::new(&key);
        let (mut ours, mut theirs) = (data.clone(), data.clone());
        triple.encrypt_chained(initial, &mut ours);
        let (blocks, _) = cbc::cipher::Array::slice_as_chunks_mut(&mut theirs);
        cbc::Encryptor::<des::TdesEde2>::new(&key.into(), &initial.into()).encrypt_blocks(blocks);
        prop_assert_eq!(&ours, &theirs);
        triple.decrypt_chained(initial, &mut ours);
        prop_assert_eq!(&ours, &data);
        let (blocks, _) = cbc::cipher::Array::slice_as_chunks_mut(&mut theirs);
        cbc::Decryptor::<des::TdesEde2>::new(&key.into(), &initial.into()).decrypt_blocks(blocks);
        prop_assert_eq!(theirs, data);
    }
}
