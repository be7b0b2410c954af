//! Simulates fleets in all scenarios and prints the results as JSON, for all sizes or for those given as arguments.
//! `make fleet` runs it.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use fleet::{
    run,
    scenario::{SCENARIOS, SIZES},
};

fn main() -> io::Result<()> {
    let mut sizes =
        env::args().skip(1).map(|size| size.parse()).collect::<Result<Vec<u64>, _>>().map_err(io::Error::other)?;
    if sizes.is_empty() {
        sizes = SIZES.into();
    }
    let dot = || {
        if io::stderr().is_terminal() {
            let _ = io::stderr().write_all(b"."); // only a progress display
        }
    };
    let outcomes = run::fleets(&SCENARIOS, &sizes, dot).map_err(io::Error::other)?;
    serde_json::to_writer(io::stdout(), &outcomes)?;
    Ok(())
}
