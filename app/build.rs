//! Turns `locales/<language>/<room>.json` into the module `app::i18n`. The compiler then checks every key.
//!
//! Only for the server: the browser gets finished strings, so there are no translations in the WebAssembly.

#[cfg(not(feature = "ssr"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "ssr")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};
    use std::{fs, path::Path};

    const LOCALES: &str = "../locales";
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={LOCALES}");
    let mut rooms = Vec::new();
    for entry in fs::read_dir(format!("{LOCALES}/sv"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            rooms.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    rooms.sort();
    let config = Config::new("sv")?.add_locales(["en", "ar"])?.locales_path(LOCALES).add_namespaces(rooms)?;
    // Texts with values in them must become strings, not only views: for titles, mail and islands.
    let config = config.parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.rerun_if_locales_changed();
    translations.emit_diagnostics();
    #[expect(clippy::disallowed_methods, reason = "a build script is told by its environment where to write")]
    let out = std::env::var("OUT_DIR")?;
    // Clippy is for what people write. Not `deprecated`: that is how a missing key is told.
    let quiet = "#![allow(clippy::all, clippy::pedantic, clippy::expect_used, clippy::allow_attributes)]".parse()?;
    let options = CodegenOptions::default().top_level_attributes(Some(quiet));
    translations.generate_i18n_module_with_options(Path::new(&out).join("i18n"), options)?;
    Ok(())
}
