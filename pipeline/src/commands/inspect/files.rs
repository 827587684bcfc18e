//! Files that others made: bounded, and never waited for.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest elementary file: offsets of READ BINARY end at 65,535; some bytes more for what follows.
pub(super) const LONGEST_ELEMENTARY_FILE: u64 = 128 * 1024;
/// Longest certificate.
pub(super) const LONGEST_CERTIFICATE: u64 = 256 * 1024;
/// Longest list: the greatest master list of 2026 has 1.2 MB.
pub(super) const LONGEST_LIST: u64 = 64 * 1024 * 1024;
/// Longest file with a machine readable zone or a card access number.
pub(super) const LONGEST_TEXT: u64 = 4 * 1024;

/// The contents of a regular file of at most `longest` bytes.
///
/// # Errors
/// What hinders it, without the name of the file.
pub(super) fn read(path: &Path, longest: u64) -> Result<Vec<u8>, String> {
    let described = std::fs::metadata(path).map_err(|error| error.to_string())?;
    // A pipe or a device could keep this program waiting for ever.
    if !described.is_file() {
        return Err(if described.is_dir() { "it is a folder" } else { "it is no regular file" }.to_owned());
    }
    let too_long = || format!("it is longer than {longest} bytes");
    if described.len() > longest {
        return Err(too_long());
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    take(file, longest).map_err(|error| error.to_string())?.ok_or_else(too_long)
}

/// All that comes, if it is at most `longest` bytes.
pub(super) fn take(from: impl Read, longest: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut contents = Vec::new();
    from.take(longest + 1).read_to_end(&mut contents)?;
    Ok((contents.len() as u64 <= longest).then_some(contents))
}

/// The DER inside a file that is DER or PEM with this label.
pub(super) fn der(contents: Vec<u8>, label: &str) -> Result<Vec<u8>, String> {
    if !contents.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Ok(contents);
    }
    match pem_rfc7468::decode_vec(contents.trim_ascii()) {
        Ok((found, der)) if found == label => Ok(der),
        Ok((found, _)) => Err(format!("it holds a {found}, not a {label}")),
        Err(error) => Err(format!("its PEM cannot be read: {error}")),
    }
}
