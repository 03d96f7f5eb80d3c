//! The site that `frontend/bundle` made: read from its folder or carried in the binary, and
//! served with names, types and compressed twins as its manifest says.

mod encoding;
mod files;
mod manifest;
mod serve;
mod source;
#[cfg(test)]
mod tests;

pub use files::Site;
pub use source::SiteError;
