//! What cloud-init gives a network card: `ipconfigN`.

use super::properties::{InvalidProperty, Properties};

/// The addresses of a network card; without any, cloud-init uses DHCP for IPv4.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IpConfig {
    /// N of `ipconfigN`, which belongs to `netN`.
    pub index: u32,
    /// IPv4 address with prefix length, or `dhcp`.
    pub ip: Option<String>,
    /// IPv4 gateway.
    pub gw: Option<String>,
    /// IPv6 address with prefix length, `dhcp` or `auto`.
    pub ip6: Option<String>,
    /// IPv6 gateway.
    pub gw6: Option<String>,
}

impl IpConfig {
    /// The configuration key.
    pub fn key(&self) -> String {
        format!("ipconfig{}", self.index)
    }

    /// Reads the value of `ipconfigN`.
    ///
    /// # Errors
    /// Where it is no property string.
    pub fn parse(index: u32, value: &str) -> Result<Self, InvalidProperty> {
        let mut properties = Properties::parse(value, "")?;
        Ok(Self {
            index,
            ip: properties.remove("ip"),
            gw: properties.remove("gw"),
            ip6: properties.remove("ip6"),
            gw6: properties.remove("gw6"),
        })
    }

    /// Writes the value of `ipconfigN`.
    ///
    /// # Errors
    /// Where a field holds what can't stand in a property string.
    pub fn value(&self) -> Result<String, InvalidProperty> {
        let mut properties = Properties::new("");
        for (key, value) in [
            ("ip", &self.ip),
            ("gw", &self.gw),
            ("ip6", &self.ip6),
            ("gw6", &self.gw6),
        ] {
            if let Some(value) = value {
                properties.set(key, value)?;
            }
        }
        Ok(properties.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_survive() {
        let text = "ip=192.0.2.10/24,gw=192.0.2.1,ip6=2001:db8::10/64,gw6=2001:db8::1";
        let config = IpConfig::parse(2, text).unwrap();
        assert_eq!(
            (config.key().as_str(), config.ip.as_deref()),
            ("ipconfig2", Some("192.0.2.10/24"))
        );
        assert_eq!(config.value().unwrap(), text);
        assert_eq!(IpConfig::parse(0, "ip=dhcp").unwrap().ip.as_deref(), Some("dhcp"));
        assert!(
            IpConfig {
                ip: Some("dhcp,gw=1".into()),
                ..IpConfig::default()
            }
            .value()
            .is_err()
        );
    }
}
