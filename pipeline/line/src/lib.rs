//! The running line: supervision of machines, workers and their channels.
