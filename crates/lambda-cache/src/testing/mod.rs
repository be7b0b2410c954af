//! Tests of handlers without AWS, with values by name and a clock that the test moves.
//!
//! ```
//! use std::time::Duration;
//!
//! use lambda_cache::{Error, ssm, testing};
//!
//! #[ssm::cache(parameter = "/app/var")]
//! async fn handler(_event: (), var: String) -> Result<String, Error> {
//!     Ok(var)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let fake = testing::values(); // in a function marked #[tokio::test]
//! fake.ssm("/app/var", "old");
//! assert_eq!(handler(()).await?, "old");
//! fake.ssm("/app/var", "new"); // the value changes in AWS ...
//! assert_eq!(handler(()).await?, "old");
//! fake.advance(Duration::from_secs(60)); // ... and a minute later
//! assert_eq!(handler(()).await?, "new");
//! assert_eq!(fake.calls(), ["GetParameter /app/var", "GetParameter /app/var"]);
//! # Ok(()) }
//! ```
//!
//! The values belong to the thread that set them, so tests may run in parallel. `#[tokio::test]` runs a test and the
//! tasks that it spawns on one thread. If a test uses several threads, for example with `flavor = "multi_thread"`,
//! pass them [`Values::cache`].

mod values;

pub use self::values::{Time, Values, time, values};
