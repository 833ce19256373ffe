//! The programs beside a measurement: the servers that ours is compared with, who asks both, and what needs no server.
//!
//! ```text
//! bench serve (PATH FILE CONTENT-TYPE)...              bare axum; says its port on standard output
//! bench echo FILE                                      bare axum that reads JSON and answers with that of the file
//! bench estimate TABLES HOUSEHOLDS SECONDS             the norm alone on one core; prints one line of JSON
//! bench load ADDRESS FILE CONNECTIONS SECONDS [RATE]   asks and prints one line of JSON; 0 s: each request once
//! ```

mod estimate;
mod load;
mod reference;

use std::{error::Error, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result: Result<(), Box<dyn Error>> = match words.as_slice() {
        ["serve", pages @ ..] => reference::run(pages),
        ["echo", file] => reference::echo(file),
        ["estimate", tables, households, seconds] => estimate::run(tables, households, seconds),
        ["load", address, file, connections, seconds] => load::run(address, file, connections, seconds, None),
        ["load", address, file, connections, seconds, rate] => {
            load::run(address, file, connections, seconds, Some(rate))
        }
        _ => Err("usage: bench serve (PATH FILE CONTENT-TYPE)... | bench echo FILE | \
                  bench estimate TABLES HOUSEHOLDS SECONDS | bench load ADDRESS FILE CONNECTIONS SECONDS [RATE]"
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
