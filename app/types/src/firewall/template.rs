//! Rules to begin a group with, for what servers are there for. Everything in them can be changed before it is sent.

use super::rule::RuleDraft;
use super::words::{Action, Direction};

/// The rules that let in what a server of this role is asked for, and whoever administers it; `None` for a role that
/// has no template. The ports are those that the programs of the role listen on unless somebody has moved them.
pub fn template(role: &str) -> Option<Vec<RuleDraft>> {
    let (macros, ports): (&[&str], &[&str]) = match role {
        "web" => (&["HTTP", "HTTPS"], &[]),
        "was" => (&[], &["8080", "8443"]),
        "db" => (&["PostgreSQL", "MySQL"], &[]),
        "java" => (&[], &["8080"]),
        "search" => (&[], &["9200", "9300"]),
        // Data comes over a port of its own, which the server chooses from these.
        "ftp" => (&["FTP"], &["40000:40100"]),
        _ => return None,
    };
    let accept = || RuleDraft::new(Direction::In, Action::Accept);
    let named = |name: &&str| RuleDraft {
        macro_name: (*name).to_owned(),
        ..accept()
    };
    let port = |port: &&str| RuleDraft {
        protocol: "tcp".to_owned(),
        dest_port: (*port).to_owned(),
        ..accept()
    };
    let administered = ["SSH", "Ping"];
    let names = administered.iter().chain(macros).map(named);
    Some(names.chain(ports.iter().map(port)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::input::RulePlace;
    use crate::role::RoleKey;

    #[test]
    fn every_template_can_be_sent_as_it_is() {
        for role in RoleKey::USUAL {
            let rules = template(role).unwrap();
            assert!(rules.len() > 2, "{role:?}");
            for rule in rules {
                assert!(rule.problems(RulePlace::Group, None).is_empty(), "{rule:?}");
            }
        }
    }
}
