//! The stock as it stands, and what a count by hand says against it.

use crate::application::DocumentType;
use crate::booklet::{BlankKind, BookletState, Reconciliation};
use crate::identifiers::MachineName;
use crate::stock::StockClass;

/// Booklets that agree in everything that a count can tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLine {
    /// Their state.
    pub state: BookletState,
    /// What sort they are.
    pub class: StockClass,
    /// The machine in which they are, for states in which booklets lie in machines.
    pub machine: Option<MachineName>,
    /// How many.
    pub count: u64,
}

/// The present stock. Lines are in the order of states, then classes, then machines; none is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StockStanding {
    /// Booklets that delivery files brought.
    pub received: u64,
    /// What the books say.
    pub lines: Vec<StockLine>,
}

/// Booklets of one state as people counted them, as finely as they like: what is `None` was not told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedStock {
    /// The state that their place stands for.
    pub state: BookletState,
    /// What they can become.
    pub format: Option<DocumentType>,
    /// Whether they may become real documents.
    pub kind: Option<BlankKind>,
    /// The machine in which they lie.
    pub machine: Option<MachineName>,
    /// How many.
    pub count: u64,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockDifference {
    /// What was counted, and how many; zero for what nobody counted.
    pub counted: CountedStock,
    /// How many there are by the books.
    pub books: u64,
    /// The lines of the books behind it, where a look should begin.
    pub lines: Vec<StockLine>,
}

impl StockDifference {
    /// Counted minus books: less than zero when booklets are missing.
    pub fn difference(&self) -> i64 {
        let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.counted.count) - signed(self.books)
    }
}

impl CountedStock {
    /// All booklets of a state, not told apart.
    pub fn of_state(state: BookletState, count: u64) -> Self {
        CountedStock { state, format: None, kind: None, machine: None, count }
    }
    /// Booklets in motion cannot be counted: they are never covered.
    fn covers(&self, line: &StockLine) -> bool {
        self.state == line.state
            && !line.state.is_in_motion()
            && self.format.is_none_or(|format| format == line.class.format)
            && self.kind.is_none_or(|kind| kind == line.class.kind)
            && self.machine.as_ref().is_none_or(|machine| Some(machine) == line.machine.as_ref())
    }
}

impl StockStanding {
    /// The same by state alone.
    pub fn reconciliation(&self) -> Reconciliation {
        let by_state = BookletState::ALL.map(|state| (state, self.count(state))).to_vec();
        Reconciliation { received: self.received, by_state }
    }
    /// Received minus the sum over all lines; zero when the books are right.
    pub fn difference(&self) -> i64 {
        self.reconciliation().difference()
    }
    /// Booklets in one state.
    pub fn count(&self, state: BookletState) -> u64 {
        self.lines.iter().filter(|line| line.state == state).map(|line| line.count).sum()
    }
    /// Everything that keeps a shift from closing: counts that differ from the books, states in the house that nobody
    /// counted, and booklets that are still in motion (counted as zero: they ought not to be). Empty when all fits.
    pub fn differences(&self, counted: &[CountedStock]) -> Vec<StockDifference> {
        let mut differences = Vec::new();
        let mut covered = vec![false; self.lines.len()];
        for count in counted {
            let mut behind = Vec::new();
            for (line, covered) in self.lines.iter().zip(&mut covered) {
                if count.covers(line) && !*covered {
                    *covered = true;
                    behind.push(line.clone());
                }
            }
            let books = behind.iter().map(|line| line.count).sum();
            if books != count.count {
                differences.push(StockDifference { counted: count.clone(), books, lines: behind });
            }
        }
        for (line, _) in self
            .lines
            .iter()
            .zip(&covered)
            .filter(|(line, covered)| !**covered && (line.state.is_counted() || line.state.is_in_motion()))
        {
            let nobody = CountedStock {
                state: line.state,
                format: Some(line.class.format),
                kind: Some(line.class.kind),
                machine: line.machine.clone(),
                count: 0,
            };
            differences.push(StockDifference { counted: nobody, books: line.count, lines: vec![line.clone()] });
        }
        differences.sort_by_key(|difference| difference.counted.state);
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booklet::Numbering;

    fn line(state: BookletState, kind: BlankKind, machine: Option<&str>, count: u64) -> StockLine {
        let class = StockClass { format: DocumentType::Passport32, kind, numbering: Numbering::Perforated };
        StockLine { state, class, machine: machine.map(Into::into), count }
    }

    fn standing() -> StockStanding {
        use BookletState as S;
        StockStanding {
            received: 20,
            lines: vec![
                line(S::Vault, BlankKind::Production, None, 8),
                line(S::Vault, BlankKind::Test, None, 2),
                line(S::Loaded, BlankKind::Production, Some("north"), 4),
                line(S::Loaded, BlankKind::Production, Some("south"), 3),
                line(S::HandedOver, BlankKind::Production, None, 3),
            ],
        }
    }

    #[test]
    fn a_count_that_fits_leaves_nothing_open_however_finely_it_was_taken() {
        use BookletState as S;
        let books = standing();
        assert_eq!((books.difference(), books.count(S::Loaded)), (0, 7));
        let coarse = [CountedStock::of_state(S::Vault, 10), CountedStock::of_state(S::Loaded, 7)];
        assert_eq!(books.differences(&coarse), []);
        let fine = [
            CountedStock { kind: Some(BlankKind::Test), ..CountedStock::of_state(S::Vault, 2) },
            CountedStock { kind: Some(BlankKind::Production), ..CountedStock::of_state(S::Vault, 8) },
            CountedStock { machine: Some("north".into()), ..CountedStock::of_state(S::Loaded, 4) },
            CountedStock { machine: Some("south".into()), ..CountedStock::of_state(S::Loaded, 3) },
            CountedStock::of_state(S::Spoiled, 0),
        ];
        assert_eq!(books.differences(&fine), []);
    }

    #[test]
    fn what_does_not_fit_is_told_with_the_place_to_look() {
        use BookletState as S;
        let mut books = standing();
        let count = |state, count| CountedStock::of_state(state, count);
        let found = books.differences(&[count(S::Vault, 9), count(S::Loaded, 7), count(S::Packed, 1)]);
        let told: Vec<_> = found.iter().map(|d| (d.counted.state, d.difference(), d.lines.len())).collect();
        assert_eq!(told, [(S::Vault, -1, 2), (S::Packed, 1, 0)]);
        // A machine that nobody looked into.
        let north = CountedStock { machine: Some("north".into()), ..count(S::Loaded, 4) };
        let found = books.differences(&[count(S::Vault, 10), north]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].counted.machine.clone(), found[0].difference()), (Some("south".into()), -3));
        // One that is in motion keeps the shift open, whatever is counted.
        books.lines.push(line(S::InWork, BlankKind::Production, Some("north"), 1));
        let found = books.differences(&[count(S::Vault, 10), count(S::Loaded, 7)]);
        assert_eq!((found.len(), found[0].counted.state, found[0].difference()), (1, S::InWork, -1));
    }

    #[test]
    fn a_booklet_is_covered_by_one_count_only() {
        use BookletState as S;
        let twice = [
            CountedStock::of_state(S::Vault, 10),
            CountedStock::of_state(S::Vault, 10),
            CountedStock::of_state(S::Loaded, 7),
        ];
        let found = standing().differences(&twice);
        assert_eq!((found.len(), found[0].difference()), (1, 10));
    }
}
