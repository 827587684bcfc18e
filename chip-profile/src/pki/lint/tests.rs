use super::*;

mod broken;
pub(crate) mod edit;
mod hostile;
mod issued;
mod published;
pub(crate) mod strangers;
