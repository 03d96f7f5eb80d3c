//! Where the site's bytes come from: a folder, or the binary itself (feature `embed-site`).

use axum::body::Bytes;

use super::manifest;

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A file that the manifest names is not there.
    #[error("cannot read {path} of the site; make it with `cargo run -p bundle`")]
    Missing {
        /// Where it was looked for.
        path: String,
        /// What the system said; none inside the binary.
        #[source]
        source: Option<std::io::Error>,
    },
    /// The manifest has another shape: site and server are of different builds.
    #[error(
        "the site's {} does not fit this server; make it again with `cargo run -p bundle`",
        manifest::NAME
    )]
    Manifest(#[source] serde_json::Error),
    /// The manifest lacks a file that every page needs.
    #[error("the site has no {0}; make it again with `cargo run -p bundle`")]
    Incomplete(&'static str),
}

/// Something that has the site's files.
pub(super) trait Source {
    fn read(&self, path: &str) -> Result<Bytes, SiteError>;
}

/// A folder that `frontend/bundle` wrote.
pub(super) struct Folder(pub std::path::PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Bytes, SiteError> {
        let file = self.0.join(path);
        std::fs::read(&file)
            .map(Bytes::from)
            .map_err(|source| SiteError::Missing {
                path: file.display().to_string(),
                source: Some(source),
            })
    }
}

/// The files inside this binary.
#[cfg(feature = "embed-site")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$DROVER_SITE"]
pub(super) struct Carried;

#[cfg(feature = "embed-site")]
impl Source for Carried {
    fn read(&self, path: &str) -> Result<Bytes, SiteError> {
        let file = <Self as rust_embed::RustEmbed>::get(path).ok_or_else(|| SiteError::Missing {
            path: path.to_owned(),
            source: None,
        })?;
        Ok(match file.data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
        })
    }
}

/// The source that this build serves from.
#[cfg(not(feature = "embed-site"))]
pub(super) fn default_source() -> impl Source {
    let default = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    Folder(std::env::var_os("DROVER_SITE").map_or_else(default, Into::into))
}

/// The source that this build serves from.
#[cfg(feature = "embed-site")]
pub(super) fn default_source() -> impl Source {
    Carried
}
