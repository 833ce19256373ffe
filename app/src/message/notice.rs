//! What is written in an e-mail about messages.
//!
//! Somebody else may read it, on a shared telephone or over a shoulder. So it says neither what it is about nor which
//! authority writes: no kind, no amount, no name, no path in its only link.

use crate::{
    i18n::{Locale, td_string},
    page::render,
    shell::direction,
};
use leptos::prelude::*;

/// The words of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub subject: String,
    pub text: String,
    /// A whole document without styles, images or anything fetched from elsewhere: a picture would tell when it was read.
    pub html: String,
}

/// There is something new to read. `home` is the root of the service's public address.
pub fn something_new(t: Locale, home: &str) -> Notice {
    let subject = td_string!(t, message.notice.subject);
    let body = td_string!(t, message.notice.text);
    let home = format!("{}/", home.trim_end_matches('/'));
    let language = match t {
        Locale::sv => "sv",
        Locale::en => "en",
        Locale::ar => "ar",
    };
    let link = home.clone();
    let html = render(|| {
        view! {
            <!DOCTYPE html>
            <html lang=language dir=direction(t)>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{subject}</title>
                </head>
                <body>
                    <p>{body}</p>
                    <p><a href=link.clone() dir="ltr">{link.clone()}</a></p>
                </body>
            </html>
        }
    });
    Notice { subject: subject.to_owned(), text: format!("{body}\n\n{home}\n"), html }
}
