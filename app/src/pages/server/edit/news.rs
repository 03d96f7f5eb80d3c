//! What somebody else has changed while one was typing: what it was, what it is, and what is typed here.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    editor::Editor,
    field::{Field, Scope},
};
use crate::texts::{say, text, use_i18n};

/// A field that somebody else has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Which.
    pub field: Field,
    /// What it was.
    pub before: String,
    /// What it is.
    pub now: String,
    /// Whether something else is typed here.
    pub is_typed: bool,
}

/// What happened, above the form; nothing where nothing did.
#[component]
pub fn NewsCallout(editor: Editor, scope: Scope) -> impl IntoView {
    let i18n = use_i18n();
    let news = Memo::new(move |_| {
        let mut news = editor.news.get();
        news.retain(|one| one.field.scope() == scope);
        news
    });
    let hide = move || {
        view! {
            <Button
                size=ButtonSize::Small
                on_click=move |_| editor.news.update(|news| news.retain(|one| one.field.scope() != scope))
            >
                {text!(i18n, server.news_seen)}
            </Button>
        }
    };
    move || {
        let news = news.get();
        (!news.is_empty()).then(|| {
            let rows: Vec<_> = news
                .into_iter()
                .map(|one| view! { <Row one=one editor=editor /> })
                .collect();
            view! {
                <Callout tone=Tone::Warning title=text!(i18n, server.news) announce=true actions=hide>
                    <p>{text!(i18n, server.news_hint)}</p>
                    <ul class="server-edit__news">{rows}</ul>
                </Callout>
            }
        })
    }
}

#[component]
fn Row(one: News, editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let field = one.field;
    let is_typed = one.is_typed;
    let (before, now) = (one.before, one.now);
    let theirs = Signal::derive(move || format!("{} → {}", field.reading(&before), field.reading(&now)));
    let yours = Signal::derive(move || {
        let typed = editor.with(|typed| field.reading(typed.get(field)));
        say!(i18n, server.news_yours, value = typed)
    });
    view! {
        <li class="server-edit__new">
            <strong>{move || field.label()}</strong>
            <span>{move || theirs.get()}</span>
            {is_typed
                .then(|| {
                    view! {
                        <span>{move || yours.get()}</span>
                        <Button size=ButtonSize::Small on_click=move |_| editor.take_theirs(field)>
                            {text!(i18n, server.news_take)}
                        </Button>
                    }
                })}
        </li>
    }
}
