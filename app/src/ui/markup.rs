//! Finished markup: how pages of many pieces stay quick to compile.
//!
//! Pages are rendered once, on the server, from the inside out. Leptos' own erased view carries code for everything a view
//! could still be asked (mounting, updating, streaming), once for every type of view: most of what the compiler had to do.

use leptos::{
    children::{ChildrenOptContainer, ToChildren},
    prelude::*,
    tachys::html::InertElement,
};

/// A view that becomes its HTML at once. Not for what changes in the browser.
pub trait Finish {
    /// The HTML, as a view of one type, whatever it was made of.
    fn finished(self) -> AnyView;
}

impl<V: RenderHtml> Finish for V {
    fn finished(self) -> AnyView {
        InertElement::new(self.to_html()).into_any()
    }
}

/// What stands between a component's tags, finished before the component is.
pub struct Content(AnyView);

impl Content {
    /// As a part of the component's view.
    pub fn view(self) -> AnyView {
        self.0
    }
}

impl<F, V> ToChildren<F> for Content
where
    F: FnOnce() -> V,
    V: RenderHtml,
{
    fn to_children(make: F) -> Self {
        Self(make().finished())
    }
}

impl<V: RenderHtml> ToChildren<ChildrenOptContainer<V>> for Content {
    fn to_children(container: ChildrenOptContainer<V>) -> Self {
        Self(container.0.finished())
    }
}
