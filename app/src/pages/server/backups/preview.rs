//! What pruning would take, in a table.

use chrono::DateTime;
use drover_types::{
    backup::{PrunePreview, PruneVerdict, Pruned},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::columns::MADE_AT;
use crate::{
    shared::{local, use_utc_offset},
    texts::{text, use_i18n},
};

/// The table, and what it comes to.
#[component]
pub fn Preview(preview: PrunePreview) -> impl IntoView {
    let i18n = use_i18n();
    let going = preview
        .backups
        .iter()
        .filter(|one| one.verdict == PruneVerdict::Goes);
    let (count, bytes) = going.fold((0_u64, 0_u64), |(count, bytes), one| {
        (count + 1, bytes.saturating_add(one.bytes.unwrap_or_default()))
    });
    let kept = preview.backups.len() as u64 - count;
    let rows = preview.backups.into_iter().map(|one| view! { <Row one=one /> });
    view! {
        <p role="status">
            {text!(i18n, server_backups.prune_sum, count = count, kept = kept, size = units::size(bytes))}
        </p>
        <div
            class="server-backups__preview"
            tabindex="0"
            role="region"
            aria-label=text!(i18n, server_backups.prune_preview)
        >
            <table>
                <thead>
                    <tr>
                        <th scope="col">{text!(i18n, server_backups.made)}</th>
                        <th scope="col">{text!(i18n, backups.size)}</th>
                        <th scope="col">{text!(i18n, server_backups.verdict)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(one: Pruned) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    let Pruned {
        volume,
        made_at,
        bytes,
        verdict,
    } = one;
    let made_at = made_at.and_then(|at| DateTime::from_timestamp(at, 0));
    let made = move || made_at.map_or_else(|| "—".to_owned(), |at| local(at, offset.get(), MADE_AT));
    let (tone, icon, words) = match verdict {
        PruneVerdict::Goes => (Tone::Danger, IconName::Trash, text!(i18n, server_backups.goes)),
        PruneVerdict::Stays => (Tone::Success, IconName::Check, text!(i18n, server_backups.stays)),
        PruneVerdict::Protected => (
            Tone::Info,
            IconName::Shield,
            text!(i18n, server_backups.protected),
        ),
    };
    view! {
        <tr title=volume>
            <th scope="row">{made}</th>
            <td>{bytes.map_or_else(|| "—".to_owned(), units::size)}</td>
            <td>
                <Badge tone=tone icon=icon>
                    {words}
                </Badge>
            </td>
        </tr>
    }
}
