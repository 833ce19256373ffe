//! Handing over e-mail: to a mail server, or, where none is set, as `.eml` files in the data folder.
//!
//! No request ever waits for this: only jobs hand over. What a hand-over answers is one of four things, and the fourth is
//! the reason for taking the steps one by one rather than by lettre's own transport: it was taken; not now; never; and
//! nobody knows ([`Refusal::Unknown`]), because the connection ended between our last byte and the server's last word.

mod folder;
mod smtp;

pub use self::smtp::Patience;

use self::{folder::Folder, smtp::Server};
use crate::config::Config;
use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use std::{sync::Arc, time::SystemTime};

/// Who sends when only files are written: a domain that exists nowhere (RFC 2606).
const NOBODY: &str = "no-reply@porten.invalid";

/// A letter, ready but for its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The first part of the Message-ID, letters and digits; the same whenever this letter is handed over again.
    pub id: String,
    /// As the person wrote it.
    pub to: String,
    pub date: Timestamp,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Why a letter was not certainly taken. The codes hold no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not now; another try may succeed. Nothing was taken.
    Later(&'static str),
    /// Not to this address, or not this letter. Nothing was taken.
    Never(&'static str),
    /// All was sent and no answer came: it may have been taken.
    Unknown(&'static str),
}

/// Why the mail server cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the certificates for TLS to the mail server: {0}")]
    Tls(#[source] lettre::transport::smtp::Error),
    #[error("the sender of mail is not an address")]
    Sender,
}

/// Takes letters. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Address,
    /// The service's public address: the only link a letter may hold.
    home: Arc<str>,
    way: Way,
}

#[derive(Debug, Clone)]
enum Way {
    Server(Arc<Server>),
    Folder(Arc<Folder>),
}

impl Mailer {
    /// The way the settings say.
    pub fn new(config: &Config) -> Result<Self, MailError> {
        let from = match &config.smtp_from {
            Some(from) => from.clone(),
            None => NOBODY.parse().map_err(|_| MailError::Sender)?,
        };
        let way = match &config.smtp_url {
            Some(url) => {
                let authority = config.smtp_authority.clone();
                let server = Server::new(url, authority, from.domain()).map_err(MailError::Tls)?;
                Way::Server(Arc::new(server))
            }
            None => Way::Folder(Arc::new(Folder::new(config.data.join("outbox")))),
        };
        Ok(Self { from, home: config.public_url.origin().into(), way })
    }

    /// The same, waiting this long for a mail server.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        let way = match self.way {
            Way::Server(server) => Way::Server(Arc::new(server.with_patience(patience))),
            folder @ Way::Folder(_) => folder,
        };
        Self { way, ..self }
    }

    /// The service's public address, without a slash at the end.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// Hands one letter over.
    pub async fn hand_over(&self, letter: &Letter) -> Result<(), Refusal> {
        let to = recipient(&letter.to).ok_or(Refusal::Never("address"))?;
        let bytes = self.written(letter, to.clone())?;
        match &self.way {
            Way::Server(server) => server.send(&self.from, &to, &bytes).await,
            Way::Folder(folder) => folder.keep(&letter.id, &bytes).await.map_err(|error| {
                tracing::warn!(kind = %error.kind(), "a letter could not be written to the outbox");
                Refusal::Later("outbox")
            }),
        }
    }

    /// The letter as it travels. Every header is of lettre's types, which encode what has no place in a header.
    fn written(&self, letter: &Letter, to: Address) -> Result<Vec<u8>, Refusal> {
        // Says to answering machines: do not answer (RFC 3834).
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let message = Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, to))
            .date(SystemTime::from(letter.date))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.domain())))
            .subject(letter.subject.as_str())
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|_| Refusal::Never("letter"))?;
        Ok(message.formatted())
    }
}

/// The address, if it is one and nothing else: no white space, nothing that could begin a line or a second address.
fn recipient(text: &str) -> Option<Address> {
    let odd =
        |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"' | ',' | ';');
    if text.contains(odd) { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        Mailer {
            from: "no-reply@post.example".parse().unwrap(),
            home: "https://porten.example".into(),
            way: Way::Folder(Arc::new(Folder::new(std::path::PathBuf::from("/nowhere")))),
        }
    }

    fn letter() -> Letter {
        Letter {
            id: "0123abcd".to_owned(),
            to: "anna@post.example".to_owned(),
            date: "2026-11-23T08:00:00Z".parse().unwrap(),
            subject: "Något nytt".to_owned(),
            text: "Text å\n".to_owned(),
            html: "<p>Text å</p>".to_owned(),
        }
    }

    fn headers(letter: &Letter) -> Vec<String> {
        let to = recipient(&letter.to).unwrap();
        let text = String::from_utf8(mailer().written(letter, to).unwrap()).unwrap();
        text.split_once("\r\n\r\n").unwrap().0.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn the_headers_are_these_and_no_others() {
        let mut names: Vec<String> = headers(&letter())
            .iter()
            .filter(|line| !line.starts_with(' ') && !line.starts_with('\t'))
            .filter_map(|line| line.split_once(':').map(|(name, _)| name.to_owned()))
            .collect();
        names.sort();
        assert_eq!(
            names,
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]
        );
        let lines = headers(&letter());
        for expected in [
            "From: no-reply@post.example",
            "To: anna@post.example",
            "Message-ID: <0123abcd@post.example>",
            "Date: Mon, 23 Nov 2026 08:00:00 +0000",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:?}");
        }
    }

    #[test]
    fn nothing_can_begin_a_header_of_its_own() {
        for bad in [
            "anna@post.example\r\nBcc: eve@post.example",
            "anna@post.example\nBcc: eve@post.example",
            "anna@post.example,eve@post.example",
            "Anna <anna@post.example>",
            "\"a\r\nb\"@post.example",
            "anna@post.example ",
            "anna",
            "@post.example",
            "",
        ] {
            assert_eq!(recipient(bad), None, "{bad:?}");
        }
        let subject = "Nytt\r\nBcc: eve@post.example\r\n\r\nbody".to_owned();
        let lines = headers(&Letter { subject, ..letter() });
        assert!(!lines.iter().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{lines:?}");
    }
}
