//! Tables and requests for the tests.

#![expect(clippy::needless_pass_by_value, reason = "tests write `json!(…)` where it is used")]

use domain::{
    FieldFault,
    norm::{Estimate, EstimateRequest, LocalPractice, NormFile, NormTables},
};
use serde_json::{Value, json};
use std::{fs, path::Path, sync::LazyLock};

/// Every file in `riksnorm/`, by year.
pub fn files() -> Vec<NormFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("riksnorm");
    let mut files: Vec<NormFile> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"))
        })
        .collect();
    files.sort_by_key(|file| file.year);
    files
}

pub fn file(year: i16) -> NormFile {
    files().into_iter().find(|file| file.year == year).unwrap()
}

pub static TABLES: LazyLock<NormTables> = LazyLock::new(|| NormTables::from_files(&files()).unwrap());

pub fn request(body: Value) -> EstimateRequest {
    // Through text, as over the wire: numbers then arrive the way they are written.
    serde_json::from_str(&body.to_string()).unwrap()
}

pub fn try_estimate(body: Value) -> Result<Estimate, Vec<FieldFault>> {
    request(body).estimate(&TABLES, &LocalPractice::default())
}

pub fn estimate(body: Value) -> Estimate {
    try_estimate(body.clone()).unwrap_or_else(|faults| panic!("{body}: {faults:?}"))
}

/// A household in November 2026 without costs or incomes.
pub fn household(household: Value) -> Value {
    json!({ "month": "2026-11", "household": household })
}

/// One adult in November 2026 with these incomes.
pub fn incomes(incomes: Value) -> Value {
    json!({ "month": "2026-11", "household": { "adults": 1 }, "incomes": incomes })
}

/// The amounts of a group, in order.
pub fn amounts(estimate: &Estimate, group: domain::norm::Group) -> Vec<i64> {
    estimate.lines.iter().filter(|line| line.group == group).map(|line| line.amount).collect()
}

/// Pointers and codes, as in the answer.
pub fn faults(body: Value) -> Vec<(String, String)> {
    let faults = try_estimate(body).expect_err("the request is faulty");
    faults
        .into_iter()
        .map(|fault| (fault.pointer, serde_json::to_value(fault.code).unwrap().as_str().unwrap().to_owned()))
        .collect()
}
