//! Lists: ways on, facts, steps.

use super::markup::{Content, Finish};
use leptos::prelude::*;

use super::{given, unbroken};

/// One way on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkItem {
    /// Where to.
    pub href: String,
    /// What one does there.
    pub title: String,
    /// One line of explanation; may be empty.
    pub text: String,
}

impl LinkItem {
    /// A way on with its explanation.
    pub fn new(href: impl Into<String>, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), title: title.into(), text: text.into() }
    }
}

/// Ways on as a list of links, six at most.
#[component]
pub fn Choices(
    /// The ways.
    items: Vec<LinkItem>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <a class="choice" href=item.href>
                        <span class="choice-title">{item.title}</span>
                        {given(item.text).map(|text| view! { " "<span class="choice-text">{unbroken(text)}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="choices">{items}</ul> }.finished()
}

/// One fact, with a way to change it where that is possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub term: String,
    /// How it is.
    pub text: String,
    /// Where to change it; empty = it cannot be changed here.
    pub change_href: String,
    /// "Ändra".
    pub change_label: String,
}

impl Definition {
    /// A fact that is only read.
    pub fn new(term: impl Into<String>, text: impl Into<String>) -> Self {
        Self { term: term.into(), text: text.into(), ..Self::default() }
    }

    /// A fact that can be changed at that address.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.change_href = href.into();
        self.change_label = label.into();
        self
    }
}

/// Facts as term and text: a case in short, the answers before they are sent.
#[component]
pub fn DefinitionList(
    /// The facts.
    items: Vec<Definition>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|item| {
            // Heard alone, "Ändra" says nothing: the term is read with it.
            let about = item.term.clone();
            let change = given(item.change_href).map(|href| {
                view! {
                    <dd class="facts-change">
                        <a href=href>{item.change_label}<span class="hidden">" "{about}</span></a>
                    </dd>
                }
            });
            view! {
                <div class="facts-row">
                    <dt>{item.term}</dt>
                    <dd><bdi>{unbroken(item.text)}</bdi></dd>
                    {change}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="facts">{items}</dl> }.finished()
}

/// More for those who want it.
#[component]
pub fn Details(
    /// What is inside.
    #[prop(into)]
    summary: String,
    /// Whether it is open from the start.
    #[prop(optional)]
    open: bool,
    /// The inside.
    children: Content,
) -> impl IntoView {
    view! {
        <details class="details" open=open>
            <summary>{summary}</summary>
            <div class="details-in">{children.view()}</div>
        </details>
    }
    .finished()
}

/// Where one is in a form: in words, and drawn for those who look.
#[component]
pub fn Progress(
    /// "Steg 2 av 5 · Inkomster".
    #[prop(into)]
    text: String,
    /// This step, from 1.
    step: u32,
    /// Number of steps.
    of: u32,
) -> impl IntoView {
    let parts = (1..=of)
        .map(|part| view! { <span class=if part <= step { "progress-part progress-part--done" } else { "progress-part" }></span> })
        .collect_view();
    view! {
        <div class="progress">
            <p class="progress-text">{text}</p>
            <div class="progress-bar" aria-hidden="true">{parts}</div>
        </div>
    }
    .finished()
}
