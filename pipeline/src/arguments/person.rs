//! What every act of a person names: who does it, and why.

use clap::Args;
use persoline_domain::identifiers::Actor;

use crate::exit::Failure;
use crate::system;

/// Longest name of a person's account.
const NAME_LIMIT: usize = 64;
/// Longest reason code.
const REASON_LIMIT: usize = 40;

/// Who acts.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ActorArgument {
    /// Who does it, by the name of the person's account [default: the account that runs the program]
    #[arg(id = "actor", long, value_name = "NAME", value_parser = account)]
    name: Option<String>,
}

impl ActorArgument {
    /// The person.
    pub(crate) fn person(&self) -> Result<Actor, Failure> {
        match (&self.name, system::actor()) {
            (Some(name), _) => Ok(Actor::Person(name.clone())),
            (None, Actor::Command(name)) if name != "unknown" => Ok(Actor::Person(name)),
            _ => Err(Failure::input("this system does not say whose account it is: name the person with --actor")),
        }
    }
}

/// Reads the name of a person's account.
pub(crate) fn account(text: &str) -> Result<String, String> {
    let is_name = (1..=NAME_LIMIT).contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if is_name { Ok(text.to_owned()) } else { Err("must be 1 to 64 letters, digits, and - _ .".to_owned()) }
}

/// Reads a reason. A code and no text, so that nothing personal gets into the log.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    let is_code = (1..=REASON_LIMIT).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_code { Ok(text.to_owned()) } else { Err("must be a code of 1 to 40 small letters, digits and _".to_owned()) }
}
