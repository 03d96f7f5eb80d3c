//! Runs binaryen's `wasm-opt` where there is one; without it the site is larger and works the same.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result, anyhow, bail};

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

/// Smaller modules, of which splitting makes many, are not worth starting a program for.
const WORTH: u64 = 4096;

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

/// Makes every module in `folder` smaller, as many at once as there are cores.
///
/// # Errors
/// The first module that binaryen refuses, with what it said.
pub fn run(tool: &Path, folder: &Path) -> Result<()> {
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let module = path.extension().is_some_and(|extension| extension == "wasm");
        if module && entry.metadata()?.len() >= WORTH {
            modules.push(path);
        }
    }
    let waiting = Mutex::new(modules);
    let next = || waiting.lock().ok()?.pop();
    let worker = || {
        while let Some(module) = next() {
            shrink(tool, &module)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("a worker of wasm-opt died"))?)
    })
}

fn shrink(tool: &Path, module: &Path) -> Result<()> {
    let smaller = module.with_extension("opt");
    // Its warnings about the names that rustc writes are many and of no use.
    let output = Command::new(tool)
        .arg("-Oz")
        .args(FEATURES)
        .arg(module)
        .arg("-o")
        .arg(&smaller)
        .output()
        .with_context(|| format!("cannot start {}", tool.display()))?;
    if !output.status.success() {
        bail!(
            "wasm-opt refused {}:\n{}",
            module.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    fs::rename(&smaller, module)?;
    Ok(())
}
