//! Working days, holidays and cut-off: the calendar behind a due date.
