use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The prefix of the modules whose messages are shown. The SDK's might show values.
const OURS: &str = "lambda_cache";

/// Writes the messages of this level and above to the standard error output.
pub(crate) fn start(level: LevelFilter) {
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false).without_time().with_target(false);
    // A second call, which does not occur, would change nothing.
    let _ = tracing_subscriber::registry().with(lines).with(Targets::new().with_target(OURS, level)).try_init();
}
