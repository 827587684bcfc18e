//! Makes the messages and the service of the remote link from their `.proto` file, without `protoc`.

#[cfg(feature = "remote")]
fn main() -> Result<(), Box<dyn core::error::Error>> {
    let file = "proto/persoline/machine/v1/machine.proto";
    println!("cargo::rerun-if-changed={file}");
    // The file's own comments are for makers of machines; as documentation of generated code they would be checked as
    // Rust.
    let mut descriptors = protox::compile([file], ["proto"])?;
    for descriptor in &mut descriptors.file {
        descriptor.source_code_info = None;
    }
    // Scripts, layers and pictures hold personal data, so no message can be printed.
    tonic_prost_build::configure().skip_debug(["."]).compile_fds(descriptors)?;
    Ok(())
}

#[cfg(not(feature = "remote"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
