//! A production order, its states, and its rank among those that wait.

use crate::clock::Date;

/// States of a production order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderState {
    /// Accepted; no machine has it.
    Waiting,
    /// A machine was asked to pick a booklet for it.
    Dispatched,
    /// A booklet was picked, identified and bound to it.
    Bound,
    /// Its data is signed and goes to the machine.
    Ticketed,
    /// A good document exists.
    Finished,
    /// A person has to decide.
    Held,
    /// It will not be made.
    Cancelled,
}

/// What moves an order from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderMove {
    /// A machine is asked to pick.
    Dispatch,
    /// The machine gave the job up before a booklet was bound.
    Withdraw,
    /// A booklet is bound.
    Bind,
    /// Data is signed for the bound booklet; again when it had to be prepared again before the chip was locked.
    Ticket,
    /// The document is good.
    Finish,
    /// The booklet is spoiled: the order is made again.
    Remake,
    /// A person holds it, or the line leaves it to a person.
    Hold,
    /// Its good document was rejected or lost: the order is made again.
    Reject,
    /// A person lets it go on.
    Release,
    /// A person ends it.
    Cancel,
}

/// Every lawful move: from, move, to. Types, constraints and pages follow from this table.
pub const ORDER_MOVES: &[(OrderState, OrderMove, OrderState)] = {
    use OrderMove as M;
    use OrderState as S;
    &[
        (S::Waiting, M::Dispatch, S::Dispatched),
        (S::Dispatched, M::Withdraw, S::Waiting),
        (S::Dispatched, M::Bind, S::Bound),
        (S::Bound, M::Ticket, S::Ticketed),
        (S::Ticketed, M::Ticket, S::Ticketed),
        (S::Ticketed, M::Finish, S::Finished),
        (S::Bound, M::Remake, S::Waiting),
        (S::Ticketed, M::Remake, S::Waiting),
        (S::Waiting, M::Hold, S::Held),
        (S::Dispatched, M::Hold, S::Held),
        (S::Bound, M::Hold, S::Held),
        (S::Ticketed, M::Hold, S::Held),
        (S::Held, M::Release, S::Waiting),
        (S::Finished, M::Reject, S::Waiting),
        (S::Waiting, M::Cancel, S::Cancelled),
        (S::Dispatched, M::Cancel, S::Cancelled),
        (S::Bound, M::Cancel, S::Cancelled),
        (S::Ticketed, M::Cancel, S::Cancelled),
        (S::Held, M::Cancel, S::Cancelled),
    ]
};

impl OrderState {
    /// All, in the order of a document's way.
    pub const ALL: [OrderState; 7] = [
        OrderState::Waiting,
        OrderState::Dispatched,
        OrderState::Bound,
        OrderState::Ticketed,
        OrderState::Finished,
        OrderState::Held,
        OrderState::Cancelled,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            OrderState::Waiting => "waiting",
            OrderState::Dispatched => "dispatched",
            OrderState::Bound => "bound",
            OrderState::Ticketed => "ticketed",
            OrderState::Finished => "finished",
            OrderState::Held => "held",
            OrderState::Cancelled => "cancelled",
        }
    }
    /// The state of that name.
    pub fn parse(name: &str) -> Option<OrderState> {
        OrderState::ALL.into_iter().find(|state| state.name() == name)
    }
    /// Where `step` leads from here; `None` if it is unlawful.
    pub fn after(self, step: OrderMove) -> Option<OrderState> {
        ORDER_MOVES.iter().find(|(from, by, _)| *from == self && *by == step).map(|(_, _, to)| *to)
    }
    /// Whether a machine works on it.
    pub fn is_on_machine(self) -> bool {
        matches!(self, OrderState::Dispatched | OrderState::Bound | OrderState::Ticketed)
    }
}

/// How urgent an order is. Remakes go ahead of their peers by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// Ahead of everything that is not urgent.
    Urgent,
    /// As it comes.
    #[default]
    Normal,
}

impl Priority {
    /// The name used in files, in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            Priority::Urgent => "urgent",
            Priority::Normal => "normal",
        }
    }
    /// The priority of that name.
    pub fn parse(name: &str) -> Option<Priority> {
        [Priority::Urgent, Priority::Normal].into_iter().find(|priority| priority.name() == name)
    }
}

/// Days by which an urgent order goes ahead of what is due on the same day. A fixed lead instead of a class of its own: a
/// stream of newer urgent orders passes an old one only until its due date comes nearer than theirs.
pub const URGENT_BOOST_DAYS: i32 = 5;

/// The date by which orders are ranked: the due date, for an urgent order [`URGENT_BOOST_DAYS`] earlier. Orders go by this
/// date, of one date remakes first, then by arrival.
pub fn effective_due(due: Date, priority: Priority) -> Date {
    match priority {
        Priority::Urgent => due.saturating_sub(jiff::Span::new().days(URGENT_BOOST_DAYS)),
        Priority::Normal => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelled_is_an_end_and_finished_but_for_a_rejected_document() {
        for (from, by, to) in ORDER_MOVES {
            assert_ne!(*from, OrderState::Cancelled);
            assert!(*from != OrderState::Finished || (*by, *to) == (OrderMove::Reject, OrderState::Waiting));
        }
    }

    #[test]
    fn an_urgent_order_leads_by_fixed_days_only() {
        let due = Date::constant(2026, 12, 10);
        assert_eq!(effective_due(due, Priority::Normal), due);
        assert_eq!(effective_due(due, Priority::Urgent), Date::constant(2026, 12, 5));
        assert_eq!(effective_due(Date::MIN, Priority::Urgent), Date::MIN);
    }

    #[test]
    fn a_move_from_a_state_leads_to_one_state() {
        for (index, (from, by, _)) in ORDER_MOVES.iter().enumerate() {
            assert!(!ORDER_MOVES[..index].iter().any(|(f, b, _)| f == from && b == by), "{from:?} {by:?}");
        }
    }

    #[test]
    fn names_read_back() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::parse(state.name()), Some(state));
        }
    }
}
