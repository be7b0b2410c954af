//! Fleets of all sizes in all scenarios, as JSON; or of the sizes that are named as arguments. `make fleet` shows it.

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
            let _ = io::stderr().write_all(b"."); // who cannot see it misses nothing
        }
    };
    let outcomes = run::fleets(&SCENARIOS, &sizes, dot).map_err(io::Error::other)?;
    serde_json::to_writer(io::stdout(), &outcomes)?;
    Ok(())
}
