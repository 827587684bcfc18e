//! What the kit found, in words.

use core::fmt;

use super::checks::Check;

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The driver does what is demanded.
    Passed,
    /// The driver does not.
    Failed {
        /// What the kit saw.
        seen: String,
        /// What the driver's author should look at.
        advice: String,
    },
    /// The rig cannot do what the check needs.
    NotRun {
        /// What is missing.
        reason: String,
    },
}

/// One check and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The check's name, as [`check_only`](super::check_only) takes it.
    pub name: &'static str,
    /// What is demanded of a driver.
    pub demand: &'static str,
    /// What became of it.
    pub outcome: Outcome,
}

/// What the kit found; its `Display` is a text for the driver's author.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// Every check that was asked for, in the order in which it ran.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether no check failed and at least one passed. Checks that could not be run do not count against the driver, but
    /// look at [`Report::not_run`].
    pub fn is_conformant(&self) -> bool {
        self.failures().next().is_none() && self.passed() > 0
    }
    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| matches!(finding.outcome, Outcome::Failed { .. }))
    }
    /// The checks that could not be run, because the rig lacks something.
    pub fn not_run(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| matches!(finding.outcome, Outcome::NotRun { .. }))
    }
    /// How many checks passed.
    pub fn passed(&self) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == Outcome::Passed).count()
    }

    pub(super) fn add(&mut self, check: &Check, outcome: super::bench::Result<()>) {
        use super::bench::Shortfall;
        let outcome = match outcome {
            Ok(()) => Outcome::Passed,
            Err(Shortfall::Failed { seen, advice }) => Outcome::Failed { seen, advice },
            Err(Shortfall::NotRun { reason }) => Outcome::NotRun { reason },
        };
        self.findings.push(Finding { name: check.name, demand: check.demand, outcome });
    }

    pub(super) fn add_unknown(&mut self, name: &str) {
        let outcome = Outcome::Failed {
            seen: format!("no check is called {name:?}"),
            advice: "see check_names() for the names".to_owned(),
        };
        self.findings.push(Finding {
            name: "names of checks",
            demand: "only checks that exist are asked for",
            outcome,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { name, demand, outcome } in &self.findings {
            match outcome {
                Outcome::Passed => writeln!(f, "passed   {name}: {demand}")?,
                Outcome::Failed { seen, advice } => {
                    writeln!(f, "FAILED   {name}: {demand}")?;
                    writeln!(f, "         seen: {seen}")?;
                    writeln!(f, "         do:   {advice}")?;
                }
                Outcome::NotRun { reason } => {
                    writeln!(f, "not run  {name}: {demand}")?;
                    writeln!(f, "         because {reason}")?;
                }
            }
        }
        let (failed, not_run) = (self.failures().count(), self.not_run().count());
        write!(f, "{} passed, {failed} failed, {not_run} not run", self.passed())
    }
}
