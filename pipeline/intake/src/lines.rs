//! Lines of a file of any size, with a bound on what is held of one.

use std::io::{self, BufRead, BufReader, Read, Write};

/// Reads lines one after the other.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    limit: usize,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// A whole line stands in the buffer, without its line feed.
    Whole,
    /// More than the limit: the buffer holds its beginning, [`Lines::rest`] gives what is left.
    TooLong,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Lines { reader: BufReader::with_capacity(64 << 10, reader), limit }
    }

    /// The next line into `buffer`; `None` at the end of the file.
    pub(crate) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Line>> {
        buffer.clear();
        let limit = self.limit as u64 + 1;
        self.reader.by_ref().take(limit).read_until(b'\n', buffer)?;
        match buffer.last() {
            None => Ok(None),
            Some(b'\n') => {
                buffer.pop();
                Ok(Some(Line::Whole))
            }
            Some(_) if buffer.len() as u64 == limit => Ok(Some(Line::TooLong)),
            Some(_) => Ok(Some(Line::Whole)),
        }
    }

    /// Copies what is left of a line that was too long, without its line feed.
    pub(crate) fn rest(&mut self, to: &mut dyn Write) -> io::Result<Result<(), io::Error>> {
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            if let Err(error) = to.write_all(part) {
                return Ok(Err(error));
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() || used == 0 {
                return Ok(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &[u8], limit: usize) -> Vec<(Line, Vec<u8>, Vec<u8>)> {
        let mut lines = Lines::new(text, limit);
        let (mut buffer, mut out) = (Vec::new(), Vec::new());
        while let Some(line) = lines.next(&mut buffer).unwrap() {
            let mut rest = Vec::new();
            if line == Line::TooLong {
                lines.rest(&mut rest).unwrap().unwrap();
            }
            out.push((line, buffer.clone(), rest));
        }
        out
    }

    #[test]
    fn long_lines_are_bounded_and_complete() {
        let read = read_all(b"abcd\nabcde\n\nabcdefgh\nxy", 4);
        let expected: [(Line, &[u8], &[u8]); 5] = [
            (Line::Whole, b"abcd", b""),
            (Line::TooLong, b"abcde", b""),
            (Line::Whole, b"", b""),
            (Line::TooLong, b"abcde", b"fgh"),
            (Line::Whole, b"xy", b""),
        ];
        assert_eq!(read.len(), expected.len());
        for (line, (kind, beginning, rest)) in read.iter().zip(expected) {
            assert_eq!((line.0, line.1.as_slice(), line.2.as_slice()), (kind, beginning, rest));
        }
    }
}
