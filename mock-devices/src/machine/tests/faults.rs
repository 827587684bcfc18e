//! Each fault is reached and told as its documentation says.
