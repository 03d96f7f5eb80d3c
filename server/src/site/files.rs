//! The site in memory. It is a few megabytes, and a page never meets half of a new build.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use app::{Addresses, SiteAssets, Splits};
use axum::body::Bytes;

use super::{
    manifest::{self, Entry, Manifest},
    source::{self, Folder, SiteError, Source},
};

/// Folder of the hashed files.
pub(super) const PACKAGE: &str = "pkg";

/// All files of the site, with their names.
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) files: Arc<BTreeMap<String, Asset>>,
    assets: SiteAssets,
}

/// One file and its compressed twins.
#[derive(Debug, Clone)]
pub(super) struct Asset {
    pub entry: Entry,
    pub plain: Bytes,
    pub brotli: Option<Bytes>,
    pub zstd: Option<Bytes>,
}

impl Site {
    /// Reads the site of this build: from `DROVER_SITE` or the workspace's `target/site`, or
    /// from the binary where it carries one.
    ///
    /// # Errors
    /// No site, or one of another build.
    pub fn load() -> Result<Self, SiteError> {
        Self::read(&source::default_source())
    }

    /// Reads the site in `folder`, whatever this build carries.
    ///
    /// # Errors
    /// No site, or one of another build.
    pub fn of_folder(folder: &Path) -> Result<Self, SiteError> {
        Self::read(&Folder(folder.to_owned()))
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, SiteError> {
        let manifest: Manifest =
            serde_json::from_slice(&source.read(manifest::NAME)?).map_err(SiteError::Manifest)?;
        let mut files = BTreeMap::new();
        for (name, entry) in manifest.files {
            let twin = |has: Option<u64>, extension| {
                has.map(|_| source.read(&format!("{}.{extension}", entry.path)))
                    .transpose()
            };
            let asset = Asset {
                plain: source.read(&entry.path)?,
                brotli: twin(entry.brotli, "br")?,
                zstd: twin(entry.zstd, "zst")?,
                entry,
            };
            files.insert(name, asset);
        }
        let path = |name: &'static str| -> Result<String, SiteError> {
            let asset = files.get(name).ok_or(SiteError::Incomplete(name))?;
            Ok(format!("/{}", asset.entry.path))
        };
        let addresses = Addresses {
            js: path("pkg/drover.js")?,
            wasm: path("pkg/drover_bg.wasm")?,
            css: path("pkg/drover.css")?,
        };
        let folder = format!("/{PACKAGE}");
        let script = path("pkg/__wasm_split.js")?
            .trim_start_matches(&folder)
            .trim_start_matches('/')
            .to_owned();
        let assets = SiteAssets::new(
            addresses,
            Splits {
                folder,
                modules: manifest.splits,
                script,
            },
        );
        Ok(Self {
            files: Arc::new(files),
            assets,
        })
    }

    /// The names that the shell writes into each page.
    pub fn assets(&self) -> &SiteAssets {
        &self.assets
    }

    /// The address of a file by its logical name, such as `pkg/api-reference.js`.
    pub fn address(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|asset| format!("/{}", asset.entry.path))
    }
}
