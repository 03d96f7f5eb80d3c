//! Names of groups, sets and aliases, and comments.

use crate::text::Problem;

/// The longest name of a group (`PVE::Firewall`, `$max_group_name_length`).
const LONGEST_GROUP: u32 = 18;
/// The longest name of a set or an alias (`$max_ipset_name_length`, `$max_alias_name_length`).
const LONGEST_NAME: u32 = 64;
/// The longest comment. Proxmox names no limit; what is longer is no comment any more.
const LONGEST_COMMENT: u32 = 512;

/// A group's name.
///
/// # Errors
/// What is wrong with it.
pub fn group_name(name: &str) -> Result<(), Problem> {
    checked(name, LONGEST_GROUP)
}

/// A set's name.
///
/// # Errors
/// What is wrong with it.
pub fn ip_set_name(name: &str) -> Result<(), Problem> {
    checked(name, LONGEST_NAME)
}

/// An alias' name.
///
/// # Errors
/// What is wrong with it.
pub fn alias_name(name: &str) -> Result<(), Problem> {
    checked(name, LONGEST_NAME)
}

/// A comment. Proxmox keeps it at the end of the rule's line.
///
/// # Errors
/// What is wrong with it.
pub fn comment(text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        return Err(Problem::NoLineBreaks);
    }
    if text.chars().count() > LONGEST_COMMENT as usize {
        return Err(Problem::TooLong { max: LONGEST_COMMENT });
    }
    Ok(())
}

fn checked(name: &str, max: u32) -> Result<(), Problem> {
    if name.is_empty() {
        Err(Problem::Required)
    } else if !is_name(name) {
        Err(Problem::InvalidFirewallName)
    } else if name.len() < 2 {
        Err(Problem::TooShort { min: 2 })
    } else if name.len() > max as usize {
        Err(Problem::TooLong { max })
    } else {
        Ok(())
    }
}

/// The pattern that all three have (`$security_group_name_pattern` and its siblings), but for the length.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("web", Ok(())),
            ("Web-1_x", Ok(())),
            ("ab", Ok(())),
            ("a23456789012345678", Ok(())),
            ("a234567890123456789", Err(Problem::TooLong { max: 18 })),
            ("a", Err(Problem::TooShort { min: 2 })),
            ("", Err(Problem::Required)),
            ("1web", Err(Problem::InvalidFirewallName)),
            ("-web", Err(Problem::InvalidFirewallName)),
            ("web 1", Err(Problem::InvalidFirewallName)),
            ("web.1", Err(Problem::InvalidFirewallName)),
            ("웹서버", Err(Problem::InvalidFirewallName)),
            ("wéb", Err(Problem::InvalidFirewallName)),
            ("web\n", Err(Problem::InvalidFirewallName)),
        ] {
            assert_eq!(group_name(name), expected, "{name:?}");
        }
        assert_eq!(ip_set_name(&"x".repeat(64)), Ok(()));
        assert_eq!(ip_set_name(&"x".repeat(65)), Err(Problem::TooLong { max: 64 }));
        assert_eq!(alias_name("web_1"), Ok(()));
        assert_eq!(alias_name("+web"), Err(Problem::InvalidFirewallName));
    }

    #[test]
    fn comments_are_one_line() {
        assert_eq!(comment("사무실에서만 # 임시"), Ok(()));
        assert_eq!(comment("a\nb"), Err(Problem::NoLineBreaks));
        assert_eq!(comment(&"가".repeat(512)), Ok(()));
        assert_eq!(comment(&"가".repeat(513)), Err(Problem::TooLong { max: 512 }));
    }
}
