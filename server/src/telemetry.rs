//! Log lines: to standard error, one line an event, never with personal data (`docs/LOGGING.md`).

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Libraries that tell more than anybody asks; a filter can still ask.
const QUIET: &str = "graphile_worker=warn,graphile_worker_migrations=warn,sqlx=warn";

/// Starts logging with a filter such as `info` or `info,server=debug`. Colour only on a terminal.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).with_target(false);
    // Rust's own hook prints the panic's text, which can hold data: the place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    // A second start (tests) keeps the first.
    let _already_started = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
