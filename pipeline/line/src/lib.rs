//! The running line: supervision of machines, workers and their channels.
//!
//! What decides is [`session::Session`], one for each machine: a pure function `(state, input, now) → effects` that does no
//! I/O and asks nobody for the time. What acts is [`executor`]: a thread for each machine that carries the effects out on a
//! driver, a store and a pool of workers, and brings their answers back as inputs. A simulator can do the same in virtual
//! time.

pub mod executor;
pub mod session;
pub mod watch;
