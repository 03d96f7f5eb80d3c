//! From `frontend` to a package for the browser: cargo, split at the lazy functions, then wasm-bindgen.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use wasm_bindgen_cli_support::Bindgen;

use crate::{site::Plan, workspace};

/// Stem of the package's main script and module.
pub const STEM: &str = "drover";
/// The script that loads split modules.
pub const SPLIT_SCRIPT: &str = "__wasm_split.js";

/// What cargo prints of a finished unit; the rest of its messages is ignored.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds `frontend` and returns the module's path.
///
/// # Errors
/// Cargo's failure, with its messages already printed.
pub fn build(plan: &Plan) -> Result<PathBuf> {
    let mut cargo = workspace::cargo(&plan.root);
    cargo
        .args([
            "build",
            "--package",
            "frontend",
            "--lib",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .args([
            "--profile",
            &plan.profile,
            "--message-format",
            "json-render-diagnostics",
        ])
        .stderr(Stdio::inherit());
    if plan.locked {
        cargo.arg("--locked");
    }
    let output = cargo.output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the browser's build failed");
    }
    let mut module = None;
    for line in output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"{"))
    {
        let message: Message = serde_json::from_slice(line).context("cargo's message has another shape")?;
        if message.reason == "compiler-artifact"
            && message.target.is_some_and(|target| target.name == "frontend")
        {
            module = message
                .filenames
                .into_iter()
                .find(|file| file.extension().is_some_and(|ext| ext == "wasm"));
        }
    }
    module.context("cargo built no WebAssembly module of `frontend`")
}

/// Splits `input` and writes the package into `to`, an empty folder. Returns which modules
/// (without extension) each lazy function needs.
///
/// # Errors
/// A module that can't be split or bound.
pub fn package(input: &Path, to: &Path, keep_names: bool) -> Result<BTreeMap<String, Vec<String>>> {
    let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let main_out = to.join("main.wasm");
    let main_module = format!("./{STEM}.js");
    let link_name = format!("./{SPLIT_SCRIPT}");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = to;
    options.main_out_path = &main_out;
    options.main_module = &main_module;
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("cannot split the module: {error:#}"))?;

    // The split modules find lld's table and memory by their exports, and functions by mangled name.
    Bindgen::new()
        .input_path(&main_out)
        .out_name(STEM)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .demangle(false)
        .remove_name_section(!keep_names)
        .remove_producers_section(!keep_names)
        .omit_default_module_path(true)
        .generate(to)
        .context("wasm-bindgen failed")?;
    fs::remove_file(&main_out)?;
    Ok(split.prefetch_map.into_iter().collect())
}

/// All files below `folder`, by their path in it.
///
/// # Errors
/// A folder or file that can't be read, or a name that is not UTF-8.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)?
                .to_str()
                .context("a file's name is not UTF-8")?
                .to_owned();
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(files)
}
