//! The views of papers.

use super::{
    forms::{DRAFT, MINE, address},
    slots::{self, Slots},
    texts,
};
use crate::ui::Finish;
use crate::{
    i18n::{Locale, td_string},
    page::PageContext,
    time::{clock, long_date},
    ui::{
        Actions, Button, ButtonKind, Empty, ErrorSummary, FormState, HiddenKey, Lead, LinkButton, Notice, Tone,
        unbroken,
    },
};
use domain::document::{DocumentInfo, JointApplication, MediaType, SentApplication, UNSENT_DAYS};
use jiff::Timestamp;
use leptos::prelude::*;

/// What happened just before the page was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    None,
    Received,
    /// Some were received, others not.
    SomeReceived,
    /// Only what was said of them was saved.
    Saved,
    Removed,
}

/// The papers of one application.
pub struct Shelf {
    pub documents: Vec<DocumentInfo>,
    /// The application; none for the one being filled in.
    pub sent: Option<SentApplication>,
    /// What it needs; none as long as nothing is known of it.
    pub slots: Option<Slots>,
    pub news: News,
    pub state: FormState,
}

fn when(context: &PageContext, instant: Timestamp) -> String {
    let t = context.locale;
    format!("{} {}", long_date(t, context.clock.date(instant)), clock(t, context.clock.time(instant)))
}

/// "120 kB", "2,4 MB": what people know from their phones.
fn size(t: Locale, bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{}\u{a0}kB", bytes.div_ceil(1000));
    }
    let tenths = bytes / 100_000;
    let comma = if t == Locale::sv { ',' } else { '.' };
    format!("{}{comma}{}\u{a0}MB", tenths / 10, tenths % 10)
}

fn kind(t: Locale, kind: MediaType) -> &'static str {
    match kind {
        MediaType::Jpeg | MediaType::Png => td_string!(t, document.kind.picture),
        MediaType::Pdf => td_string!(t, document.kind.pdf),
    }
}

/// One paper: what it is, the file, and for one not yet sent the way to take it back.
fn paper(context: &PageContext, document: DocumentInfo, below: &str) -> impl IntoView + use<> {
    let t = context.locale;
    let id = document.document_id;
    let about = format!(
        "{} · {} · {}",
        kind(t, document.media_type),
        size(t, document.size),
        td_string!(t, document.received_at, time = when(context, document.uploaded_at))
    );
    let take_back = document.is_unsent() && below == DRAFT;
    let name = document.name;
    let again = name.clone();
    let kind = document.paper.map(|paper| texts::paper(t, paper).name);
    view! {
        <li class="paper">
            {kind.map(|kind| view! { <p class="paper-kind">{kind}</p> })}
            <p class="paper-name"><a href=format!("{below}/{id}/fil")><bdi>{name}</bdi></a></p>
            <p class="paper-about">{about}</p>
            {take_back.then(|| view! {
                <form method="post" action=format!("{DRAFT}/{id}/ta-bort")>
                    <HiddenKey value=format!("{}-{id}", context.fresh_key) />
                    <Button kind=ButtonKind::Secondary>
                        {td_string!(t, document.take_back)}
                        <span class="hidden">" "<bdi>{again}</bdi></span>
                    </Button>
                </form>
            })}
        </li>
    }
}

fn papers(context: &PageContext, documents: Vec<DocumentInfo>, below: &'static str) -> AnyView {
    let items = documents.into_iter().map(|document| paper(context, document, below)).collect_view();
    view! { <ul class="papers">{items}</ul> }.finished()
}

/// That there are none, and what helps.
fn none(t: Locale) -> AnyView {
    view! { <Empty title=td_string!(t, document.none) text=td_string!(t, document.none_text) /> }.finished()
}

/// How long papers that are not sent are kept.
fn kept(t: Locale) -> impl IntoView + use<> {
    view! { <p>{td_string!(t, document.unsent_kept, days = UNSENT_DAYS)}</p> }
}

