//! What a personalisation machine is: the driver trait and its data.
