//! The server as a program. It prints its addresses as one line of JSON, and ends when its standard input ends.

use std::io::{self, Write};

use fault_server::FaultServer;
use serde_json::json;
use tokio::runtime::Builder;

const WORKERS: usize = 2;

fn main() -> io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
    let server = runtime.block_on(FaultServer::start())?;
    let line = json!({"http": server.http_url(), "https": server.https_url(), "ca": server.ca_pem()});
    let mut output = io::stdout();
    writeln!(output, "{line}")?;
    output.flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
