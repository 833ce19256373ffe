//! The letters of this room. What stands in them is written in `app::message::notice`.

use super::store::Contact;
use crate::mail::Letter;
use app::{i18n::Locale, message::notice};
use domain::id::{MessageId, MunicipalityId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The letter that there is something new to read. The same for a receipt and for a decision: whoever else sees it must
/// learn neither what it is nor from whom.
pub(super) fn something_new(
    municipality: MunicipalityId,
    message: MessageId,
    contact: Contact,
    home: &str,
    now: Timestamp,
) -> Letter {
    let locale = match contact.language.as_str() {
        "en" => Locale::en,
        "ar" => Locale::ar,
        _ => Locale::sv,
    };
    let notice::Notice { subject, text, html } = notice::something_new(locale, home);
    Letter {
        id: letter_id(municipality, message),
        to: contact.email.unwrap_or_default(),
        date: now,
        subject,
        text,
        html,
    }
}

/// The first part of the Message-ID: always the same for one message, so that a mail program shows a duplicate once, and
/// a hash, so that it tells neither the authority nor the time in our ids.
fn letter_id(municipality: MunicipalityId, message: MessageId) -> String {
    let digest = Sha256::new()
        .chain_update(b"porten-letter-1")
        .chain_update(municipality.0.as_bytes())
        .chain_update(message.0.as_bytes())
        .finalize();
    digest.iter().take(16).fold(String::with_capacity(32), |mut id, byte| {
        // Writing to a string does not fail.
        let _written = write!(id, "{byte:02x}");
        id
    })
}
