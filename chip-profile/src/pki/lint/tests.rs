use super::*;

mod published;
