//! The parts of the example, which the kit's own tests share.

pub(crate) mod controller;
pub(crate) mod driver;
pub(crate) mod rig;
pub(crate) mod wire;
pub(crate) mod words;
