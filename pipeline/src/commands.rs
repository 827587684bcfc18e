//! One file for each command.

mod demo;
mod document;
mod embedded;
mod export;
mod inspect;
mod inspection;
mod intake;
mod keys;
mod machine;
mod numbers;
mod order;
pub(crate) mod remake;
mod report;
mod run;
pub(crate) mod shift;
mod show;
mod status;
mod stock;
mod store;

use std::io::Write;

use clap::CommandFactory;

use crate::arguments::{Arguments, Command, SchemaArgument};
use crate::exit::{Ending, Failure, Kind};
use crate::place::Place;

/// Carries a command out.
pub(crate) fn carry_out(arguments: Arguments) -> Result<Ending, Failure> {
    let Arguments { data, passphrase_file, command } = arguments;
    let Some(command) = command else {
        return say(Arguments::command().render_help()).map(|()| Ending::Done);
    };
    if let Command::Schema(arguments) = command {
        let schema = match arguments.of {
            SchemaArgument::Application => persoline_intake::schema(),
            SchemaArgument::Report => persoline_report::schema().into(),
            SchemaArgument::Inspection => inspect::schema()?,
        };
        return print_json(&schema).map(|()| Ending::Done);
    }
    if let Command::Demo(arguments) = &command {
        return demo::demo(arguments, data);
    }
    if let Command::Inspect(arguments) = &command {
        return inspect::inspect(arguments, data, passphrase_file.as_ref());
    }
    let place = Place::of(data)?;
    let passphrase = || crate::centre::passphrase(passphrase_file.as_ref());
    match command {
        Command::Schema(_) | Command::Demo(_) | Command::Inspect(_) => Ok(Ending::Done),
        Command::Intake(arguments) => intake::intake(place, &passphrase()?, &arguments),
        Command::Keys(command) => keys::keys(&place, passphrase, &command),
        Command::Run(arguments) => run::run(place, &passphrase()?, &arguments),
        Command::Status(arguments) => status::status(place, arguments.json),
        Command::Show(arguments) => show::show(place, &arguments),
        Command::Stock(command) => stock::stock(place, passphrase, &command),
        Command::Order(command) => order::order(place, &command),
        Command::Machine(command) => machine::machine(place, &command),
        Command::Shift(command) => shift::shift(place, &command),
        Command::Inspection(command) => inspection::inspection(place, &command),
        Command::Remake(command) => remake::remake(place, &command),
        Command::Document(command) => document::document(place, &command),
        Command::Numbers(command) => numbers::numbers(place, &command),
        Command::Report(command) => report::report(place, &command),
        Command::Export(arguments) => export::export(place, &passphrase()?, &arguments),
        Command::Store(command) => store::store(&place, &command),
    }
}

/// Prints a line of an answer.
pub(crate) fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|error| Failure::new(Kind::Store, format!("standard output: {error}")))
}

/// Prints an answer as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::input(error.to_string()))?;
    say(text)
}
