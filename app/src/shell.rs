//! The document around every page: head, skip link, top bar, main, footer.

use crate::{
    i18n::{Locale, td_string},
    page::{Area, Look, PageContext},
    settings,
    ui::{Footer, LanguageLink, NavLink, SkipLink, TopBar, UrgentStrip},
};
use domain::account::{Role, Who};
use leptos::prelude::*;

/// (code, own name, direction) of the languages.
const LANGUAGES: [(Locale, &str, &str); 3] =
    [(Locale::sv, "sv", "Svenska"), (Locale::en, "en", "English"), (Locale::ar, "ar", "العربية")];

/// Text direction of a language.
pub fn direction(t: Locale) -> &'static str {
    if t == Locale::ar { "rtl" } else { "ltr" }
}

/// A whole document.
pub fn document<V: IntoView + 'static>(context: &PageContext, look: Look, title: &str, main: V) -> impl IntoView {
    let t = context.locale;
    let code = LANGUAGES.iter().find(|(locale, ..)| *locale == t).map_or("sv", |(_, code, _)| *code);
    let staff = look.area == Area::Staff;
    // Titles of a person's pages are neutral: they stand in the browser's history.
    let title = if look.area == Area::Public {
        format!("{title} · {}", td_string!(t, common.brand))
    } else {
        title.to_owned()
    };
    // On the start page the strip stays in sight while one scrolls; elsewhere it is the first thing of the content.
    let (sticky, first) = if look.start { (look.urgent, false) } else { (false, look.urgent) };
    view! {
        <!DOCTYPE html>
        <html lang=code dir=direction(t)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {(!look.refresh.is_empty()).then(|| view! {
                    <noscript><meta http-equiv="refresh" content=look.refresh /></noscript>
                })}
                <title>{title}</title>
                <link rel="stylesheet" href=context.assets.css.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {look.island.then(|| view! {
                    <link rel="preload" href=context.assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                    <script type="module" src=context.assets.boot.clone()></script>
                })}
            </head>
            <body class=staff.then_some("staff")>
                {(!look.bare).then(|| view! {
                    <SkipLink text=td_string!(t, common.skip) />
                    {top_bar(context, look, sticky)}
                })}
                <main class=if look.start { "page page--start" } else { "page" } id="main" tabindex="-1">
                    {first.then(|| urgent_strip(t))}
                    {main}
                </main>
                {(!look.bare).then(|| footer(context))}
            </body>
        </html>
    }
}

fn urgent_strip(t: Locale) -> impl IntoView {
    view! {
        <UrgentStrip title=td_string!(t, common.urgent.title) text=td_string!(t, common.urgent.text) href="/akut" />
    }
}

fn top_bar(context: &PageContext, look: Look, urgent: bool) -> impl IntoView {
    let t = context.locale;
    let languages = LANGUAGES
        .iter()
        .map(|(locale, code, name)| LanguageLink {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            href: language_address(&context.path, code),
            current: *locale == t,
        })
        .collect();
    let links = match &context.actor.who {
        Who::Applicant { .. } => vec![NavLink::new("/mina-sidor", td_string!(t, common.my_pages))],
        Who::Staff { roles, .. } => {
            let mut links = vec![NavLink::new("/personal", td_string!(t, common.staff_pages))];
            if roles.contains(&Role::Administrator) {
                links.push(NavLink::new(settings::INDEX, td_string!(t, settings.title)));
            }
            links
        }
        // A guest may have an e-ID after all.
        Who::Guest { .. } | Who::Anonymous | Who::System => {
            vec![NavLink::new("/logga-in", td_string!(t, common.sign_in))]
        }
    };
    let signed_in = context.actor.session().is_some();
    let who = match (&context.actor.who, &context.display_name) {
        (Who::Staff { .. }, Some(name)) => td_string!(t, common.signed_in_as, name = name.to_string()).to_string(),
        // An applicant's name on every page helps whoever looks over her shoulder.
        _ => String::new(),
    };
    let sign_out = if signed_in { td_string!(t, common.sign_out) } else { "" };
    view! {
        <TopBar
            brand=td_string!(t, common.brand)
            languages=languages
            languages_label=td_string!(t, common.language)
            links=links
            links_label=td_string!(t, common.account)
            who=who
            sign_out_label=sign_out
            leave_label=td_string!(t, common.leave)
            staff=look.area == Area::Staff
        >
            {urgent.then(|| urgent_strip(t))}
        </TopBar>
    }
}

/// This page in another language. A page that answered a POST leads to its own address.
fn language_address(path: &str, code: &str) -> String {
    let (address, query) = path.split_once('?').unwrap_or((path, ""));
    let mut link = format!("{address}?lang={code}");
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        link.push('&');
        link.push_str(pair);
    }
    link
}

fn footer(context: &PageContext) -> impl IntoView {
    let t = context.locale;
    view! {
        <Footer
            lines=vec![td_string!(t, common.footer.of, name = context.municipality.name.clone()).to_string()]
            links=vec![
                NavLink::new("/akut", td_string!(t, common.footer.urgent)),
                NavLink::new("/kontakt", td_string!(t, common.footer.contact)),
                NavLink::new("/tillganglighet", td_string!(t, common.footer.accessibility)),
                NavLink::new("/personuppgifter", td_string!(t, common.footer.privacy)),
            ]
            links_label=td_string!(t, common.footer.about)
        />
    }
}

#[cfg(test)]
mod tests {
    use super::language_address;

    #[test]
    fn language_links_keep_the_query() {
        assert_eq!(language_address("/rakna", "ar"), "/rakna?lang=ar");
        assert_eq!(language_address("/a?kontor=sodra", "en"), "/a?lang=en&kontor=sodra");
    }
}
