//! One way for things to go wrong: a use case answers a [`Fault`], a handler passes it on as [`Failed`], and the
//! layer around the routes turns it into a page in the reader's language (here) or a problem document (REST).

use crate::{
    i18n::{Locale, td_string},
    page::{Look, PageContext},
    time::clock,
    ui::{Notice, format::left_to_right},
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Conflict, Fault, FieldCode};
use jiff::SignedDuration;
use leptos::prelude::*;

/// A fault on its way out. As a bare response it has the right status and no body; the error layer fills it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(pub Fault);

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        if let Fault::TooMany { wait } = self.0 {
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a fault, the same for pages and REST.
pub fn status(fault: &Fault) -> StatusCode {
    match fault {
        Fault::Invalid(_) | Fault::Conflict(Conflict::IdempotencyKeyReused) => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Conflict(_) => StatusCode::CONFLICT,
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::SignInRequired => StatusCode::UNAUTHORIZED,
        Fault::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The page for an answer that has no page of its own.
pub fn page(context: &PageContext, status: StatusCode, fault: Option<&Fault>) -> Response {
    let t = context.locale;
    let (heading, text) = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            (td_string!(t, common.error.not_found), td_string!(t, common.error.not_found_text))
        }
        StatusCode::FORBIDDEN => (td_string!(t, common.error.cross_site), td_string!(t, common.error.cross_site_text)),
        StatusCode::CONFLICT => (
            td_string!(t, common.error.conflict),
            match fault {
                Some(Fault::Conflict(conflict)) => conflict_text(t, *conflict),
                _ => td_string!(t, common.error.conflict_text),
            },
        ),
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            td_string!(t, common.error.invalid),
            match fault {
                Some(Fault::Conflict(conflict)) => conflict_text(t, *conflict),
                _ => td_string!(t, common.error.invalid_text),
            },
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            (td_string!(t, common.error.too_large), td_string!(t, common.error.too_large_text))
        }
        StatusCode::TOO_MANY_REQUESTS => {
            return wait_page(context, if let Some(Fault::TooMany { wait }) = fault { *wait } else { MINUTE });
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            (td_string!(t, common.error.unavailable), td_string!(t, common.error.unavailable_text))
        }
        _ => (td_string!(t, common.error.internal), td_string!(t, common.error.internal_text)),
    };
    let ours = status.is_server_error();
    let phone = left_to_right(&context.municipality.phone);
    let reference = left_to_right(&context.reference.0);
    let heading_text = heading.to_owned();
    context.page_with(status, Look::PUBLIC.private(), heading, move || {
        view! {
            <h1>{heading_text}</h1>
            <p class="lead">{text}</p>
            <Notice>
                <p>{td_string!(t, common.error.call_us, phone = phone.clone())}</p>
                {ours.then(|| view! { <p>{td_string!(t, common.error.reference, reference = reference.clone())}</p> })}
            </Notice>
            <p><a href="/">{td_string!(t, common.error.to_start)}</a></p>
        }
    })
}

/// In seconds.
const MINUTE: u32 = 60;

/// When to try again, that nothing is lost, and the ways that have no limit.
fn wait_page(context: &PageContext, wait: u32) -> Response {
    let t = context.locale;
    let when = if wait <= MINUTE {
        td_string!(t, common.error.too_many_minute).to_owned()
    } else {
        // The first whole minute by which the wait is over.
        let until = context.clock.now + SignedDuration::from_secs(i64::from(wait) + i64::from(MINUTE) - 1);
        let time = left_to_right(&clock(t, context.clock.time(until)));
        td_string!(t, common.error.too_many_until, time = time).to_string()
    };
    let phone = left_to_right(&context.municipality.phone);
    let title = td_string!(t, common.error.too_many);
    context.page_with(StatusCode::TOO_MANY_REQUESTS, Look::PUBLIC.private(), title, move || {
        view! {
            <h1>{title}</h1>
            <p class="lead">{when}</p>
            <p>{td_string!(t, common.error.too_many_saved)}</p>
            <Notice>
                <p>{td_string!(t, common.error.too_many_ways)}</p>
                <p>{td_string!(t, common.error.call_us, phone = phone.clone())}</p>
            </Notice>
            <ul>
                <li><a href="/akut">{td_string!(t, common.footer.urgent)}</a></li>
                <li><a href="/kontakt">{td_string!(t, common.footer.contact)}</a></li>
                <li><a href="/">{td_string!(t, common.error.to_start)}</a></li>
            </ul>
        }
    })
}

/// What to do about a faulty field, in the reader's language.
pub fn field_text(t: Locale, code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => td_string!(t, common.field.required),
        FieldCode::NotAnAmount => td_string!(t, common.field.not_an_amount),
        FieldCode::NotANumber => td_string!(t, common.field.not_a_number),
        FieldCode::OutOfRange => td_string!(t, common.field.out_of_range),
        FieldCode::TooLong => td_string!(t, common.field.too_long),
        FieldCode::TooMany => td_string!(t, common.field.too_many),
        FieldCode::UnknownChoice => td_string!(t, common.field.unknown_choice),
        FieldCode::NotAMonth => td_string!(t, common.field.not_a_month),
        FieldCode::NotADate => td_string!(t, common.field.not_a_date),
        FieldCode::NormNotKnown => td_string!(t, common.field.norm_not_known),
        FieldCode::DoesNotFit => td_string!(t, common.field.does_not_fit),
        FieldCode::Malformed | FieldCode::UnknownField => td_string!(t, common.field.malformed),
        FieldCode::UnknownFileType => td_string!(t, common.field.unknown_file_type),
        FieldCode::FileTooLarge => td_string!(t, common.field.file_too_large),
        FieldCode::FileEmpty => td_string!(t, common.field.file_empty),
        FieldCode::PapersFull => td_string!(t, common.field.papers_full),
    }
}

/// Why it could not be done, and what to do now.
pub fn conflict_text(t: Locale, conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::SlotTaken => td_string!(t, common.conflict.slot_taken),
        Conflict::AlreadyBooked => td_string!(t, common.conflict.already_booked),
        Conflict::VisitPassed => td_string!(t, common.conflict.visit_passed),
        Conflict::VersionConflict => td_string!(t, common.conflict.version_conflict),
        Conflict::IdempotencyKeyReused => td_string!(t, common.conflict.key_reused),
        Conflict::AlreadySent => td_string!(t, common.conflict.already_sent),
        Conflict::CaseTaken => td_string!(t, common.conflict.case_taken),
        Conflict::CaseClosed => td_string!(t, common.conflict.case_closed),
        Conflict::AlreadyPublished => td_string!(t, common.conflict.already_published),
        Conflict::LawNotConfirmed => td_string!(t, common.conflict.law_not_confirmed),
        Conflict::TicketMoved => td_string!(t, common.conflict.ticket_moved),
        Conflict::NobodyWaiting => td_string!(t, common.conflict.nobody_waiting),
    }
}
