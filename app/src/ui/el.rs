//! Elements on the page, built directly: leptos's signals and owners, without its view types.
//!
//! A view type of its own for every element made the download twice as large (measured: 346 KB of wasm, compressed, against
//! half of that for the same screens). Here an element is a handle, and whatever changes is one boxed closure in one kind of effect.
//! What is not said to be live is set once. Text only ever becomes text nodes.
//!
//! ```text
//! el("button button small").attr("type", "button").on("click", move |_| state.connect_now()).text(t.try_now)
//! ```

mod keyed;

use crate::dom;
use crate::live::{Call, Give, Live, effect, give, keep};
use leptos::prelude::{Owner, event_target_value, untrack};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, Node};

/// An element. A clone is a second handle to the same one.
#[derive(Clone)]
pub(crate) struct El(Element);

/// What a function gives that may give several elements, or none. What changes by itself lives inside an element, so these
/// nodes stay the same for as long as the view does.
#[derive(Default)]
pub(crate) struct View(Vec<Node>);

impl From<El> for View {
    fn from(el: El) -> Self {
        Self(vec![el.0.into()])
    }
}

impl From<Option<El>> for View {
    fn from(el: Option<El>) -> Self {
        el.map(View::from).unwrap_or_default()
    }
}

impl From<Vec<El>> for View {
    fn from(els: Vec<El>) -> Self {
        Self(els.into_iter().map(|el| el.0.into()).collect())
    }
}

impl<const N: usize> From<[El; N]> for View {
    fn from(els: [El; N]) -> Self {
        Vec::from(els).into()
    }
}

/// A new element: its name and, after it, its classes. A name no browser knows would still be an element.
pub(crate) fn el(shape: &str) -> El {
    let (name, classes) = shape.split_once(' ').unwrap_or((shape, ""));
    let element = made(dom::document().create_element(name));
    if classes.is_empty() { element } else { element.class(classes) }
}

/// A new SVG element.
pub(crate) fn svg(name: &str) -> El {
    made(dom::document().create_element_ns(Some("http://www.w3.org/2000/svg"), name))
}

/// The only failure is a name with a character that no name has, and all names are written in this crate.
fn made(element: Result<Element, JsValue>) -> El {
    El(element.unwrap_or_else(|_| {
        dom::document().create_element("div").unwrap_or_else(|_| JsValue::NULL.unchecked_into())
    }))
}

impl El {
    /// The element itself.
    pub(crate) fn node(&self) -> Element {
        self.0.clone()
    }

    /// Sets the classes.
    pub(crate) fn class(self, classes: &str) -> Self {
        self.0.set_class_name(classes);
        self
    }

    /// Sets an attribute.
    pub(crate) fn attr(self, name: &str, value: &str) -> Self {
        set_attribute(&self.0, name, Some(value));
        self
    }

    /// Sets an attribute if there is a value.
    pub(crate) fn attr_opt(self, name: &str, value: Option<&str>) -> Self {
        set_attribute(&self.0, name, value);
        self
    }

    /// Adds a text.
    pub(crate) fn text(self, text: &str) -> Self {
        append(&self.0, &dom::document().create_text_node(text));
        self
    }

    /// Adds elements.
    pub(crate) fn with(self, view: impl Into<View>) -> Self {
        append_all(&self.0, view.into());
        self
    }

    /// Listens.
    pub(crate) fn on(self, event: &'static str, handler: impl Fn(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(handler));
        self
    }

    /// Keeps an attribute as this says; `None` removes it.
    pub(crate) fn live_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        live_attribute(&self.0, name, give(value));
        self
    }

    /// Keeps an attribute without a value (`hidden`, `disabled`) as this says.
    pub(crate) fn live_flag(self, name: &'static str, is: impl Fn() -> bool + 'static) -> Self {
        live_flag(&self.0, name, give(is));
        self
    }

    /// Adds a text that stays as this says.
    pub(crate) fn live_text(self, text: impl Fn() -> String + 'static) -> Self {
        live_text(&self.0, give(text));
        self
    }

    /// Adds elements that are made anew whenever this value is another one. What the view reads while it is made does not count.
    pub(crate) fn live<K: PartialEq + 'static, V: Into<View>>(
        self,
        value: impl Fn() -> K + 'static,
        view: impl Fn(&K) -> V + 'static,
    ) -> Self {
        live_part(&self.0, give(value), Box::new(move |value: &K| view(value).into()));
        self
    }

    /// Adds an element per key: made once, moved when its key moves, gone with it.
    pub(crate) fn each(
        self,
        keys: impl Fn() -> Vec<Key> + 'static,
        view: impl Fn(&Key) -> Option<El> + 'static,
    ) -> Self {
        keyed::each(&self.0, give(keys), Box::new(view));
        self
    }

    /// Ties the value of a field and a text together.
    pub(crate) fn bind(self, value: &Live<String>) -> Self {
        let (element, shown, typed) = (self.node(), value.clone(), value.clone());
        effect(move || shown.with(|value| set_value(&element, value)));
        self.on("input", move |event| typed.set(event_target_value(&event)))
    }

    /// Keeps a box ticked as this says.
    pub(crate) fn live_checked(self, is: impl Fn() -> bool + 'static) -> Self {
        let element = self.node();
        effect(move || set_property(&element, "checked", &JsValue::from_bool(is())));
        self
    }
}

