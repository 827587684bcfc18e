//! What operators of the centre see and steer.
