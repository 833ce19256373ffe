//! Turns `locales/<language>/<room>.json` into the module `app::i18n`. The compiler then checks every key.
//!
//! Only for the server: the browser gets finished strings, so there are no translations in the WebAssembly.

#[cfg(not(feature = "ssr"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "ssr")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use leptos_i18n_parser::parse_locales::{
        options::{Config, ParseOptions},
        parse_locales,
    };
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
    for room in &rooms {
        let keys = |language: &str| keys(&format!("{LOCALES}/{language}/{room}.json"));
        let swedish = keys("sv")?;
        for language in ["en", "ar"] {
            // leptos_i18n only warns and shows Swedish instead.
            let other = keys(language)?;
            if let Some(key) = swedish.symmetric_difference(&other).next() {
                return Err(format!("locales/{language}/{room}.json and sv differ at the key {key}").into());
            }
        }
    }
    let config = Config::new("sv")?.add_locales(["en", "ar"])?.locales_path(LOCALES).add_namespaces(rooms)?;
    // Texts with values in them must become strings, not only views: for titles, mail and islands.
    let config = config.parse_options(ParseOptions::new().interpolate_display(true));
    let translations = parse_locales(None, config)?;
    for path in translations.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    for warning in translations.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in translations.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    // Clippy is for what people write.
    let quiet = "#![allow(clippy::all, clippy::pedantic, clippy::expect_used, clippy::allow_attributes)]".parse()?;
    let code = leptos_i18n_codegen::gen_code(&translations, None, false, Some(&quiet), false)?;
    #[expect(clippy::disallowed_methods, reason = "a build script is told by its environment where to write")]
    let out = Path::new(&std::env::var("OUT_DIR")?).join("i18n");
    fs::create_dir_all(&out)?;
    // On one line, as tokens are written, each position the compiler names would cost it a walk over megabytes.
    fs::write(out.join("mod.rs"), prettyplease::unparse(&syn::parse2(code)?))?;
    Ok(())
}

/// The keys of a locale file as dotted paths. Plural forms count as one: each language has its own.
#[cfg(feature = "ssr")]
fn keys(file: &str) -> Result<std::collections::BTreeSet<String>, Box<dyn std::error::Error>> {
    fn collect(value: &serde_json::Value, path: &str, keys: &mut std::collections::BTreeSet<String>) {
        let Some(object) = value.as_object() else {
            let plural = ["_zero", "_one", "_two", "_few", "_many", "_other"];
            let key = plural.iter().find_map(|form| path.strip_suffix(form)).unwrap_or(path);
            keys.insert(key.to_owned());
            return;
        };
        for (name, value) in object {
            collect(value, &format!("{path}.{name}"), keys);
        }
    }
    let mut found = std::collections::BTreeSet::new();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    collect(&serde_json::from_str(&text)?, "", &mut found);
    Ok(found)
}
