//! What the service says: lead, notices, the answer, a date that matters.

use super::markup::{Content, Finish};
use leptos::prelude::*;

use super::{given, unbroken};

/// What a notice or a tag means. The words carry it; the colour helps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// Something to do or to think of.
    Warn,
    /// It went well; granted.
    Good,
    /// It did not; urgent.
    Bad,
    /// Neither: a state among others.
    Neutral,
}

impl Tone {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

/// The first sentences under a heading.
#[component]
pub fn Lead(
    /// The words.
    children: Content,
) -> impl IntoView {
    view! { <p class="lead">{children.view()}</p> }.finished()
}

/// What may be read last: when, which case.
#[component]
pub fn Small(
    /// The words.
    children: Content,
) -> impl IntoView {
    view! { <p class="small">{children.view()}</p> }.finished()
}

/// The strip for those who cannot wait: short, red, first on every public page and form. Inside [`super::TopBar`] it
/// stays in sight; as the first thing in `main` it scrolls with the page.
#[component]
pub fn UrgentStrip(
    /// The question, which is the link.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(into)]
    text: String,
    /// Where the link leads.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    view! {
        <div class="urgent">
            <p class="urgent-in"><a class="urgent-link" href=href>{title}</a>" "<span class="urgent-text">{text}</span></p>
        </div>
    }
    .finished()
}

/// A box beside the text.
#[component]
pub fn Notice(
    /// What it means.
    #[prop(optional)]
    kind: Tone,
    /// A heading in bold; not part of the outline of the page.
    #[prop(optional, into)]
    title: String,
    /// Paragraphs, lists.
    children: Content,
) -> impl IntoView {
    view! {
        <div class=format!("notice notice--{}", kind.name())>
            {given(title).map(|text| view! { <p class="notice-title">{text}</p> })}
            {children.view()}
        </div>
    }
    .finished()
}

/// The answer, first: the heading is the answer itself, in one sentence.
#[component]
pub fn Answer(
    /// The sentence: "Enligt riksnormen fattas cirka 5 970 kronor".
    #[prop(into)]
    headline: String,
    /// What kind of answer, above it: "Provräkning för november 2026".
    #[prop(optional, into)]
    about: String,
    /// The figure alone, large, when the headline does not hold it: "5 970 kr".
    #[prop(optional, into)]
    amount: String,
    /// A part of a page (h2) rather than its heading (h1).
    #[prop(optional)]
    part: bool,
    /// What it means and what happens next.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let headline = if part {
        view! { <h2 class="answer-headline">{headline}</h2> }.finished()
    } else {
        view! { <h1 class="answer-headline">{headline}</h1> }.finished()
    };
    view! {
        <div class="answer">
            {given(about).map(|text| view! { <p class="answer-about">{unbroken(text)}</p> })}
            {headline}
            {given(amount).map(|text| view! { <p class="answer-amount"><bdi>{unbroken(text)}</bdi></p> })}
            {children.map(|children| view! { <div class="answer-text">{children.view()}</div> })}
        </div>
    }
    .finished()
}

/// A date that matters, like a leaf of a calendar: the weekday written, the day large, the meaning in words.
#[component]
pub fn DateBox(
    /// The day, large: "14".
    #[prop(into)]
    day: String,
    /// "december".
    #[prop(optional, into)]
    month: String,
    /// "måndag".
    #[prop(optional, into)]
    weekday: String,
    /// The same day for machines: "2026-12-14".
    #[prop(optional, into)]
    datetime: String,
    /// What the day means, in one sentence that also holds the date.
    #[prop(into)]
    text: String,
    /// The few words that matter most, above: "Sista dag".
    #[prop(optional, into)]
    title: String,
) -> impl IntoView {
    let leaf = move || {
        view! {
            {given(weekday).map(|text| view! { <span class="date-box-small">{text}</span>" " })}
            <span class="date-box-day">{day}</span>
            {given(month).map(|text| view! { " "<span class="date-box-small">{text}</span> })}
        }
    };
    // `time` without a datetime must hold a machine-readable date itself, which this one does not.
    let leaf = match given(datetime) {
        Some(datetime) => view! { <time class="date-box-leaf" datetime=datetime>{leaf()}</time> }.finished(),
        None => view! { <span class="date-box-leaf">{leaf()}</span> }.finished(),
    };
    view! {
        <div class="date-box">
            <p class="date-box-date">{leaf}</p>
            <div class="date-box-text">
                {given(title).map(|text| view! { <p class="date-box-title">{text}</p> })}
                <p>{text}</p>
            </div>
        </div>
    }
    .finished()
}

/// A state in a word.
#[component]
pub fn Tag(
    /// What it means.
    #[prop(optional)]
    kind: Tone,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=format!("tag tag--{}", kind.name())>{text}</span> }.finished()
}

/// Nothing here, still loading, no network, full: a sentence that says so and what to do.
#[component]
pub fn Empty(
    /// What is so: "Inga besök bokade".
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(optional, into)]
    text: String,
    /// A way on.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            {given(text).map(|text| view! { <p>{text}</p> })}
            {children.map(Content::view)}
        </div>
    }
    .finished()
}
