//! Links: what goes over them, who is let in, and peers that break the rules.

mod certificates;
mod hostile_host;
mod hostile_machine;
mod parrot;
mod session;
mod tls;
mod translation;
