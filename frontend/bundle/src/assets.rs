//! Writes the files of a site, each with its compressed twins, as many at once as there are cores.

use std::{collections::BTreeMap, fs, sync::Mutex, thread};

use anyhow::{Result, anyhow};

use crate::{
    compress::{self, Twins},
    manifest::{File, Manifest},
    names,
    site::Plan,
};

/// A file to be written.
#[derive(Debug)]
pub struct Asset {
    /// What pages call it.
    pub name: String,
    /// Its path below the site's folder.
    pub path: String,
    pub content: Vec<u8>,
    /// Whether its path changes with its content.
    pub immutable: bool,
}

/// Writes what is not there already as `before` lists it, and lists all.
///
/// # Errors
/// The first file that can't be written.
pub fn write(plan: &Plan, before: &Manifest, mut assets: Vec<Asset>) -> Result<BTreeMap<String, File>> {
    // The largest take longest: taken from the end, they come first.
    assets.sort_by_key(|asset| asset.content.len());
    let waiting = Mutex::new(assets);
    let next = || waiting.lock().ok()?.pop();
    let worker = || {
        let mut files = Vec::new();
        while let Some(asset) = next() {
            let file = put(plan, before, &asset)?;
            files.push((asset.name, file));
        }
        Ok(files)
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        let mut all = BTreeMap::new();
        for worker in workers {
            let files: Result<_> = worker.join().map_err(|_| anyhow!("a file's writer died"))?;
            all.extend(files?);
        }
        Ok(all)
    })
}

fn put(plan: &Plan, before: &Manifest, asset: &Asset) -> Result<File> {
    let Asset {
        name,
        path,
        content,
        immutable,
    } = asset;
    let digest = names::digest(&[content]);
    let to = plan.out.join(path);
    let same = before.files.get(name).filter(|old| {
        old.digest == digest && old.path == *path && to.is_file() && (old.brotli.is_some() || !plan.optimised)
    });
    if let Some(old) = same {
        return Ok(old.clone());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let next = to.with_extension("next");
    fs::write(&next, content)?;
    let twins = if plan.optimised {
        compress::write(&to, content)?
    } else {
        Twins::default()
    };
    fs::rename(&next, &to)?;
    Ok(File {
        path: path.clone(),
        content_type: content_type(path),
        immutable: *immutable,
        digest,
        bytes: content.len(),
        brotli: twins.brotli,
        zstd: twins.zstd,
    })
}

fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    match (guess.type_().as_str(), guess.essence_str()) {
        ("text", _) | (_, "application/json" | "image/svg+xml") => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_say_their_charset() {
        assert_eq!(content_type("pkg/a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("pkg/a.wasm"), "application/wasm");
        assert_eq!(content_type("favicon.svg"), "image/svg+xml; charset=utf-8");
    }
}
