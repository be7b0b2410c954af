//! `cargo bench` with the same contenders, for developers.

use divan::{Bencher, counter::ItemsCount};
use hits::{
    contenders::{self, Contender},
    server,
};

/// The number of reads in one iteration. A single read is too short to measure.
const READS: u32 = 1_000;

fn main() -> std::process::ExitCode {
    if let Some(code) = server::run_again_with_server() {
        return code;
    }
    divan::main();
    std::process::ExitCode::SUCCESS
}

fn bench(bencher: Bencher<'_, '_>, all: &[Contender], name: &str) {
    let contender = all.iter().find(|contender| contender.name == name).expect("a contender of this name");
    bencher.counter(ItemsCount::new(READS)).bench(|| (contender.read)(READS));
}

#[divan::bench(args = [
    "instant_now", "coarse_clock_pair", "arc_clone", "slot", "lookup", "bare", "attribute_1", "attribute_3", "get_entry",
    "moka", "quick_cache", "rw_lock", "aws_secretsmanager_caching",
])]
fn hit(bencher: Bencher<'_, '_>, name: &str) {
    bench(bencher, &contenders::hits(), name);
}

#[divan::bench(threads = [1, 2, 4, 8], args = [
    "lookup", "attribute_1", "get_entry", "moka", "rw_lock", "aws_secretsmanager_caching",
])]
fn threads(bencher: Bencher<'_, '_>, name: &str) {
    bench(bencher, &contenders::threads(), name);
}

#[divan::bench(consts = [1, 10, 100, 1_000], args = ["lookup", "get_entry", "moka", "rw_lock"])]
fn entries<const COUNT: usize>(bencher: Bencher<'_, '_>, name: &str) {
    bench(bencher, &contenders::entries(COUNT), name);
}
