//! RSA key pairs of chips, made ahead: one takes longer than the rest of a document.

use std::sync::{Mutex, PoisonError};

use persoline_domain::signer::{DocumentRsaKeyPair, SignerError};

use crate::rsa_key;

/// Most key pairs that lie ready: what eight machines take in a quarter of an hour.
pub(crate) const RSA_KEYS_AHEAD: usize = 600;

/// Key pairs that lie ready, in memory only; they are overwritten when the program ends.
#[derive(Default)]
pub(crate) struct RsaPool {
    ready: Mutex<Vec<DocumentRsaKeyPair>>,
}

impl RsaPool {
    /// `count` key pairs: those that lie ready first, the others made now.
    pub(crate) fn take(&self, count: u32) -> Result<Vec<DocumentRsaKeyPair>, SignerError> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut taken = {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = ready.len().saturating_sub(count);
            ready.split_off(kept)
        };
        while taken.len() < count {
            taken.push(rsa_key::document_key_pair()?);
        }
        Ok(taken)
    }

    /// Makes one unless `limit` lie ready; tells whether it made one.
    pub(crate) fn fill(&self, limit: usize) -> Result<bool, SignerError> {
        if self.ready() >= limit {
            return Ok(false);
        }
        let pair = rsa_key::document_key_pair()?;
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        // Others may have filled it meanwhile; what is above the bound is dropped.
        if ready.len() < limit {
            ready.push(pair);
        }
        Ok(true)
    }

    fn ready(&self) -> usize {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_pool_fills_to_its_bound_and_no_key_is_given_twice() {
        let pool = RsaPool::default();
        assert_eq!([pool.fill(2), pool.fill(2), pool.fill(2)], [Ok(true), Ok(true), Ok(false)]);
        let mut keys = pool.take(1).unwrap();
        assert_eq!(pool.ready(), 1);
        keys.extend(pool.take(2).unwrap());
        assert_eq!(pool.ready(), 0);
        assert_eq!(keys.iter().map(|pair| &pair.public_key).collect::<BTreeSet<_>>().len(), 3);
    }
}
