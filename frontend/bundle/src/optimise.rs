//! Runs binaryen's `wasm-opt` where there is one; without it the site is larger and works the same.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// What rustc lets its code use on wasm32-unknown-unknown, and what wasm-bindgen adds
/// (reference types, several results). binaryen refuses a module that uses more than it is told.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-extended-const",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The `wasm-opt` on PATH, or the one of npm's binaryen.
pub fn find(root: &Path) -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&on_path)
        .chain([root.join("end2end/node_modules/.bin")])
        .map(|folder| folder.join("wasm-opt"))
        .find(|file| file.is_file())
}

/// What `tool` says of itself, so that another one means another site.
///
/// # Errors
/// A tool that can't be started.
pub fn version(tool: &Path) -> Result<String> {
    let output = Command::new(tool)
        .arg("--version")
        .output()
        .with_context(|| tool.display().to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Makes every module in `folder` smaller.
///
/// # Errors
/// A module that binaryen refuses.
pub fn run(tool: &Path, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let module = entry?.path();
        if module.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let smaller = module.with_extension("opt");
        let status = Command::new(tool)
            .arg("-Oz")
            .args(FEATURES)
            .arg(&module)
            .arg("-o")
            .arg(&smaller)
            .status()
            .with_context(|| format!("cannot start {}", tool.display()))?;
        if !status.success() {
            bail!("wasm-opt refused {}", module.display());
        }
        fs::rename(&smaller, &module)?;
    }
    Ok(())
}
