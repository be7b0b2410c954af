//! What the contenders are filled from: a server in the parent process, where none of its work is measured.

use std::{
    env,
    process::{Command, ExitCode},
};

use fault_server::FaultServer;
use tokio::runtime::Builder;

/// How many parameters `/many/0`, `/many/1` ... there are.
pub const MANY: usize = 1_000;

/// Says that this process is the child.
const CHILD: &str = "HITS_CHILD";

/// Runs this program again, with the same arguments, where AWS is a server of this process; `None` in that child.
///
/// # Panics
/// Where no server or no process can be started.
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
