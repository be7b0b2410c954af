//! Runs the test binary as its own child with a controlled environment.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

const BUNDLE: &str = "AWS_CA_BUNDLE";
/// Marks the child process.
const MARK: &str = "FAULT_MATRIX_CHILD";

/// Returns the path of the trusted certificate. It is set only in the child.
pub(crate) fn bundle() -> Option<PathBuf> {
    env::var_os(MARK)?;
    env::var_os(BUNDLE).map(PathBuf::from)
}

/// Runs one test again in a child, without the developer's settings, and fails if it fails.
pub(crate) fn run(test_name: &str) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_uppercase();
        if ["AWS_", "LAMBDA_CACHE_", "REQUESTS_"].iter().any(|prefix| text.starts_with(prefix))
            || text.ends_with("_PROXY")
        {
            command.env_remove(name);
        }
    }
    command.args(["--exact", test_name, "--nocapture"]).env(MARK, "1").env(BUNDLE, dir.path().join("ca.pem"));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
