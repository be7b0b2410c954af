//! The file is always one complete version of the object, or the call fails and the file is unchanged, however the
//! object changes and whatever the server supports.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

#[path = "../effort/mod.rs"]
mod effort;
mod in_process;
mod over_http;
mod server;
mod story;

use proptest::{prelude::*, test_runner::TestRunner};

use self::story::{Story, play, story};

const STORIES: usize = 1_000;

#[test]
fn a_file_is_always_one_complete_version() {
    let cases = u32::try_from(effort::times(STORIES)).unwrap();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config).run(&story(), |story: Story| play(&story).map_err(TestCaseError::fail)).unwrap();
}
