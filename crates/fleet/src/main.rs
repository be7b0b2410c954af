//! `make fleet`: prints what comes of fleets of all sizes in all scenarios.

use std::io::{self, Write};

use fleet::{report, run, scenario::SCENARIOS};

fn main() -> io::Result<()> {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let outcomes = run::fleets(&SCENARIOS, &sizes, |one| { let _ = writeln!(io::stderr(), "{} {}", one.scenario, one.environments); }).map_err(io::Error::other)?;
    for size in sizes {
        let of: Vec<_> = outcomes.iter().filter(|one| one.environments == size).collect();
        writeln!(io::stdout(), "\n{size}\n{}", report::table(&of))?;
    }
    Ok(())
}
