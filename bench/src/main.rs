//! The two programs beside a measurement: the server that ours is compared with, and who asks both.
//!
//! ```text
//! bench serve (PATH FILE CONTENT-TYPE)...              bare axum; says its port on standard output
//! bench load ADDRESS FILE CONNECTIONS SECONDS [RATE]   asks and prints one line of JSON; 0 s: each request once
//! ```

mod load;
mod reference;

use std::{error::Error, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result: Result<(), Box<dyn Error>> = match words.as_slice() {
        ["serve", pages @ ..] => reference::run(pages),
        ["load", address, file, connections, seconds] => load::run(address, file, connections, seconds, None),
        ["load", address, file, connections, seconds, rate] => {
            load::run(address, file, connections, seconds, Some(rate))
        }
        _ => Err("usage: bench serve (PATH FILE CONTENT-TYPE)... | bench load ADDRESS FILE CONNECTIONS SECONDS [RATE]"
            .into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            let _closed = writeln!(std::io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}
