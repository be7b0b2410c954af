//! Runs all cases against one server at the same time, because some of them only wait.

use std::{env, fs, path::Path, sync::Arc, time::Duration};

use fault_server::{Fault, FaultServer, Times};
use serde_json::json;
use tokio::{
    runtime::Builder,
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    caller::{Caller, Freshness},
    case::{Case, Version},
    machine,
    page::{Page, Source},
    report::{Report, check},
    watch,
};

/// Longer than the max age.
const UNTIL_STALE_SECONDS: i64 = 61;
/// Longer than the longest back-off.
const UNTIL_ASKED_SECONDS: i64 = 31;

/// Faults whose cases mostly wait for timeouts, so they begin first and all run together.
const WAITING: [&str; 2] = ["silence", "stalled-body"];
/// The delay between their starts, and the maximum number of other cases at the same time. The cases should meet the
/// server's faults, not those of a busy machine.
const BETWEEN_STARTS: Duration = Duration::from_millis(20);
const AT_ONCE: usize = 64;

/// Returns the errors of all cases.
pub(crate) fn run(page: &Page, bundle: &Path) -> Vec<String> {
    watch::start();
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let mut failures = runtime.block_on(run_all(page, bundle));
    failures.extend(watch::findings());
    failures
}

async fn run_all(page: &Page, bundle: &Path) -> Vec<String> {
    machine::watch();
    let server = Arc::new(FaultServer::start().await.unwrap());
    fs::write(bundle, server.ca_pem()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let begins = env::var("FAULT_MATRIX").unwrap_or_default();
    let cases = Case::all(&page.rows).into_iter().filter(|case| case.to_string().starts_with(&begins));
    let (waiting, others): (Vec<_>, Vec<_>) = cases.partition(|case| WAITING.contains(&case.row.fault));
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in waiting.into_iter().chain(others) {
        let is_other = !WAITING.contains(&case.row.fault);
        if !is_other {
            sleep(BETWEEN_STARTS).await;
        }
        let (server, places, dir) =
            (Arc::clone(&server), Arc::clone(&places), dir.path().join(case.number.to_string()));
        running.spawn(async move {
            let _place = if is_other { Some(places.acquire().await.unwrap()) } else { None };
            let endpoint = if case.tls { server.https_url() } else { server.http_url() };
            let caller = Caller::new(&case, endpoint, dir);
            let report = case_report(&server, &case, &caller).await;
            (case, report)
        });
    }
    let mut failures = Vec::new();
    while let Some(joined) = running.join_next().await {
        match joined {
            Ok((case, report)) => failures.extend(check(page, &case, report)),
            Err(error) => failures.push(error.to_string()),
        }
    }
    let refused = server.counts().refused_signatures;
    if refused > 0 {
        failures.push(format!("{refused} signatures were rejected"));
    }
    failures.sort();
    failures
}

async fn case_report(server: &FaultServer, case: &Case, caller: &Caller<'_>) -> Report {
    let mut before = None;
    if case.occasion.is_refresh() {
        put(server, case, Version::Old);
        before = Some(caller.get(Freshness::Usual).await);
        caller.advance_seconds(UNTIL_STALE_SECONDS);
    }
    let changes = case.row.fault == "changed-in-between";
    put(server, case, if changes { Version::Passing } else { Version::New });
    let times = if case.occasion.is_once() { Times::Times(1) } else { Times::ALWAYS };
    if case.is_of_second_page() {
        server.fault(case.befallen(), Fault::Latency { milliseconds: 0 }, Times::Times(1));
    }
    server.fault(case.befallen(), fault(case), times);

    let freshness = if case.occasion.tolerates_old() { Freshness::OldIfError } else { Freshness::Usual };
    let (began, late) = (Instant::now(), machine::late());
    let got = caller.get(freshness).await;
    let took = began.elapsed().saturating_sub(machine::late().saturating_sub(late));
    let befallen = server.requests(&case.befallen()).iter().filter(|seen| seen.fault.is_some()).count();
    let befallen = befallen - usize::from(case.is_of_second_page());
    let (file, parts) = (caller.file(), caller.parts());

    server.clear_faults(&case.befallen());
    caller.advance_seconds(UNTIL_ASKED_SECONDS);
    let after = caller.get(if case.occasion.tolerates_old() { freshness } else { Freshness::Now }).await;
    Report { before, got, took, befallen, file, parts, after }
}

fn put(server: &FaultServer, case: &Case, version: Version) {
    for resource in case.resources() {
        let value = case.value(&resource, version);
        match case.source {
            Source::Parameter | Source::Parameters | Source::Path => server.put_parameter(resource, value),
            Source::Secret => server.put_secret(resource, value),
            Source::Object | Source::LargeObject => server.put_object(resource, value),
        }
    }
}

/// Returns the fault with small pieces and a latency below all timeouts.
fn fault(case: &Case) -> Fault {
    let (bytes, milliseconds) = match (case.row.fault, case.source) {
        ("slow-body", Source::Object) => (2_000, 50),
        ("slow-body", Source::LargeObject) => (2_000_000, 50),
        ("slow-body", _) => (200, 50),
        _ => (0, 300),
    };
    let new = case.value(&case.befallen(), Version::New);
    let document = json!({"kind": case.row.fault, "milliseconds": milliseconds, "bytes": bytes, "text": new});
    serde_json::from_value(document).unwrap()
}
