//! The live estimate: calculates in the browser with the server's own code while the person types. Without it the
//! button gives the same figures.

use super::words::Words;
use domain::norm::{NormTables, Practices};
use leptos::prelude::*;

/// The live panel beside the form with id `rakna`, hidden until somebody types. `tables`, `practices`: of the months that can
/// be chosen.
///
/// It holds no signals: one listener writes one element. Reactive views would cost the phone some kilobytes for nothing.
#[island]
pub fn LiveEstimate(tables: NormTables, practices: Practices, words: Words) -> impl IntoView {
    let heading = words.get("live").to_owned();
    #[cfg(feature = "hydrate")]
    browser::listen(tables, practices, words);
    #[cfg(not(feature = "hydrate"))]
    drop((tables, practices, words)); // only the browser calculates
    view! {
        <section id="live" class="live" hidden=true>
            <h2>{heading}</h2>
            <p id="live-headline" class="lead live-headline" aria-live="polite" aria-atomic="true"></p>
            <div id="live-figures"></div>
        </section>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::norm::{form::EstimateForm, live, words::Words};
    use domain::norm::{NormTables, Practices};
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };
    use wasm_bindgen::{JsCast, prelude::Closure};
    use web_sys::{Element, Event, FormData, HtmlFormElement};

    /// The headline is read aloud: it waits until nobody has typed for so long.
    const REST_MILLISECONDS: i32 = 800;

    /// Calculates at every keystroke in the form, for as long as the page lives.
    pub fn listen(tables: NormTables, practices: Practices, words: Words) {
        let Some(window) = web_sys::window() else { return };
        let headline = Rc::new(RefCell::new(String::new()));
        let said = Rc::clone(&headline);
        let say = Closure::<dyn Fn()>::new(move || set_headline(&said.borrow()));
        let timer = Cell::new(0);
        let of_timer = window.clone();
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let Some(pairs) = typed(&event) else { return };
            let (text, figures) = match EstimateForm::read(&pairs).request.estimate_by(&tables, &practices) {
                Ok(estimate) => (words.headline(&estimate), live::markup(&words, &estimate)),
                Err(faults) => (live::unreadable(&words, &faults).to_owned(), String::new()),
            };
            show(&figures);
            headline.replace(text);
            of_timer.clear_timeout_with_handle(timer.get());
            let waiting = of_timer
                .set_timeout_with_callback_and_timeout_and_arguments_0(say.as_ref().unchecked_ref(), REST_MILLISECONDS);
            timer.set(waiting.unwrap_or_default());
        });
        let _listening = window.add_event_listener_with_callback("input", listener.as_ref().unchecked_ref());
        listener.forget();
    }

    /// Written only when it says something else than before: what is written is read aloud.
    fn set_headline(text: &str) {
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(line) = document.and_then(|document| document.get_element_by_id("live-headline"))
            && line.text_content().as_deref() != Some(text)
        {
            line.set_text_content(Some(text));
        }
    }

    /// The pairs of the estimate's form, if that is where somebody typed.
    fn typed(event: &Event) -> Option<Vec<(String, String)>> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let form: HtmlFormElement = target.closest("#rakna").ok()??.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let mut pairs = Vec::new();
        for entry in js_sys::try_iter(&data).ok()?? {
            let pair: js_sys::Array = entry.ok()?.into();
            pairs.push((pair.get(0).as_string()?, pair.get(1).as_string().unwrap_or_default()));
        }
        Some(pairs)
    }

    fn show(markup: &str) {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        if let Some(figures) = document.get_element_by_id("live-figures") {
            figures.set_inner_html(markup);
        }
        if let Some(panel) = document.get_element_by_id("live") {
            let _shown = panel.remove_attribute("hidden");
        }
    }
}