/// What makes a row the same row.
pub(crate) type Key = Rc<str>;

fn live_attribute(element: &Element, name: &'static str, value: Give<Option<String>>) {
    let element = element.clone();
    live_value(value, Box::new(move |value: Option<&str>| set_attribute(&element, name, value)));
}

fn live_flag(element: &Element, name: &'static str, is: Give<bool>) {
    live_attribute(element, name, give(move || is.call(()).then(String::new)));
}

fn live_text(parent: &Element, text: Give<String>) {
    let node = dom::document().create_text_node("");
    append(parent, &node);
    let text = give(move || Some(text.call(())));
    live_value(text, Box::new(move |text: Option<&str>| node.set_data(text.unwrap_or_default())));
}

/// Hands a value on when it differs from the last one.
fn live_value(value: Give<Option<String>>, show: Box<dyn for<'a> Call<Option<&'a str>, ()>>) {
    let last = RefCell::new(None);
    effect(move || {
        let new = Some(value.call(()));
        let mut last = last.borrow_mut();
        if *last != new {
            show.call(new.as_ref().and_then(Option::as_deref));
            *last = new;
        }
    });
}

/// The one piece of [`El::live`] that there is for each type of value.
fn live_part<K: PartialEq + 'static>(
    parent: &Element,
    value: Give<K>,
    view: Box<dyn for<'a> Call<&'a K, View>>,
) {
    let last = RefCell::new(None);
    let part = move |owner: &Owner| {
        let new = value.call(());
        let mut last = last.borrow_mut();
        if last.as_ref() == Some(&new) {
            return None;
        }
        let made = remake(owner, &|()| view.call(&new));
        *last = Some(new);
        Some(made)
    };
    live_view(parent, Box::new(part));
}

fn remake(owner: &Owner, make: &dyn Call<(), View>) -> View {
    untrack(|| owner.with_cleanup(|| make.call(())))
}

/// Shows what this gives in place of what it gave before; `None` says that it is the same.
fn live_view(parent: &Element, part: Box<dyn for<'a> Call<&'a Owner, Option<View>>>) {
    // An empty text marks the place; unlike a comment it says nothing in a dump of the page.
    let (parent, end) = (parent.clone(), dom::document().create_text_node(""));
    append(&parent, &end);
    let shown = RefCell::new(View::default());
    // What is shown outlives the run that made it, so it has an owner of its own.
    let owner = Owner::new();
    effect(move || {
        let Some(new) = part.call(&owner) else { return };
        for node in shown.replace(View::default()).0 {
            remove(&node);
        }
        for node in &new.0 {
            insert(&parent, node, Some(&end));
        }
        shown.replace(new);
    });
}

struct Listener {
    target: Element,
    event: &'static str,
    handler: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // An element that is taken away can still lose the focus, and nobody would be there to hear of it.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.event, self.handler.as_ref().unchecked_ref());
    }
}

fn listen(target: &Element, event: &'static str, handler: Box<dyn Call<Event, ()>>) {
    let handler = Closure::<dyn FnMut(Event)>::new(move |event| handler.call(event));
    let _ = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    keep(Box::new(Listener { target: target.clone(), event, handler }));
}

// The DOM calls below fail only for a node that is its own ancestor or a name with impossible characters.

/// Sets an attribute, or takes it away.
pub(crate) fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn set_value(element: &Element, value: &str) {
    // Setting the same value would move the cursor to the end.
    if js_sys::Reflect::get(element, &"value".into()).ok().and_then(|old| old.as_string()).as_deref()
        != Some(value)
    {
        set_property(element, "value", &value.into());
    }
}

fn set_property(element: &Element, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(element, &name.into(), value);
}

fn append_all(parent: &Element, view: View) {
    for node in view.0 {
        append(parent, &node);
    }
}

fn append(parent: &Element, node: &Node) {
    let _ = parent.append_child(node);
}

fn insert(parent: &Element, node: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(node, before);
}

fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}
