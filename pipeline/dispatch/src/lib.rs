//! Which order goes to which machine next: a pure core.
