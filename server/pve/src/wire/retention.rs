//! Which backups are kept (`prune_backups_format` of `PVE::Storage::Plugin`): a property string where it is sent, an
//! object where `/cluster/backup` answers it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::guest::{InvalidProperty, Properties};

/// How many backups of a guest are kept. Each rule keeps the last one of each of so many hours, days and so on; 0 for
/// a rule that doesn't count. Where none counts, all are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Retention {
    /// All of them; Proxmox takes no other rule beside it.
    pub keep_all: bool,
    /// So many of the latest.
    pub keep_last: u32,
    /// Of so many hours.
    pub keep_hourly: u32,
    /// Of so many days.
    pub keep_daily: u32,
    /// Of so many weeks.
    pub keep_weekly: u32,
    /// Of so many months.
    pub keep_monthly: u32,
    /// Of so many years.
    pub keep_yearly: u32,
}

impl Retention {
    /// One that keeps all.
    pub const ALL: Self = Self {
        keep_all: true,
        keep_last: 0,
        keep_hourly: 0,
        keep_daily: 0,
        keep_weekly: 0,
        keep_monthly: 0,
        keep_yearly: 0,
    };

    /// Whether nothing is ever removed by it.
    pub fn keeps_all(&self) -> bool {
        self.keep_all || self.rules().iter().all(|(_, count)| *count == 0)
    }

    const fn rules(&self) -> [(&'static str, u32); 6] {
        [
            ("keep-last", self.keep_last),
            ("keep-hourly", self.keep_hourly),
            ("keep-daily", self.keep_daily),
            ("keep-weekly", self.keep_weekly),
            ("keep-monthly", self.keep_monthly),
            ("keep-yearly", self.keep_yearly),
        ]
    }

    fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, InvalidProperty> {
        let mut read = Self::default();
        for (key, value) in pairs {
            let bad = || InvalidProperty(format!("{key:?} can't have the value {value:?}"));
            let rule = match key {
                "keep-all" => {
                    read.keep_all = match value {
                        "1" | "on" | "yes" | "true" => true,
                        "0" | "off" | "no" | "false" => false,
                        _ => return Err(bad()),
                    };
                    continue;
                }
                "keep-last" => &mut read.keep_last,
                "keep-hourly" => &mut read.keep_hourly,
                "keep-daily" => &mut read.keep_daily,
                "keep-weekly" => &mut read.keep_weekly,
                "keep-monthly" => &mut read.keep_monthly,
                "keep-yearly" => &mut read.keep_yearly,
                _ => return Err(InvalidProperty(format!("there is no rule {key:?}"))),
            };
            *rule = value.parse().map_err(|_| bad())?;
        }
        let others = read.rules().iter().any(|(_, count)| *count > 0);
        if read.keep_all && others {
            return Err(InvalidProperty("keep-all has another rule beside it".to_owned()));
        }
        Ok(read)
    }
}

impl FromStr for Retention {
    type Err = InvalidProperty;

    /// Reads a property string such as `keep-last=3,keep-weekly=4`.
    fn from_str(text: &str) -> Result<Self, InvalidProperty> {
        Self::of_pairs(Properties::parse(text, "")?.iter())
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An empty property string would leave it to the storage what is kept.
        if self.keeps_all() {
            return f.write_str("keep-all=1");
        }
        let mut separator = "";
        for (key, count) in self.rules().into_iter().filter(|(_, count)| *count > 0) {
            write!(f, "{separator}{key}={count}")?;
            separator = ",";
        }
        Ok(())
    }
}

/// A retention in either shape; `None` where it is not there or can't be read.
pub(super) fn opt_retention<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Retention>, D::Error> {
    let read = match Value::deserialize(deserializer)? {
        Value::String(text) => text.parse(),
        Value::Object(object) => {
            let pairs: Vec<(String, String)> = object
                .into_iter()
                .filter_map(|(key, value)| Some((key, plain(&value)?)))
                .collect();
            Retention::of_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
        }
        _ => return Ok(None),
    };
    Ok(read
        .inspect_err(|error| tracing::warn!(%error, "which backups are kept can't be read"))
        .ok())
}

/// A value as text; none of what has parts.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct Probe {
        #[serde(default, deserialize_with = "opt_retention")]
        kept: Option<Retention>,
    }

    fn kept(value: &Value) -> Option<Retention> {
        serde_json::from_value::<Probe>(json!({ "kept": value }))
            .unwrap()
            .kept
    }

    #[test]
    fn both_shapes_say_the_same() {
        let few = Retention {
            keep_last: 3,
            keep_weekly: 4,
            ..Retention::default()
        };
        assert_eq!("keep-weekly=4,keep-last=3".parse(), Ok(few));
        assert_eq!(few.to_string(), "keep-last=3,keep-weekly=4");
        assert_eq!(kept(&json!("keep-last=3,keep-weekly=4")), Some(few));
        assert_eq!(
            kept(&json!({"keep-last": "3", "keep-weekly": 4, "keep-yearly": 0})),
            Some(few)
        );
        assert_eq!(kept(&json!({"keep-all": true})), Some(Retention::ALL));
        assert_eq!(kept(&json!({"keep-all": "1"})), Some(Retention::ALL));
        for unsaid in [
            json!(null),
            json!(3),
            json!([]),
            json!("keep-last=many"),
            json!({"keep-last": "-1"}),
        ] {
            assert_eq!(kept(&unsaid), None, "{unsaid}");
        }
        assert_eq!(serde_json::from_value::<Probe>(json!({})).unwrap().kept, None);
    }

    #[test]
    fn what_keeps_nothing_keeps_all() {
        for text in [
            "",
            "keep-last=0",
            "keep-all=0",
            "keep-all=1",
            "keep-all=1,keep-daily=0",
        ] {
            let read: Retention = text.parse().unwrap();
            assert!(read.keeps_all(), "{text}");
            assert_eq!(read.to_string(), "keep-all=1");
        }
        assert!(!"keep-yearly=1".parse::<Retention>().unwrap().keeps_all());
    }

    #[test]
    fn what_proxmox_refuses_is_refused() {
        for bad in [
            "3",
            "keep-last",
            "keep-last=-1",
            "keep-last=1.5",
            "keep-last=1,keep-last=2",
            "keep-forever=1",
            "keep-all=maybe",
            "keep-all=1,keep-last=1",
            "keep-last=99999999999",
        ] {
            assert!(bad.parse::<Retention>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_written_one_is_read_again(counts in any::<[u16; 6]>()) {
            let [last, hourly, daily, weekly, monthly, yearly] = counts.map(u32::from);
            let written = Retention {
                keep_all: counts == [0; 6],
                keep_last: last,
                keep_hourly: hourly,
                keep_daily: daily,
                keep_weekly: weekly,
                keep_monthly: monthly,
                keep_yearly: yearly,
            };
            prop_assert_eq!(written.to_string().parse(), Ok(written));
        }

        #[test]
        fn no_text_panics(text in "[keplastdi=,0-9-]{0,40}") {
            if let Ok(read) = text.parse::<Retention>() {
                prop_assert_eq!(read.to_string().parse::<Retention>().unwrap().keeps_all(), read.keeps_all());
            }
        }
    }
}
