//! Pruning: which backups are kept, what would go, and then exactly that.

use std::{collections::BTreeSet, time::Duration};

use drover_types::{
    backup::{Archive, PrunePreview, PruneVerdict, Retention},
    error::ApiError,
};
use drover_ui::prelude::*;
use leptos::{leptos_dom::helpers::debounce, prelude::*, task::spawn_local};

use super::{asked::Asker, preview::Preview};
use crate::{
    rpc,
    session::use_session,
    shared::{FormError, RetentionFields, RetentionInputs},
    texts::{say, text, use_i18n},
};

/// How long the preview waits for the next keystroke.
const REST: Duration = Duration::from_millis(300);

/// A storage, and the node where it is that node's own.
type Place = (String, Option<String>);

/// What would go by which rules.
#[derive(Clone, PartialEq)]
pub struct Previewed {
    place: Place,
    retention: Retention,
    /// What would become of each backup.
    pub preview: PrunePreview,
}

impl Previewed {
    fn doomed(&self) -> Vec<String> {
        let going = self
            .preview
            .backups
            .iter()
            .filter(|one| one.verdict == PruneVerdict::Goes);
        going.map(|one| one.volume.clone()).collect()
    }
}

/// The dialog.
#[component]
pub fn PruneDialog(asker: Asker) -> impl IntoView {
    let i18n = use_i18n();
    let reader = asker.reader;
    let places: Vec<Place> = reader.found.with_untracked(|found| {
        let archives = found.iter().flat_map(|found| &found.archives);
        let all: BTreeSet<Place> = archives
            .map(|one: &Archive| (one.storage.clone(), one.node.clone()))
            .collect();
        all.into_iter().collect()
    });
    let place = RwSignal::new("0".to_owned());
    let options = named(&places);
    let fields = RetentionFields::new();
    let wanted = Memo::new(move |_| {
        let place = places.get(place.get().parse::<usize>().ok()?)?.clone();
        Some((place, fields.read().filter(|kept| !kept.keeps_all())?))
    });
    let previewed = use_preview(asker, wanted);
    let current = Memo::new(move |_| {
        let previewed = previewed.get()?;
        let (place, retention) = wanted.get()?;
        (previewed.place == place && previewed.retention == retention).then_some(previewed)
    });
    let going =
        Memo::new(move |_| current.with(|now| now.as_ref().map(Previewed::doomed).unwrap_or_default()));
    let blocked = Signal::derive(move || {
        if wanted.with(Option::is_none) {
            Some(say!(i18n, server_backups.prune_fill_in))
        } else if current.with(Option::is_none) {
            Some(say!(i18n, server_backups.prune_loading))
        } else {
            going
                .with(Vec::is_empty)
                .then(|| say!(i18n, server_backups.prune_nothing))
        }
    });
    let prune = move |()| {
        let Some(Previewed { place: (_, node), .. }) = current.get_untracked() else {
            return;
        };
        let cluster = reader.id().cluster;
        asker.begin(rpc::backups::delete_backups(cluster, node, going.get_untracked()));
    };
    view! {
        <ConfirmDialog
            open=asker.open
            title=Signal::derive(move || say!(i18n, server_backups.prune_title, name = reader.name()))
            confirm_label=Signal::derive(move || {
                say!(i18n, server_backups.prune_now, count = going.with(Vec::len) as u64)
            })
            cancel_label=text!(i18n, common.cancel)
            on_confirm=prune
            busy=asker.busy
            disabled=blocked
            error=asker.error.text()
            size=DialogSize::Medium
        >
            <p class="backup-form__hint">{text!(i18n, server_backups.prune_hint)}</p>
            <Select
                label=text!(i18n, backups.storage)
                value=place
                options=Signal::stored(options.clone())
                error=asker.error.field("storage")
            />
            <RetentionInputs fields=fields error=asker.error />
            {move || current.get().map(|now| view! { <Preview preview=now.preview /> })}
        </ConfirmDialog>
    }
}

/// The places as options, each by its number.
fn named(places: &[Place]) -> Vec<SelectOption> {
    let name = |(storage, node): &Place| match node {
        Some(node) => format!("{storage} · {node}"),
        None => storage.clone(),
    };
    let numbered = places.iter().enumerate();
    numbered
        .map(|(number, place)| SelectOption::new(number.to_string(), name(place)))
        .collect()
}

/// Asks what would go, a moment after the last keystroke.
fn use_preview(asker: Asker, wanted: Memo<Option<(Place, Retention)>>) -> RwSignal<Option<Previewed>> {
    let session = use_session();
    let previewed = RwSignal::new(None::<Previewed>);
    let asked = StoredValue::new(0_u32);
    let error: FormError = asker.error;
    let ask = move |(place, retention): (Place, Retention)| {
        let number = asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        let Some(number) = number else { return };
        let (id, kind) = (asker.reader.id(), asker.reader.kind());
        spawn_local(async move {
            let (storage, node) = place.clone();
            let answer: Result<_, ApiError> =
                session.heeded(rpc::backups::preview_prune(id, kind, storage, node, retention).await);
            if asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(preview) => {
                    previewed.try_set(Some(Previewed {
                        place,
                        retention,
                        preview,
                    }));
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    Effect::new(move |_| {
        let mut ask = debounce(REST, ask);
        Effect::new(move |_| {
            error.clear();
            let Some((place, retention)) = wanted.get() else {
                return;
            };
            // What is wrong with a number is said at once.
            if !error.found(retention.problems()) {
                ask((place, retention));
            }
        });
    });
    previewed
}
