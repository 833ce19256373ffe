//! What stands around every page: skip link, top bar, footer, and the gate that is the sign of the service.

use super::markup::{Content, Finish};
use leptos::prelude::*;

use super::given;

/// A language one can switch to, named in itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageLink {
    /// "sv", "en", "ar": `lang` and `hreflang`.
    pub code: String,
    /// "Svenska", "English", "العربية".
    pub name: String,
    /// This page in that language.
    pub href: String,
    /// The language of the page.
    pub current: bool,
}

/// A link of the bar or the footer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NavLink {
    /// Where to.
    pub href: String,
    /// The words.
    pub text: String,
    /// The page one is on.
    pub current: bool,
}

impl NavLink {
    /// A link to another page.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into(), current: false }
    }
}

fn nav_items(links: Vec<NavLink>) -> impl IntoView {
    links
        .into_iter()
        .map(|link| view! { <li><a href=link.href aria-current=link.current.then_some("page")>{link.text}</a></li> })
        .collect_view()
}

/// The first thing on a page for those who use a keyboard: over the bar, to the content (`<main id="main" tabindex="-1">`).
#[component]
pub fn SkipLink(
    /// "Gå till innehållet".
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <a class="skip-link" href="#main">{text}</a> }.finished()
}

/// The sign: a gate that stands open, with light inside. Always beside the name.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 24 28" width="24" height="28" aria-hidden="true" focusable="false">
            <path class="gate-light" d="M4 27V12a8 8 0 0 1 16 0v15z" />
            <path class="gate-leaf" d="M4 27V12a8 8 0 0 1 5.5-7.6L12.5 9v18z" />
            <path class="gate-arch" d="M3.5 27V12a8.5 8.5 0 0 1 17 0v15" />
        </svg>
    }
    .finished()
}

/// The gate as a picture, with light falling out of it. Says nothing that the words do not; hidden on narrow screens.
#[component]
pub fn Gate() -> impl IntoView {
    view! {
        <svg class="gate" viewBox="0 0 240 300" aria-hidden="true" focusable="false">
            <path class="gate-floor" d="M118 250h66l52 50H58z" />
            <path class="gate-light" d="M56 250V116a64 64 0 0 1 128 0v134z" />
            <path class="gate-leaf" d="M56 250V116a64 64 0 0 1 40-59.3l24 35.300v176z" />
            <path class="gate-arch" d="M54 250V116a66 66 0 0 1 132 0v134" />
            <path class="gate-step" d="M22 250h32M186 250h32" />
            <circle class="gate-knob" cx="109" cy="178" r="4" />
        </svg>
    }
    .finished()
}

/// The bar at the top: the name, and the way out in the same corner of every page. Languages and account stand in a row
/// under it, which scrolls away while the bar stays. Staff have everything in one row.
#[component]
pub fn TopBar(
    /// "Porten".
    #[prop(into)]
    brand: String,
    /// Which part, after the name: "Reception Södra".
    #[prop(optional, into)]
    place: String,
    /// The start page.
    #[prop(default = "/".to_owned(), into)]
    home: String,
    /// The languages.
    #[prop(optional)]
    languages: Vec<LanguageLink>,
    /// What the list of languages is called, for screen readers: "Språk".
    #[prop(optional, into)]
    languages_label: String,
    /// Links of the signed-in person or of the staff room.
    #[prop(optional)]
    links: Vec<NavLink>,
    /// What the row of account links, name and "Logga ut" is called, for screen readers: "Konto".
    #[prop(optional, into)]
    links_label: String,
    /// Who is signed in: "Inloggad som Anna".
    #[prop(optional, into)]
    who: String,
    /// "Logga ut"; empty = no such button.
    #[prop(optional, into)]
    sign_out_label: String,
    /// "Lämna sidan"; empty = no such button (staff).
    #[prop(optional, into)]
    leave_label: String,
    /// Denser, everything in one row.
    #[prop(optional)]
    staff: bool,
    /// The urgent strip, where it must stay in sight.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let languages = (!languages.is_empty()).then(|| {
        let items = languages
            .into_iter()
            .map(|language| {
                view! {
                    <li>
                        <a
                            href=language.href
                            lang=language.code.clone()
                            hreflang=language.code
                            dir="auto"
                            rel="nofollow"
                            aria-current=language.current.then_some("true")
                        >
                            {language.name}
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! { <nav class="languages" aria-label=given(languages_label)><ul class="nav-list">{items}</ul></nav> }
    });
    let links = (!links.is_empty()).then(|| {
        view! { <ul class="nav-list account-links">{nav_items(links)}</ul> }
    });
    let sign_out = given(sign_out_label).map(|label| {
        view! { <form class="sign-out" method="post" action="/logga-ut"><button class="link-button" type="submit">{label}</button></form> }
    });
    let who = given(who).map(|text| view! { <p class="who">{text}</p> });
    let account = (links.is_some() || sign_out.is_some() || who.is_some())
        .then(|| view! { <nav class="account" aria-label=given(links_label)>{who}{links}{sign_out}</nav> });
    let tools = (languages.is_some() || account.is_some())
        .then(|| view! { <div class="tools"><div class="tools-in">{languages}{account}</div></div> }.finished());
    let (inside, under) = if staff { (tools, None) } else { (None, tools) };
    let leave = given(leave_label).map(|label| {
        view! { <form class="leave" method="post" action="/lamna"><button class="leave-button" type="submit">{label}</button></form> }
    });
    view! {
        <header class=if staff { "top top--staff" } else { "top" }>
            <div class="top-in">
                <a class="brand" href=home>
                    <Logo />
                    <span>{brand}{given(place).map(|place| view! { <span class="brand-place">" · "{place}</span> })}</span>
                </a>
                {inside}
                {leave}
            </div>
            {children.map(Content::view)}
        </header>
        {under}
    }
    .finished()
}

/// The foot of every page.
#[component]
pub fn Footer(
    /// Whose service it is and how to reach them, a line each.
    #[prop(optional)]
    lines: Vec<String>,
    /// Accessibility, personal data, comments…
    #[prop(optional)]
    links: Vec<NavLink>,
    /// What the links are called, for screen readers: "Om webbplatsen".
    #[prop(optional, into)]
    links_label: String,
) -> impl IntoView {
    let about = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let links = (!links.is_empty()).then(|| {
        view! { <nav aria-label=given(links_label)><ul class="nav-list foot-links">{nav_items(links)}</ul></nav> }
    });
    view! {
        <footer class="foot">
            <div class="foot-in">
                <div class="foot-about">{about}</div>
                {links}
            </div>
        </footer>
    }
    .finished()
}
