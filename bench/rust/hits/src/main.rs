//! Prints the cost of a hit as one JSON object. The README next to this workspace describes its members.

use std::{env, process::ExitCode, thread, time::Duration};

use hits::{
    contenders::{self, Contender},
    measure::{self, Samples},
    server,
};
use serde_json::{Map, Value, json};

/// The version of the output, which changes when a member changes its meaning.
const SCHEMA: u32 = 1;
/// The contenders whose read is awaited. The cost of awaiting alone is measured with them.
const AWAITED: [&str; 4] = ["attribute_1", "attribute_3", "get_entry", "aws_secretsmanager_caching"];

fn main() -> ExitCode {
    if let Some(code) = server::run_again_with_server() {
        return code;
    }
    let is_quick = env::args().any(|argument| argument == "--quick");
    let (rounds, batch) =
        if is_quick { (100, Duration::from_micros(300)) } else { (1_000, Duration::from_micros(500)) };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads: Vec<_> = (1..=8).map(|count| threads(count, rounds / 10)).collect();
    let entries = [1, 10, 100, server::MANY].map(|count| entries(count, rounds, batch));
    let result = json!({
        "schema": SCHEMA,
        "quick": is_quick,
        "cores": cores,
        "rounds": rounds,
        "hit": hit(rounds, batch),
        "threads": threads,
        "entries": entries,
    });
    println!("{result:#}");
    ExitCode::SUCCESS
}

fn hit(rounds: usize, batch: Duration) -> Value {
    let contenders = contenders::hits();
    let samples = measure::reads(&contenders, rounds, batch);
    let bare = contenders.iter().position(|contender| contender.name == "bare").map(|index| samples[index].clone());
    by_name(&contenders, &samples, |contender, samples| {
        let mut figures = ns(samples);
        if let Some(bare) = bare.as_ref().filter(|_| AWAITED.contains(&contender.name)) {
            figures["over_bare"] = ns(&samples.minus(bare));
        }
        figures
    })
}

fn threads(count: u32, rounds: usize) -> Value {
    let contenders = contenders::threads();
    let samples = measure::threads(&contenders, count, rounds, Duration::from_millis(5));
    let mut figures = by_name(&contenders, &samples, |_, samples| {
        json!({
            "reads_per_second": rounded(samples.reads_per_second.quantile(0.5)),
            "best_reads_per_second": rounded(samples.reads_per_second.quantile(1.0)),
            "cpu": ns(&samples.cpu_ns),
        })
    });
    figures["threads"] = count.into();
    figures
}

fn entries(count: usize, rounds: usize, batch: Duration) -> Value {
    let contenders = contenders::entries(count);
    let samples = measure::reads(&contenders, rounds, batch);
    let mut figures = by_name(&contenders, &samples, |_, samples| ns(samples));
    figures["entries"] = count.into();
    figures
}

fn by_name<S>(contenders: &[Contender], samples: &[S], figures: impl Fn(&Contender, &S) -> Value) -> Value {
    let each = contenders.iter().zip(samples);
    Value::Object(each.map(|(one, samples)| (one.name.to_owned(), figures(one, samples))).collect::<Map<_, _>>())
}

fn ns(samples: &Samples) -> Value {
    let [min, median, p90] = [0.0, 0.5, 0.9].map(|share| rounded(samples.quantile(share)));
    json!({"min_ns": min, "median_ns": median, "p90_ns": p90})
}

fn rounded(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}
