//! The list of a finished site, `manifest.json`. The server reads the same shape in
//! `server/src/site/manifest.rs`; change both together.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Everything the server must know of a site.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Digest of all that the site was made from; equal means nothing to do.
    pub inputs: String,
    /// The files, by logical name.
    pub files: BTreeMap<String, File>,
    /// Lazy function -> names (without folder and extension) of the files that hold its modules.
    pub splits: BTreeMap<String, Vec<String>>,
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Path below the site's folder, with the hash in the name where it is immutable.
    pub path: String,
    /// Value of `Content-Type`.
    pub content_type: String,
    /// Whether the name changes with the content.
    pub immutable: bool,
    /// Digest of the content, hexadecimal.
    pub digest: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Size of the `.br` file beside it, if there is one.
    pub brotli: Option<usize>,
    /// Size of the `.zst` file beside it, if there is one.
    pub zstd: Option<usize>,
}

/// Name of the list inside the site's folder.
pub const NAME: &str = "manifest.json";

impl Manifest {
    /// Reads the list of an earlier run. None where there is none or it has another shape:
    /// then everything is made anew.
    pub fn read(site: &Path) -> Option<Self> {
        let text = fs::read(site.join(NAME)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Replaces the list in one step: a reader sees the old site or the new one.
    pub fn publish(&self, site: &Path) -> Result<()> {
        let next = site.join(format!("{NAME}.next"));
        fs::write(&next, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&next, site.join(NAME)).context("cannot replace the site's manifest")
    }
}
