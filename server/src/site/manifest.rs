//! The list of a site, `manifest.json`. `frontend/bundle/src/manifest.rs` writes it; change
//! both together.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// Name of the list inside the site's folder.
pub(super) const NAME: &str = "manifest.json";

#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    /// The files, by logical name.
    pub files: BTreeMap<String, Entry>,
    /// Lazy function -> modules that it needs.
    pub splits: HashMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Entry {
    pub path: String,
    pub content_type: String,
    pub immutable: bool,
    pub digest: String,
    pub brotli: Option<u64>,
    pub zstd: Option<u64>,
}
