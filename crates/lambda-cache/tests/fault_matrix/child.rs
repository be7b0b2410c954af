//! The test binary as its own child, in an environment that is ours alone.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

const BUNDLE: &str = "AWS_CA_BUNDLE";
/// Says that this is the child.
const MARK: &str = "FAULT_MATRIX_CHILD";

/// In the child: where the certificate that is trusted will lie.
pub(crate) fn bundle() -> Option<PathBuf> {
    env::var_os(MARK)?;
    env::var_os(BUNDLE).map(PathBuf::from)
}

/// Runs one test again in a child, without a developer's settings, and fails as it fails.
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
