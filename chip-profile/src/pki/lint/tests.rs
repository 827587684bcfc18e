use super::*;

mod broken;
mod chip;
pub(crate) mod edit;
mod hostile;
mod issued;
mod published;
pub(crate) mod strangers;
