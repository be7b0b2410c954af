//! A bounded number of hostile inputs, the same in each run.

#[path = "../../lambda-cache/tests/effort/mod.rs"]
mod effort;

use std::{
    env,
    net::TcpListener,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process::Command,
};

/// Returns random bytes that depend on the number alone, from `SplitMix64` (<https://prng.di.unimi.it/splitmix64.c>).
fn bytes(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let words = 4 + next() % 32;
    (0..words).flat_map(|_| next().to_le_bytes()).collect()
}

fn try_many(name: &str, number: usize, try_one: fn(&[u8])) {
    let inputs = effort::times(number);
    for number in 0..inputs {
        let data = bytes(number as u64);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| try_one(&data))) {
            effort::say(&format!("hostile-input {name}: input number {number} failed: {data:02x?}"));
            resume_unwind(panic);
        }
    }
    effort::report(&format!("hostile-input {name}"), inputs, "inputs");
}

#[test]
fn names() {
    try_many("names", 20_000, hostile_input::names);
}

#[test]
fn records() {
    try_many("record", 1_500, hostile_input::record);
}

#[test]
fn answers() {
    try_many("answer", 1_500, hostile_input::answer);
}

/// Runs in a child, because the proxy that gives every answer is set in the environment.
#[test]
#[ignore = "run by the next test, in another environment"]
fn settings_behind_a_proxy() {
    try_many("settings", 250, hostile_input::settings);
}

#[test]
fn settings() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "settings_behind_a_proxy", "--ignored", "--nocapture", "--test-threads=1"]).env_clear();
    child.envs(env::vars().filter(|(name, _)| name.starts_with("LAMBDA_CACHE_") || name == "PATH"));
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY"] {
        child.env(proxy, format!("http://{free}"));
    }
    let output = child.output().unwrap();
    // A child that ran no test would succeed too.
    let has_run = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert!(output.status.success() && has_run, "{}", String::from_utf8_lossy(&output.stderr));
}
