//! qpdf and poppler: the page as a PDF, its fonts and its text against the application.

use super::document::{Document, check, each, tool};
use super::missing;

pub(crate) fn judge(documents: &[Document]) -> Vec<String> {
    if ["qpdf", "pdffonts", "pdftotext"].into_iter().any(missing) {
        return Vec::new();
    }
    each(documents, |document| {
        let path = document.path("datapage.pdf");
        tool("qpdf", &["--check", &path])?;
        fonts(&path)?;
        text(document, &path)
    })
}

/// Every font is embedded as a subset and says which characters its glyphs are.
fn fonts(path: &str) -> Result<(), String> {
    let told = String::from_utf8_lossy(&tool("pdffonts", &[path])?).into_owned();
    let rows: Vec<&str> = told.lines().skip(2).collect();
    let is_right = |row: &&str| row.contains("yes yes yes");
    check(rows.len() >= 4 && rows.iter().all(is_right), || told.clone())
}

fn text(document: &Document, path: &str) -> Result<(), String> {
    let told = String::from_utf8_lossy(&tool("pdftotext", &["-raw", path, "-"])?).into_owned();
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    for line in document.mrz() {
        check(lines.contains(&line.as_str()), || format!("{line} is not in\n{told}"))?;
    }
    // A long name goes on in the next line.
    let flowing = flat(&told);
    let names = &document.record["names"];
    for name in ["primary", "secondary", "chinese"].iter().filter_map(|part| names[*part].as_str()) {
        check(flowing.contains(&flat(name)), || format!("{name} is not in\n{told}"))?;
    }
    for field in ["place_of_birth", "identity_number"].iter().filter_map(|field| document.record[*field].as_str()) {
        check(flowing.contains(&flat(field)), || format!("{field} is not in\n{told}"))?;
    }
    Ok(())
}

/// Without white space.
fn flat(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}
