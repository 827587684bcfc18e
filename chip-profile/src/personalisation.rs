//! Secure channel and write plan before the chip is locked.
