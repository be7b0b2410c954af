//! Compiler messages for invalid attributes. Each case is a file, with its message next to it.
//!
//! The complete text, including the carets, is compared only by the toolchain that recorded it, because the wording
//! differs between toolchains. `TRYBUILD=overwrite cargo test --test compile` records it again, and `RECORDED_WITH`
//! must then name the toolchain. The tests of lambda-cache-macros check this crate's own messages with every
//! toolchain.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::process::Command;

const RECORDED_WITH: &str = "rustc 1.95.0 ";

#[test]
#[expect(clippy::print_stdout, reason = "a test that compares nothing must report it")]
fn every_mistake_causes_one_message_at_its_position() {
    let rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    if !version.starts_with(RECORDED_WITH) {
        println!("not compared: this is {version}, and the messages were recorded with {RECORDED_WITH}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
