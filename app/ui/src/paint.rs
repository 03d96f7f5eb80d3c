//! Markup of long lists that follows its row by one effect. A closure in a view is a part of the graph of signals by
//! itself; a row of fifty of them costs more to ask than to draw. Here the elements are made once, and what changes in
//! them is painted by closures that one effect runs for the whole row; each touches the page only where it has news.

use std::{borrow::Cow, sync::Arc};

use leptos::{
    prelude::*,
    reactive::send_wrapper_ext::SendOption,
    tachys::{
        html::attribute::{AttributeValue, any_attribute::AnyAttribute},
        hydration::Cursor,
        no_attrs,
        renderer::{
            Rndr,
            types::{Element, Text},
        },
        view::{Position, PositionState, Render, RenderHtml},
    },
};
use wasm_bindgen::JsCast;

/// Shows an item in what it was made for.
type Paint<T> = Box<dyn FnMut(&T)>;

/// Paints one row: whatever item that shows at the moment.
pub struct Painter<T: Send + Sync + 'static> {
    item: Signal<T>,
    /// Made in the browser only: the server writes what the first item gives.
    paints: StoredValue<SendOption<Vec<Paint<T>>>>,
    begun: Trigger,
}

impl<T: Send + Sync + 'static> Clone for Painter<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Painter<T> {}

impl<T: Send + Sync + 'static> Painter<T> {
    /// One that follows `item`, and whatever signals its closures read.
    pub fn new(item: Signal<T>) -> Self {
        let painter = Self {
            item,
            paints: StoredValue::new(SendOption::new_local(None)),
            begun: Trigger::new(),
        };
        Effect::new(move |_| {
            painter.begun.track();
            item.with(|item| {
                painter.paints.update_value(|paints| {
                    for paint in paints.iter_mut().flatten() {
                        paint(item);
                    }
                });
            });
        });
        painter
    }

    /// Forgets what was made, before all of it is made anew.
    pub(crate) fn begin(self) {
        // Not by `DerefMut`, which would tie even nothing to one of the server's threads.
        self.paints
            .update_value(|paints| paints.update(|paints| *paints = None));
        self.begun.notify();
    }

    /// The item, for what can't be painted: a handler, or elements that come and go.
    pub fn item(self) -> Signal<T> {
        self.item
    }

    /// A text.
    pub fn text(self, of: impl Fn(&T) -> String + Send + Sync + 'static) -> PaintedText {
        let text = self.first(&of);
        let mut last = text.clone();
        let follow = move |node: Text| {
            self.follow(Box::new(move |item| {
                let now = of(item);
                if now != last {
                    Rndr::set_text(&node, &now);
                    last = now;
                }
            }));
        };
        PaintedText {
            text,
            follow: Box::new(follow),
        }
    }

    /// A value of an attribute; without one the attribute is taken off.
    pub fn attribute<V: Into<Cow<'static, str>>>(
        self,
        of: impl Fn(&T) -> Option<V> + Send + Sync + 'static,
    ) -> PaintedAttribute {
        let of = Arc::new(move |item: &T| of(item).map(Into::into));
        let value: Option<Cow<'static, str>> = self.first(&*of);
        let first = value.clone();
        let follow = move |element: Element, name: String| {
            let (of, mut last) = (Arc::clone(&of), first.clone());
            self.follow(Box::new(move |item| {
                let now = of(item);
                if now != last {
                    set(&element, &name, now.as_deref());
                    last = now;
                }
            }));
        };
        PaintedAttribute {
            value,
            follow: Arc::new(follow),
        }
    }

    /// An attribute that is there or not.
    pub fn flag(self, of: impl Fn(&T) -> bool + Send + Sync + 'static) -> PaintedAttribute {
        self.attribute(move |item| of(item).then_some(""))
    }

    fn first<V>(self, of: impl Fn(&T) -> V) -> V {
        untrack(|| self.item.with(of))
    }

    fn follow(self, paint: Paint<T>) {
        self.paints
            .update_value(|paints| paints.update(|paints| paints.get_or_insert_default().push(paint)));
    }
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    match value {
        Some(value) => Rndr::set_attribute(element, name, value),
        None => Rndr::remove_attribute(element, name),
    }
}

/// A text of a row; see [`Painter::text`].
pub struct PaintedText {
    text: String,
    follow: Box<dyn FnOnce(Text) + Send>,
}

no_attrs!(PaintedText);

impl Render for PaintedText {
    type State = Text;

    fn build(self) -> Text {
        let node = Rndr::create_text_node(&self.text);
        (self.follow)(node.clone());
        node
    }

    fn rebuild(self, node: &mut Text) {
        Rndr::set_text(node, &self.text);
        (self.follow)(node.clone());
    }
}

impl RenderHtml for PaintedText {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn html_len(&self) -> usize {
        self.text.len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.text
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Text {
        // Where the server's page differs, a text of our own is painted that is nowhere in it.
        drop(RenderHtml::hydrate::<FROM_SERVER>(self.text, cursor, position));
        let node = cursor.current();
        let node = node.dyn_into().unwrap_or_else(|_| Rndr::create_text_node(""));
        (self.follow)(node.clone());
        node
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// An attribute's value of a row; see [`Painter::attribute`].
#[derive(Clone)]
pub struct PaintedAttribute {
    value: Option<Cow<'static, str>>,
    follow: Arc<dyn Fn(Element, String) + Send + Sync>,
}

impl AttributeValue for PaintedAttribute {
    type State = Element;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        self.value.as_ref().map_or(0, |value| value.len())
    }

    fn to_html(self, name: &str, buf: &mut String) {
        AttributeValue::to_html(self.value.as_deref(), name, buf);
    }

    fn to_template(_name: &str, _buf: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, name: &str, element: &Element) -> Element {
        (self.follow)(element.clone(), name.to_owned());
        element.clone()
    }

    fn build(self, element: &Element, name: &str) -> Element {
        if self.value.is_some() {
            set(element, name, self.value.as_deref());
        }
        (self.follow)(element.clone(), name.to_owned());
        element.clone()
    }

    fn rebuild(self, name: &str, element: &mut Element) {
        set(element, name, self.value.as_deref());
        (self.follow)(element.clone(), name.to_owned());
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}
