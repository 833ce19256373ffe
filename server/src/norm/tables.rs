//! The norm tables of `domain/riksnorm`, one file a year, built into the program and checked when it starts.

use domain::norm::{NormFile, NormTables, NormView};

/// Year and text of every file. A test compares with the folder.
const FILES: [(i16, &str); 10] = [
    (2014, include_str!("../../../domain/riksnorm/2014.toml")),
    (2015, include_str!("../../../domain/riksnorm/2015.toml")),
    (2017, include_str!("../../../domain/riksnorm/2017.toml")),
    (2019, include_str!("../../../domain/riksnorm/2019.toml")),
    (2021, include_str!("../../../domain/riksnorm/2021.toml")),
    (2022, include_str!("../../../domain/riksnorm/2022.toml")),
    (2023, include_str!("../../../domain/riksnorm/2023.toml")),
    (2024, include_str!("../../../domain/riksnorm/2024.toml")),
    (2025, include_str!("../../../domain/riksnorm/2025.toml")),
    (2026, include_str!("../../../domain/riksnorm/2026.toml")),
];

/// A file that may not be calculated with.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    #[error("{0}.toml cannot be read: {1}")]
    Unreadable(i16, #[source] toml::de::Error),
    #[error("{year}.toml: {faults}")]
    Refused { year: i16, faults: String },
}

/// The tables to calculate with and the views to show.
#[derive(Debug, Clone)]
pub struct Norms {
    pub tables: NormTables,
    pub views: Vec<NormView>,
}

/// Reads and checks all files; one that does not pass stops the program, because a wrong norm is worse than none.
pub fn load() -> Result<Norms, TablesError> {
    let mut files = Vec::new();
    for (year, text) in FILES {
        files.push(toml::from_str::<NormFile>(text).map_err(|error| TablesError::Unreadable(year, error))?);
    }
    let tables = NormTables::from_files(&files).map_err(|refused| match refused.into_iter().next() {
        Some(file) => refusal(file.year, &file.faults),
        None => refusal(0, &[]),
    })?;
    let mut views = Vec::new();
    for file in &files {
        views.push(NormView::try_from(file).map_err(|faults| refusal(file.year, &faults))?);
    }
    Ok(Norms { tables, views })
}

fn refusal(year: i16, faults: &[domain::norm::TableFault]) -> TablesError {
    let faults = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    TablesError::Refused { year, faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_built_in_and_passes() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/riksnorm");
        let mut years: Vec<i16> = std::fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|entry| {
                entry.expect("an entry").path().file_name()?.to_str()?.strip_suffix(".toml")?.parse().ok()
            })
            .collect();
        years.sort_unstable();
        assert_eq!(years, FILES.map(|(year, _)| year));
        let norms = load().expect("all tables pass");
        assert_eq!(norms.views.iter().map(|view| view.year).collect::<Vec<_>>(), years);
    }
}
