//! Tables on the terminal.

use crate::outcome::Outcome;

/// What is shown of an outcome: a heading, and how it is written.
type Column = (&'static str, fn(&Outcome) -> String);

const COLUMNS: [Column; 11] = [
    ("requests/s", |one| number(one.all.requests as f64 / one.seconds as f64)),
    ("peak s", |one| one.all.peak_second.to_string()),
    ("throttled %", |one| number(one.all.throttled_percent)),
    ("failed %", |one| number(one.all.failed_percent)),
    ("waited %", |one| number(one.all.waited_percent)),
    ("mean ms", |one| number(one.all.mean_ms)),
    ("p99 ms", |one| one.all.p99_ms.to_string()),
    ("max ms", |one| one.all.max_ms.to_string()),
    ("all started s", |one| format!("{} {:.0}", one.started, one.last_started)),
    ("later: peak s", |one| one.later.peak_second.to_string()),
    ("later: thr % failed %", |one| format!("{} {}", number(one.later.throttled_percent), number(one.later.failed_percent))),
];

fn number(value: f64) -> String {
    if value == 0.0 { "0".into() } else if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

/// Outcomes of one size.
#[must_use]
pub fn table(outcomes: &[&Outcome]) -> String {
    let mut rows = vec![std::iter::once(String::new()).chain(COLUMNS.iter().map(|(heading, _)| (*heading).to_owned())).collect::<Vec<_>>()];
    for one in outcomes {
        rows.push(std::iter::once(one.scenario.to_owned()).chain(COLUMNS.iter().map(|(_, write)| write(one))).collect());
    }
    let widths: Vec<_> = (0..rows[0].len()).map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0)).collect();
    rows.iter().map(|row| {
        let cells: Vec<_> = row.iter().zip(&widths).enumerate().map(|(index, (cell, width))| if index == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }).collect();
        format!("{}\n", cells.join("  "))
    }).collect()
}
