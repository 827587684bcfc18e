//! The simulation finds what is broken on purpose, and repeats itself exactly. Heavy: made for a release build.

mod broken;
mod replay;
