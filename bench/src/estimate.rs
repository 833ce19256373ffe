//! The norm alone, on one core: from a request that has arrived to the whole answer.

use domain::norm::{EstimateRequest, LocalPractice, NormFile, NormTables};
use std::{
    error::Error,
    fs,
    hint::black_box,
    io::{self, Write},
    path::Path,
    time::{Duration, Instant},
};

/// Between two looks at the clock, each household so often.
const BATCH: usize = 1000;

/// Estimates the households of a JSON file again and again for `seconds`, with the tables of that folder, and says how many
/// that was a second and how many lines one has.
pub fn run(tables: &str, households: &str, seconds: &str) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(tables)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            files.push(toml::from_str::<NormFile>(&fs::read_to_string(path)?)?);
        }
    }
    let tables = NormTables::from_files(&files).map_err(|refused| format!("{refused:?}"))?;
    let practice = LocalPractice::default();
    let requests: Vec<EstimateRequest> = serde_json::from_str(&fs::read_to_string(Path::new(households))?)?;
    let mut lines = 0;
    for request in &requests {
        lines += request.estimate(&tables, &practice).map_err(|faults| format!("{faults:?}"))?.lines.len();
    }
    let span = Duration::from_secs_f64(seconds.parse()?);
    let (begun, mut done) = (Instant::now(), 0_usize);
    while begun.elapsed() < span {
        for _ in 0..BATCH {
            for request in &requests {
                let _answer = black_box(black_box(request).estimate(&tables, &practice));
            }
        }
        done += BATCH * requests.len();
    }
    writeln!(
        io::stdout(),
        "{{\"estimates\":{done},\"seconds\":{:.6},\"lines\":{lines},\"households\":{}}}",
        begun.elapsed().as_secs_f64(),
        requests.len(),
    )?;
    Ok(())
}
