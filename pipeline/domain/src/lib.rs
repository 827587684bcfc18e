//! The words of the line: orders, booklets, events, and the ports through which its rooms reach one another.
