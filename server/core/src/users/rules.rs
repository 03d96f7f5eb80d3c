//! What names and addresses must be, and who may do what to whom.

use drover_types::permission::{Grants, UserRole};
use drover_types::text::Problem;

use crate::error::{Error, Result};

/// How long a name or address may be.
const LONGEST_USERNAME: usize = 80;
const LONGEST_NAME: u32 = 100;
const LONGEST_EMAIL: u32 = 120;

/// Checks the name of a new user: it stands in addresses and in logs.
pub(super) fn username(name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(Problem::Required);
    }
    let fits = name.chars().count() <= LONGEST_USERNAME
        && name.starts_with(char::is_alphanumeric)
        && name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
    if fits {
        Ok(())
    } else {
        Err(Problem::InvalidUsername)
    }
}

/// Checks a name for people.
pub(super) fn name(name: &str) -> Result<(), Problem> {
    not_longer(name, LONGEST_NAME)
}

/// Checks an e-mail address; there may be none.
pub(super) fn email(email: &str) -> Result<(), Problem> {
    not_longer(email, LONGEST_EMAIL)?;
    let is_address = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
    });
    if email.is_empty() || is_address {
        Ok(())
    } else {
        Err(Problem::InvalidEmail)
    }
}

fn not_longer(text: &str, max: u32) -> Result<(), Problem> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if length > max {
        return Err(Problem::TooLong { max });
    }
    Ok(())
}

/// Whether `actor` holds everything that somebody with `grants` does. Whoever does not may neither grant that
/// nor become that somebody, as whoever resets a password could.
///
/// # Errors
/// [`Error::AdministratorsOnly`], [`Error::Denied`] naming what is missing, or [`Error::ScopeTooWide`].
pub(super) fn covers(actor: &Grants, grants: &Grants) -> Result<()> {
    if actor.role == UserRole::Admin {
        return Ok(());
    }
    if grants.role == UserRole::Admin {
        return Err(Error::AdministratorsOnly);
    }
    if let Some(permission) = grants.permissions.iter().find(|p| !actor.allow(**p)) {
        return Err(Error::Denied(*permission));
    }
    if grants.scope.is_within(&actor.scope) {
        Ok(())
    } else {
        Err(Error::ScopeTooWide(actor.scope.clone()))
    }
}

#[cfg(test)]
mod tests {
    use drover_types::scope::Scope;

    use super::*;

    #[test]
    fn a_name_stands_in_addresses_and_logs() {
        for good in ["ada", "김철수", "a.b-c_d", "ada@example.org", "9lives"] {
            assert_eq!(username(good), Ok(()), "{good}");
        }
        let long = "a".repeat(81);
        for bad in ["a b", "-a", "a/b", "a\nb", "<b>", &long] {
            assert_eq!(username(bad), Err(Problem::InvalidUsername), "{bad}");
        }
        assert_eq!(username(""), Err(Problem::Required));
    }

    #[test]
    fn an_address_is_one_or_none() {
        for good in ["", "ada@example.org", "a@b"] {
            assert_eq!(email(good), Ok(()), "{good}");
        }
        for bad in ["ada", "@b", "a@", "a@b@c", "a b@c", "a@b,c@d", "a@b\r\nBcc: c"] {
            assert_eq!(email(bad), Err(Problem::InvalidEmail), "{bad}");
        }
        assert_eq!(
            email(&format!("{}@b", "a".repeat(120))),
            Err(Problem::TooLong { max: 120 })
        );
    }

    #[test]
    fn nobody_stands_over_whoever_holds_more() {
        let [admin, operator, viewer] =
            [UserRole::Admin, UserRole::Operator, UserRole::Viewer].map(Grants::of);
        assert!(covers(&admin, &admin).is_ok() && covers(&operator, &viewer).is_ok());
        assert!(matches!(
            covers(&operator, &admin),
            Err(Error::AdministratorsOnly)
        ));
        assert!(matches!(covers(&viewer, &operator), Err(Error::Denied(_))));
        // All permissions are not the role.
        let all = Grants {
            role: UserRole::Viewer,
            ..admin.clone()
        };
        assert!(covers(&all, &operator).is_ok() && covers(&all, &admin).is_err());
    }

    #[test]
    fn nobody_stands_over_whoever_reaches_more_servers() {
        let of = |rules: &[&str]| Grants {
            scope: Scope::of(rules.iter().map(|rule| rule.parse().unwrap()).collect()),
            ..Grants::of(UserRole::Operator)
        };
        let (all, web, either) = (of(&[]), of(&["tag:web"]), of(&["tag:web", "tag:db"]));
        assert!(covers(&all, &web).is_ok() && covers(&either, &web).is_ok());
        for wider in [&all, &either] {
            assert!(matches!(covers(&web, wider), Err(Error::ScopeTooWide(_))));
        }
    }
}
