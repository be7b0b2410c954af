//! The server that the contenders fetch from. It runs in the parent process, so that its work is not measured.

use std::{
    env,
    process::{Command, ExitCode},
};

use fault_server::FaultServer;
use tokio::runtime::Builder;

/// The number of parameters `/many/0`, `/many/1` ...
pub const MANY: usize = 1_000;

/// The variable that marks the child process.
const CHILD: &str = "HITS_CHILD";

/// Runs this program again with the same arguments and a server in this process as AWS. Returns `None` in that child.
///
/// # Panics
/// If the server or the process cannot be started.
pub fn run_again_with_server() -> Option<ExitCode> {
    if env::var_os(CHILD).is_some() {
        return None;
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let server = runtime.block_on(FaultServer::start()).expect("a server");
    for name in ["/app/one", "/app/two"] {
        server.put_parameter(name, "x");
    }
    for number in 0..MANY {
        server.put_parameter(format!("/many/{number}"), "x");
    }
    server.put_secret("/app/three", "x");
    let child = Command::new(env::current_exe().expect("this program"))
        .args(env::args_os().skip(1))
        .envs([("AWS_ENDPOINT_URL", server.http_url().as_str()), ("AWS_REGION", "eu-west-1"), (CHILD, "1")])
        .envs([("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")])
        .status()
        .expect("a child process");
    Some(if child.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
