//! Country signer, document signers and chip keys: software keys, their ceremony and their use.
