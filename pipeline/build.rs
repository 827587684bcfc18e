//! Embeds the sample set, so that `persoline demo` needs nothing beside the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let samples = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("samples");
    println!("cargo::rerun-if-changed={}", samples.display());
    let mut table = String::from("&[\n");
    for folder in ["", "portraits", "signatures"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(samples.join(folder))?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
        files.sort();
        for file in files.iter().filter(|file| is_sample(file)) {
            let name = file.strip_prefix(&samples)?.to_string_lossy().replace('\\', "/");
            writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.display().to_string())?;
        }
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("samples.rs");
    std::fs::write(out, table)?;
    Ok(())
}

fn is_sample(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    file.is_file() && matches!(extension, Some("jsonl" | "jpg" | "jpeg" | "png"))
}
