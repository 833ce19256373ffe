//! The waiting room's screen: numbers, and nothing about who or what.

use crate::ui::Finish;
use crate::{i18n::td_string, page::PageContext};
use domain::reception::Screen;
use leptos::prelude::*;

/// The called numbers, the last called first. The part with the id `ko` is what an open screen fetches anew.
pub fn screen(context: &PageContext, title: &str, office: &str, screen: &Screen) -> impl IntoView + use<> {
    let t = context.locale;
    let events = format!("/api/v1/offices/{office}/screen-events");
    let none = screen.called.is_empty();
    let calls = screen
        .called
        .iter()
        .map(|number| view! { <li class="board-call"><span class="board-number">{*number}</span></li> })
        .collect_view();
    view! {
        <h1>{title.to_owned()}</h1>
        <div id="ko" class="wide" data-events=events aria-live="polite">
            {if none {
                view! { <p class="lead">{td_string!(t, reception.screen.none)}</p> }.finished()
            } else {
                view! {
                    <h2>{td_string!(t, reception.screen.heading)}</h2>
                    <ul class="board">{calls}</ul>
                }
                .finished()
            }}
        </div>
        <p class="board-where">{td_string!(t, reception.screen.wait)}</p>
        <script type="module" src="/board.js"></script>
    }
}
