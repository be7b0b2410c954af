//! What the compiler says of attributes that cannot be meant: one file a case, its message beside it.
//!
//! The whole text, with its carets, is compared only by the toolchain that it was recorded with, for each words it its
//! own way: `TRYBUILD=overwrite cargo test --test compile` records it anew, and `RECORDED_WITH` then says by which. That
//! our own messages are in it holds for every toolchain: the tests of lambda-cache-macros see to that.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::process::Command;

const RECORDED_WITH: &str = "rustc 1.95.0 ";

#[test]
#[expect(clippy::print_stdout, reason = "a test that compares nothing must say so")]
fn every_mistake_is_answered_by_one_message_at_its_place() {
    let rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    if !version.starts_with(RECORDED_WITH) {
        println!("not compared: this is {version}, and the messages were recorded with {RECORDED_WITH}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
