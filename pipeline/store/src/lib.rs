//! The durable truth of the line in SQLite: event log, state columns, constraints.
