//! From a photograph as it came in to a coded full frontal portrait.
