//! Approved applications as they arrive: format, checks and what is set aside.
