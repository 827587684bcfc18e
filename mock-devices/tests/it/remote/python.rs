//! A client that is not written in Rust: `grpcio` with stubs generated from the `.proto` files alone.

use std::path::Path;
use std::process::{Command, Stdio};

use super::program::{Program, certificates};

#[test]
fn a_client_in_python_drives_a_booklet_over_mutual_tls() {
    let python = std::env::var_os("PERSOLINE_PYTHON").unwrap_or_else(|| "python3".into());
    let packages = Command::new(&python)
        .args(["-c", "import grpc, grpc_tools"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !packages.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no Python with grpcio and grpcio-tools");
        println!("not run: no Python with grpcio and grpcio-tools");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tls = certificates(folder.path());
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    let program = Program::start(folder.path(), &tls);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(&python)
        .arg(here.join("tests/python/drive.py"))
        .args([here.join("../printer-driver/proto"), here.join("proto")])
        .args([&program.machine, &program.desk])
        .arg(folder.path().join("links"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout.ends_with(b"done\n"), "{said}");
}
