//! The comma-separated lists of `key=value` that Proxmox packs into one configuration value, with one key
//! whose name may be left out (`PVE::JSONSchema::parse_property_string`).

use std::fmt;

/// A property string, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    default_key: String,
    pairs: Vec<(String, String)>,
}

/// A text that is no property string, or a value that can't stand in one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a property string: {0}")]
pub struct InvalidProperty(pub String);

impl Properties {
    /// An empty one; a value without key belongs to `default_key`, which may be empty for none.
    pub fn new(default_key: &str) -> Self {
        Self {
            default_key: default_key.to_owned(),
            pairs: Vec::new(),
        }
    }

    /// Reads a property string.
    ///
    /// # Errors
    /// Where a value has no key, a key no value, or a key comes twice.
    pub fn parse(text: &str, default_key: &str) -> Result<Self, InvalidProperty> {
        let mut properties = Self::new(default_key);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) => (key.trim(), value.trim()),
                None => (default_key, part),
            };
            if key.is_empty() || value.is_empty() {
                return Err(InvalidProperty(format!("{part:?} lacks a key or a value")));
            }
            if properties.get(key).is_some() {
                return Err(InvalidProperty(format!("the key {key:?} comes twice")));
            }
            properties.pairs.push((key.to_owned(), value.to_owned()));
        }
        Ok(properties)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(have, _)| have == key)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the key has a value that Proxmox takes for true.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|value| matches!(value, "1" | "on" | "yes" | "true"))
    }

    /// Sets a key, in its place where it was there, else at the end.
    ///
    /// # Errors
    /// Where key or value would not come back as they are: empty, padded, or with a comma or a line break.
    pub fn set(&mut self, key: &str, value: impl fmt::Display) -> Result<&mut Self, InvalidProperty> {
        let value = value.to_string();
        let fits = |text: &str| {
            !text.is_empty() && text.trim() == text && !text.contains(|c: char| c == ',' || c.is_control())
        };
        if !fits(key) || key.contains('=') || !fits(&value) {
            return Err(InvalidProperty(format!("{key:?} can't have the value {value:?}")));
        }
        match self.pairs.iter_mut().find(|(have, _)| have == key) {
            Some((_, old)) => *old = value,
            None => self.pairs.push((key.to_owned(), value)),
        }
        Ok(self)
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(have, _)| have == key)?;
        Some(self.pairs.remove(at).1)
    }

    /// Keys and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl fmt::Display for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, value)) in self.pairs.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            // A bare value with an equals sign would be read as a key and its value.
            if *key == self.default_key && !value.contains('=') {
                f.write_str(value)?;
            } else {
                write!(f, "{key}={value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_key_may_be_left_out() {
        let disk = Properties::parse("local-lvm:vm-100-disk-0,size=32G,ssd=1", "file").unwrap();
        assert_eq!(disk.get("file"), Some("local-lvm:vm-100-disk-0"));
        assert!(disk.flag("ssd") && !disk.flag("size"));
        assert_eq!(disk.to_string(), "local-lvm:vm-100-disk-0,size=32G,ssd=1");
        assert_eq!(
            Properties::parse("file=local:a=b.iso", "file")
                .unwrap()
                .to_string(),
            "file=local:a=b.iso"
        );
    }

    #[test]
    fn what_proxmox_refuses_is_refused() {
        for bad in ["a", "=b", "a=", "a=1,a=2"] {
            assert!(Properties::parse(bad, "").is_err(), "{bad}");
        }
        assert!(Properties::parse("x,file=y", "file").is_err());
    }

    #[test]
    fn a_value_can_not_smuggle_in_another() {
        let mut nic = Properties::new("model");
        for bad in ["vmbr0,firewall=0", "vmbr0\nargs: -x", "", " vmbr0"] {
            assert!(nic.set("bridge", bad).is_err(), "{bad}");
        }
        assert!(nic.set("a=b", "c").is_err());
        assert_eq!(nic.to_string(), "");
    }

    fn word() -> impl Strategy<Value = String> {
        "[a-z0-9:./=_+-]([a-z0-9:./=_ +-]{0,10}[a-z0-9:./=_+-])?"
    }

    proptest! {
        #[test]
        fn what_was_set_is_read_again(
            pairs in proptest::collection::btree_map("[a-z][a-z0-9_-]{0,6}", word(), 0..6),
            default in "[a-z]{0,3}",
        ) {
            let mut properties = Properties::new(&default);
            for (key, value) in &pairs {
                properties.set(key, value).unwrap();
            }
            let read = Properties::parse(&properties.to_string(), &default).unwrap();
            prop_assert_eq!(read, properties);
        }

        #[test]
        fn what_is_read_is_written_alike(text in "[a-z0-9=, :\\n]{0,40}") {
            if let Ok(properties) = Properties::parse(&text, "file") {
                let again = Properties::parse(&properties.to_string(), "file").unwrap();
                prop_assert_eq!(again, properties);
            }
        }
    }
}