/// The papers of one application and the form to add more.
pub fn shelf(context: &PageContext, shelf: Shelf) -> impl IntoView + use<> {
    let t = context.locale;
    let Shelf { documents, sent, slots, news, state } = shelf;
    let slots = slots.filter(|slots| !slots.slots.is_empty());
    let empty = documents.is_empty();
    let unsent = sent.is_none();
    let below = if sent.is_some() { MINE } else { DRAFT };
    let action = address(sent.as_ref().map(|sent| sent.application_id));
    let (back, back_text) = match sent {
        Some(_) => (MINE, td_string!(t, document.back_to_mine)),
        // The step of the papers, not the first one.
        None => ("/ansok/papper", td_string!(t, document.back_to_draft)),
    };
    let news = match news {
        News::None => None,
        // An old address in the history has brought nothing.
        News::Received => (!empty).then(|| td_string!(t, document.upload.received)),
        News::Saved => Some(td_string!(t, document.slot.saved)),
        News::SomeReceived => Some(td_string!(t, document.upload.some_received)),
        News::Removed => Some(td_string!(t, document.removed)),
    };
    let lead = match &sent {
        Some(sent) => application(context, sent),
        None => td_string!(t, document.lead).to_owned(),
    };
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() />
        {news.map(|text| view! { <Notice kind=Tone::Good><p>{text}</p></Notice> })}
        <h1>{td_string!(t, document.title)}</h1>
        <Lead>{unbroken(lead)}</Lead>
        <h2>{td_string!(t, document.here)}</h2>
        {if empty { none(t) } else { papers(context, documents, below) }}
        {unsent.then(|| kept(t))}
        <h2>{if slots.is_some() { td_string!(t, document.slot.title) } else { td_string!(t, document.upload.title) }}</h2>
        <form method="post" action=action enctype="multipart/form-data">
            // First, so that it is read before the files.
            <HiddenKey value=context.fresh_key.to_string() />
            {slots.as_ref().map(|slots| view! {
                <p>{td_string!(t, document.needed.lead)}</p>
                {slots::controls(t, &state, slots, below)}
                <h3>{td_string!(t, document.slot.other)}</h3>
                <p>{td_string!(t, document.slot.other_text)}</p>
            })}
            {slots::file_control(t, &state, None)}
            <Actions>
                <Button>{td_string!(t, document.upload.submit)}</Button>
                <LinkButton href=back kind=ButtonKind::Secondary>{back_text}</LinkButton>
            </Actions>
        </form>
    }
}

/// "Ansökan från onsdag 2 december 09.00, ärende 2026-01432".
fn application(context: &PageContext, sent: &SentApplication) -> String {
    let t = context.locale;
    let number = format!("\u{2066}{}\u{2069}", sent.number);
    td_string!(t, document.application, time = when(context, sent.arrived_at), number = number).to_string()
}

/// What others sent in cases of one's own: to read, not to add to.
fn shared(context: &PageContext, joint: Vec<JointApplication>) -> AnyView {
    let t = context.locale;
    let shelves = joint.into_iter().map(|one| {
        let title = unbroken(application(context, &one.sent));
        let list = if one.documents.is_empty() {
            view! { <p>{td_string!(t, document.none)}</p> }.finished()
        } else {
            papers(context, one.documents, MINE)
        };
        view! {
            <section class="shelf">
                <h2>{title}</h2>
                <p>{td_string!(t, document.joint)}</p>
                {list}
            </section>
        }
    });
    shelves.collect_view().finished()
}

/// My papers: those not yet sent, then those of each application, then what others sent in a case of both.
pub fn mine(
    context: &PageContext,
    applications: Vec<SentApplication>,
    documents: Vec<DocumentInfo>,
    joint: Vec<JointApplication>,
    slots: Option<Slots>,
) -> impl IntoView + use<> {
    let t = context.locale;
    let needed = slots.filter(|slots| !slots.slots.is_empty()).map(|slots| {
        view! {
            <section class="shelf">
                <h2>{td_string!(t, document.slot.title)}</h2>
                <p>{td_string!(t, document.needed.lead)}</p>
                {slots::list(t, &slots)}
                <p><a href=DRAFT>{td_string!(t, document.add)}</a></p>
            </section>
        }
    });
    let nothing = applications.is_empty() && documents.is_empty() && joint.is_empty();
    let (unsent, sent): (Vec<_>, Vec<_>) = documents.into_iter().partition(DocumentInfo::is_unsent);
    let unsent = (!unsent.is_empty()).then(|| {
        view! {
            <section class="shelf">
                <h2>{td_string!(t, document.unsent)}</h2>
                <p>{td_string!(t, document.unsent_text)}</p>
                {papers(context, unsent, MINE)}
                {kept(t)}
                <p><a href=DRAFT>{td_string!(t, document.unsent_link)}</a></p>
            </section>
        }
    });
    let shelves = applications
        .into_iter()
        .map(|one| {
            let id = one.application_id;
            let own: Vec<_> = sent.iter().filter(|paper| paper.application_id == Some(id)).cloned().collect();
            let list = if own.is_empty() {
                view! { <p>{td_string!(t, document.none)}</p> }.finished()
            } else {
                papers(context, own, MINE)
            };
            view! {
                <section class="shelf">
                    <h2>{unbroken(application(context, &one))}</h2>
                    {list}
                    <p><a href=address(Some(id))>{td_string!(t, document.more)}</a></p>
                </section>
            }
        })
        .collect_view();
    view! {
        <h1>{td_string!(t, document.title)}</h1>
        {nothing.then(|| view! { {none(t)} <p><a href=DRAFT>{td_string!(t, document.add)}</a></p> })}
        {needed}
        {unsent}
        {shelves}
        {shared(context, joint)}
    }
}

#[cfg(test)]
mod tests {
    use super::size;
    use crate::i18n::Locale;

    #[test]
    fn sizes_read_as_on_a_phone() {
        for (bytes, text) in
            [(1, "1 kB"), (999, "1 kB"), (1_001, "2 kB"), (2_450_000, "2,4 MB"), (20_971_520, "20,9 MB")]
        {
            assert_eq!(size(Locale::sv, bytes).replace('\u{a0}', " "), text);
        }
        assert_eq!(size(Locale::ar, 2_450_000), "2.4\u{a0}MB");
    }
}
