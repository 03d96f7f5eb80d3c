//! The lists: what a reader sees, newest first.

use chrono::{DateTime, Utc};
use drover_types::notification::{Level, NotificationRow};
use drover_types::text::Problem;

use super::service::Notifications;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::notifications::{self, Wanted};

/// Which notifications are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// Only what was not read.
    pub unread_only: bool,
    /// Only of this gravity.
    pub level: Option<Level>,
    /// Only of this category of the API's.
    pub category: Option<String>,
    /// Only what is older than this one.
    pub before: Option<i64>,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
}

/// Some notifications, and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationSlice {
    /// Newest first.
    pub rows: Vec<NotificationRow>,
    /// The filter's `before` for the next ones; `None` at the end.
    pub next: Option<i64>,
}

/// A numbered page of notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    /// Newest first.
    pub rows: Vec<NotificationRow>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Which notification's latest is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LatestFilter {
    /// Part of the name of the server that it is about, in any case.
    pub server: String,
    /// The API's type.
    pub of_type: Option<String>,
    /// No older than this.
    pub since: Option<DateTime<Utc>>,
}

impl NotificationFilter {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            unread_only: self.unread_only,
            level: self.level,
            category: self.category.as_deref().unwrap_or_default(),
            before: self.before,
            ..Wanted::default()
        }
    }
}

impl Notifications {
    /// The reader's notifications and everybody's, without what they dismissed.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn list(&self, ctx: &OpContext, filter: &NotificationFilter) -> Result<NotificationSlice> {
        let reader = ctx.signed_in()?.id;
        let limit = filter.limit.map_or(i64::MAX, |limit| i64::from(limit.max(1)));
        // One more than asked for tells whether there are more.
        let wanted = filter.wanted();
        let mut rows = notifications::list(&self.db, reader, &wanted, limit.saturating_add(1), 0).await?;
        let more = filter
            .limit
            .is_some_and(|limit| rows.len() > limit.max(1) as usize);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(NotificationSlice { rows, next })
    }

    /// A page of what [`Notifications::list`] lists, counted from 1, and how many there are in all. The
    /// filter's `before` and `limit` should be left out.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn page(
        &self,
        ctx: &OpContext,
        filter: &NotificationFilter,
        page: u32,
        per_page: u32,
    ) -> Result<NotificationPage> {
        let reader = ctx.signed_in()?.id;
        let (page, per_page) = (i64::from(page.max(1)), i64::from(per_page.max(1)));
        let wanted = filter.wanted();
        let total = notifications::count(&self.db, reader, &wanted).await?;
        let rows = notifications::list(&self.db, reader, &wanted, per_page, (page - 1) * per_page).await?;
        Ok(NotificationPage {
            rows,
            total: u64::try_from(total).unwrap_or_default(),
        })
    }

    /// One notification.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, it is another's, or was dismissed.
    pub async fn get(&self, ctx: &OpContext, id: i64) -> Result<NotificationRow> {
        let reader = ctx.signed_in()?.id;
        notifications::find(&self.db, reader, id)
            .await?
            .ok_or(Error::NotFound(Problem::NotificationNotFound))
    }

    /// The newest notification about a server, if there is one.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn latest(&self, ctx: &OpContext, filter: &LatestFilter) -> Result<Option<NotificationRow>> {
        let reader = ctx.signed_in()?.id;
        let wanted = Wanted {
            target: &filter.server,
            of_type: filter.of_type.as_deref().unwrap_or_default(),
            since: filter.since,
            ..Wanted::default()
        };
        let mut rows = notifications::list(&self.db, reader, &wanted, 1, 0).await?;
        Ok(rows.pop())
    }

    /// How many of the listed ones are unread.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn unread_count(&self, ctx: &OpContext) -> Result<u64> {
        let reader = ctx.signed_in()?.id;
        let wanted = Wanted {
            unread_only: true,
            ..Wanted::default()
        };
        let count = notifications::count(&self.db, reader, &wanted).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
