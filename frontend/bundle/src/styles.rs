//! Bundles and minifies the style sheet. No target list: `light-dark()`, `oklch` and layers
//! stay as written, for the browsers that Drover supports know them.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    error::{Error, ErrorLocation},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
};

/// The text of `entry` with all its imports, minified where `minify`.
///
/// # Errors
/// The first mistake, as `file:line:column: what`.
pub fn bundle(entry: &Path, minify: bool) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| at(&error, entry))?;
    if minify {
        sheet
            .minify(MinifyOptions::default())
            .map_err(|error| at(&error, entry))?;
    }
    let options = PrinterOptions {
        minify,
        ..PrinterOptions::default()
    };
    Ok(sheet.to_css(options).map_err(|error| at(&error, entry))?.code)
}

/// A mistake with its place; lightningcss counts lines from 0.
fn at<T: std::fmt::Display>(error: &Error<T>, entry: &Path) -> anyhow::Error {
    match &error.loc {
        Some(ErrorLocation {
            filename,
            line,
            column,
        }) => {
            anyhow!("{filename}:{}:{column}: {}", line + 1, error.kind)
        }
        None => anyhow!("{}: {}", entry.display(), error.kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn follows_imports_and_minifies() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(
            dir.path().join("main.css"),
            "@layer a, b;\n@import \"part.css\" layer(a);\n",
        )
        .unwrap();
        fs::write(
            dir.path().join("part.css"),
            ".row {\n  color: light-dark(red, oklch(70% 0.1 20));\n}\n",
        )
        .unwrap();
        let css = bundle(&dir.path().join("main.css"), true).unwrap();
        assert!(css.contains(".row{color:light-dark("), "{css}");
        assert!(!css.contains("@import"), "{css}");
    }

    #[test]
    fn names_file_and_line_of_a_mistake() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("main.css"), "@import \"part.css\";\n").unwrap();
        fs::write(
            dir.path().join("part.css"),
            ".row {\n  color: red;\n}\n.a { & } }\n",
        )
        .unwrap();
        let message = bundle(&dir.path().join("main.css"), true)
            .unwrap_err()
            .to_string();
        assert!(message.contains("part.css:4:"), "{message}");
    }

    #[test]
    fn names_a_missing_import() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("main.css"), "\n@import \"gone.css\";\n").unwrap();
        let message = bundle(&dir.path().join("main.css"), true)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("main.css:2:") || message.contains("gone.css"),
            "{message}"
        );
    }
}
