//! The steps of one document: prepare, sign, render, ticket, verify.
