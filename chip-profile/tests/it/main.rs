//! The crate as its callers see it, judged by strangers: OpenSSL, npm's `@zkpassport/utils`, `mrz` and `mrz-fast`, and the
//! crate `dmrtd`.
//!
//! Strangers are found on the path (`openssl`, `node`), in the folder that `PERSOLINE_NODE` names (packages of
//! `tests/node/package.json`) and in the one that `PERSOLINE_STRANGERS` names (programs of `mock-devices/tests/strangers`);
//! published files in `PERSOLINE_SHARED`. What is missing is said, and a failure when `CI=true`.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod contents;
mod ledger;
mod malformed;
mod master_lists;
mod matrix;
mod mutations;
mod openssl_certificate;
mod readers;
mod specimen;
mod suites;
mod tools;
mod zones;
