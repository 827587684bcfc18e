//! Makes the messages and the service of the desk from their `.proto` file, without `protoc`.

#[cfg(feature = "remote")]
fn main() -> Result<(), Box<dyn core::error::Error>> {
    let file = "proto/persoline/desk/v1/desk.proto";
    println!("cargo::rerun-if-changed={file}");
    let mut descriptors = protox::compile([file], ["proto"])?;
    for descriptor in &mut descriptors.file {
        descriptor.source_code_info = None;
    }
    // Blanks and chips hold keys, so no message can be printed.
    tonic_prost_build::configure().skip_debug(["."]).compile_fds(descriptors)?;
    Ok(())
}

#[cfg(not(feature = "remote"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
