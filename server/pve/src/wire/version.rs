//! Which Proxmox VE answers.

use serde::Deserialize;

use super::lenient;

/// `GET /version`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// The full version, such as `9.0.3`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub version: String,
    /// The release it belongs to, such as `9.0`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub release: Option<String>,
    /// The commit it was built from.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub repoid: Option<String>,
}

impl Version {
    /// The number before the first dot, such as 9.
    pub fn major(&self) -> Option<u32> {
        self.version.split('.').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_number_is_read() {
        let version: Version = serde_json::from_str(r#"{"version":"8.4.1","release":8.4}"#).unwrap();
        assert_eq!(version.major(), Some(8));
        assert_eq!(version.release.as_deref(), Some("8.4"));
    }
}
