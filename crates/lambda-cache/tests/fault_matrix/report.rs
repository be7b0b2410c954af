//! The outcome of a case, and its errors.

use std::{error::Error as _, fmt::Write, path::PathBuf, time::Duration};

use lambda_cache::Error;

use crate::{
    case::{Case, Version},
    page::{Outcome, Page, Source},
    watch,
};

const LONGEST: Duration = Duration::from_millis(10_500);
/// The maximum number of attempts of a call, apart from those lost with kept connections. Rejected requests are not
/// repeated.
const MOST_ATTEMPTS: usize = 3;

/// The outcome of a case.
pub(crate) struct Report {
    pub(crate) before: Option<Got>,
    pub(crate) got: Got,
    /// The duration without the time that the machine was busy.
    pub(crate) took: Duration,
    /// The number of requests with the fault.
    pub(crate) befallen: usize,
    pub(crate) file: Option<String>,
    pub(crate) parts: Vec<PathBuf>,
    pub(crate) after: Got,
}

pub(crate) type Got = Result<Vec<String>, Error>;

pub(crate) fn check(page: &Page, case: &Case, report: Report) -> Vec<String> {
    let Report { before, got, took, befallen, file, parts, after } = report;
    let mut wrong = Vec::new();
    if let Some(before) = before
        && outcome(page, case, &before) != Ok(Outcome::OldValue)
    {
        wrong.push(format!("before the fault it was {}", shown(page, case, &before)));
    }
    if outcome(page, case, &got).as_ref() != Ok(case.expected()) {
        wrong.push(format!("not {:?} but {}", case.expected(), shown(page, case, &got)));
    }
    if took > LONGEST {
        wrong.push(format!("it took {took:?}"));
    }
    let is_refused = matches!(case.row.once, Outcome::Error(_));
    let most = if is_refused { 1 } else { MOST_ATTEMPTS + case.kept_connections() };
    // Each part of a large object is requested, and requested again.
    let most = if case.source == Source::LargeObject { usize::MAX } else { most };
    if befallen == 0 || befallen > most {
        wrong.push(format!("there were {befallen} requests"));
    }
    if case.source.is_s3() {
        wrong.extend(check_files(case, got.is_ok(), file.as_deref(), &parts));
    }
    if outcome(page, case, &after) != Ok(Outcome::NewValue) {
        wrong.push(format!("the next call got {}", shown(page, case, &after)));
    }
    for error in [&got, &after].into_iter().filter_map(|got| got.as_ref().err()) {
        wrong.extend(watch::canary(&everything(error)).map(|excerpt| format!("a value in an error: {excerpt}")));
    }
    wrong.into_iter().map(|wrong| format!("{case}: {wrong} [after {took:.1?}]")).collect()
}

fn check_files(case: &Case, has_value: bool, file: Option<&str>, parts: &[PathBuf]) -> Vec<String> {
    let is_whole = |text: &str| {
        let version = |version| case.value(&case.befallen(), version) == text;
        version(Version::New)
            || (case.occasion.is_refresh() && version(Version::Old))
            || (case.may_be_passing() && version(Version::Passing))
    };
    let mut wrong = Vec::new();
    match file {
        Some(text) if !is_whole(text) => wrong.push(format!("the file has {} bytes of other content", text.len())),
        None if has_value || case.occasion.is_refresh() => wrong.push("the file is missing".to_owned()),
        _ => {}
    }
    wrong.extend(parts.iter().map(|path| format!("{} was left behind", path.display())));
    wrong
}

/// Returns the outcome, or an error if the values are neither the old nor the new ones.
fn outcome(page: &Page, case: &Case, got: &Got) -> Result<Outcome, String> {
    let values = match got {
        Ok(values) => values,
        Err(error) => return Ok(Outcome::Error(page.exception(error.kind()))),
    };
    let of = |version| case.resources().iter().map(|resource| case.value(resource, version)).collect::<Vec<_>>();
    if *values == of(Version::New) || (case.may_be_passing() && *values == of(Version::Passing)) {
        Ok(Outcome::NewValue)
    } else if *values == of(Version::Old) {
        Ok(Outcome::OldValue)
    } else {
        let lengths: Vec<_> = values.iter().map(String::len).collect();
        Err(format!("something else, of {lengths:?} bytes"))
    }
}

fn shown(page: &Page, case: &Case, got: &Got) -> String {
    let outcome = outcome(page, case, got);
    match (outcome, got) {
        (_, Err(error)) => format!("{error:?}"),
        (Ok(outcome), _) => format!("{outcome:?}"),
        (Err(something), _) => something,
    }
}

/// Returns all text that an error can show.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.aws_failure());
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, " {error} {error:?}");
        cause = error.source();
    }
    text
}
