//! Turns `locales/` into typed keys: a text that is used and does not exist is a compile error.

use std::{env, error::Error, fs, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales/ko");
    // One file per area, and the file makes the area.
    let mut areas = Vec::new();
    for entry in fs::read_dir("locales/ko")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            areas.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    areas.sort();
    let config = Config::new("ko")?
        .add_locale("en")?
        .add_namespaces(&areas)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let texts = TranslationsInfos::parse(config)?;
    texts.emit_diagnostics();
    texts.rerun_if_locales_changed();
    let out = PathBuf::from(env::var("OUT_DIR")?).join("i18n");
    // Texts that depend on a count choose by ranges, deprecated as they are: plurals bring the rules of ICU, a tenth of
    // what a page loads, where Korean has one form and English tells one from many.
    let attributes =
        "#![allow(clippy::all, clippy::pedantic, clippy::expect_used, deprecated, missing_docs, reason = \"generated\")]"
            .parse()?;
    texts.generate_i18n_module_with_options(
        out,
        CodegenOptions::new()
            .gen_docs(false)
            .top_level_attributes(Some(attributes)),
    )?;
    Ok(())
}
