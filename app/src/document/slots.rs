//! A slot for each paper that a household needs: what it is, what has been sent of it, and what was said of it. A slot left
//! empty never stops anything.

use super::{
    forms::FILES,
    texts::{self, concerns},
};
use crate::ui::Finish;
use crate::{
    backend::Backend,
    failure::Failed,
    i18n::{Locale, td_string},
    page::PageContext,
    ui::{Checkboxes, Choice, Fieldset, FileField, FormState, Hidden, Select, unbroken},
};
use domain::{
    Fault,
    application::{Application, ApplicationForm},
    document::{Also, Concerns, DocumentInfo, NeededPaper, Occasion, PaperAnswer, PaperKind, PapersQuestion},
};
use leptos::prelude::*;

/// What comes before a paper's code in the name of the field with what is said of it.
pub const ANSWER: &str = "answer.";
/// What can be sent.
pub const ACCEPT: &str = "image/jpeg,image/png,application/pdf";

/// One slot.
#[derive(Debug, Clone)]
pub struct Slot {
    pub needed: NeededPaper,
    pub documents: Vec<DocumentInfo>,
    /// What she said of it; counts as long as nothing lies in it.
    pub answer: Option<PaperAnswer>,
}

/// The slots of one application.
#[derive(Debug, Clone)]
pub struct Slots {
    pub slots: Vec<Slot>,
    /// Two adults, each with papers of her own.
    pub partner: bool,
    /// It can still be said of a paper that it comes later: of the application being filled in.
    pub open: bool,
}

impl Slots {
    /// Whether the control with that name is that of a slot's files.
    pub fn has(&self, field: &str) -> bool {
        self.slots.iter().any(|slot| files_field(Some(slot.needed.paper)) == field)
    }
}

/// The slots of the application being filled in; none as long as nothing is.
pub async fn of_draft(
    backend: &Backend,
    context: &PageContext,
    documents: &[DocumentInfo],
) -> Result<Option<Slots>, Failed> {
    let (version, form) = backend.applications.draft(&context.actor).await?;
    if version == 0 {
        return Ok(None);
    }
    let sent: Vec<_> = backend.applications.list(&context.actor).await?.into_iter().map(|one| one.month).collect();
    let occasion = Occasion::beside(form.month(), &sent);
    let unsent: Vec<_> = documents.iter().filter(|document| document.is_unsent()).cloned().collect();
    Ok(Some(make(backend, context, &form, occasion, &unsent, true).await?))
}

/// The slots of an application that was sent.
pub async fn of_sent(
    backend: &Backend,
    context: &PageContext,
    application: &Application,
    documents: &[DocumentInfo],
) -> Result<Slots, Failed> {
    let own = |document: &&DocumentInfo| document.application_id == Some(application.application_id);
    let documents: Vec<_> = documents.iter().filter(own).cloned().collect();
    Ok(make(backend, context, &application.content, application.kind.into(), &documents, false).await?)
}

async fn make(
    backend: &Backend,
    context: &PageContext,
    form: &ApplicationForm,
    occasion: Occasion,
    documents: &[DocumentInfo],
    open: bool,
) -> Result<Slots, Fault> {
    let question = PapersQuestion::of(form, occasion);
    let needed = backend.documents.needed(&context.actor, &question).await?;
    let slots = needed.into_iter().map(|needed| {
        let documents = documents.iter().filter(|document| document.paper == Some(needed.paper)).cloned().collect();
        Slot { answer: form.said_of(needed.paper), documents, needed }
    });
    Ok(Slots { slots: slots.collect(), partner: question.partner, open })
}

/// "2 filer", "skickas senare", "inte skickat än".
fn state(t: Locale, files: usize, answer: Option<PaperAnswer>) -> String {
    match (files, answer) {
        (1, _) => td_string!(t, document.slot.file).to_owned(),
        (2.., _) => td_string!(t, document.slot.files, count = files.to_string()).to_string(),
        (0, Some(PaperAnswer::Later)) => td_string!(t, document.slot.later).to_owned(),
        (0, Some(PaperAnswer::Already)) => td_string!(t, document.slot.already).to_owned(),
        (0, None) => td_string!(t, document.slot.not_yet).to_owned(),
    }
}

/// "Hyresavi: 2 filer".
fn line(t: Locale, paper: PaperKind, state: String) -> String {
    td_string!(t, document.slot.line, paper = texts::paper(t, paper).name, state = state).to_string()
}

/// Each slot in a line: what is there and what is not.
pub fn list(t: Locale, slots: &Slots) -> AnyView {
    let lines = slots.slots.iter().map(|slot| {
        let text = line(t, slot.needed.paper, state(t, slot.documents.len(), slot.answer));
        view! { <li>{unbroken(text)}</li> }
    });
    view! { <ul class="paper-slots">{lines.collect_view()}</ul> }.finished()
}

/// A name as it stands inside a sentence; one that begins with a word in capitals keeps them.
fn inside(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

/// What an application brought, for whoever works on it: the papers that are there, counted, and what was said of others.
pub fn told(t: Locale, form: &ApplicationForm, documents: &[DocumentInfo]) -> Vec<String> {
    let files = |paper: PaperKind| documents.iter().filter(|document| document.paper == Some(paper)).count();
    let mut lines: Vec<String> = PaperKind::ALL
        .iter()
        .filter(|paper| files(**paper) > 0)
        .map(|paper| line(t, *paper, state(t, files(*paper), None)))
        .collect();
    let said = |answer: PaperAnswer| {
        let names = PaperKind::ALL
            .iter()
            .filter(|paper| files(**paper) == 0 && form.said_of(**paper) == Some(answer))
            .map(|paper| inside(texts::paper(t, *paper).name));
        names.collect::<Vec<_>>().join(", ")
    };
    let (later, already) = (said(PaperAnswer::Later), said(PaperAnswer::Already));
    if !later.is_empty() {
        lines.push(td_string!(t, document.slot.all_later, papers = later).to_string());
    }
    if !already.is_empty() {
        lines.push(td_string!(t, document.slot.all_already, papers = already).to_string());
    }
    lines
}

/// The name of the control with a slot's files. The server reads which paper it is from the field before it.
pub fn files_field(paper: Option<PaperKind>) -> String {
    paper.map_or_else(|| FILES.to_owned(), |paper| format!("{FILES}.{paper}"))
}

/// The control with files of one paper, or of another one.
pub fn file_control(t: Locale, state: &FormState, paper: Option<PaperKind>) -> AnyView {
    let hint = if paper.is_some() { "" } else { td_string!(t, document.upload.hint) };
    view! {
        <Hidden name="paper" value=paper.map(PaperKind::as_str).unwrap_or_default() />
        <FileField
            field=state.field(&files_field(paper))
            label=td_string!(t, document.upload.field)
            hint=hint
            accept=ACCEPT
            multiple=true
        />
    }
    .finished()
}

/// What else decides which papers help: any of a few.
pub fn also_control(t: Locale, legend: &'static str, hint: &'static str, state: &FormState) -> AnyView {
    let choices = Also::ALL.iter().map(|also| Choice::new(also.as_str(), texts::also(t, *also))).collect();
    view! { <Checkboxes field=state.field("also") legend=legend hint=hint choices=choices /> }.finished()
}

/// The slots as controls of a form, by whom they concern.
pub fn controls(t: Locale, state: &FormState, slots: &Slots, below: &str) -> AnyView {
    let groups = Concerns::ALL.iter().filter_map(|who| {
        let own: Vec<&Slot> = slots.slots.iter().filter(|slot| slot.needed.concerns == *who).collect();
        let title = concerns(t, *who, slots.partner);
        let own: Vec<AnyView> = own.into_iter().map(|slot| control(t, state, slot, slots.open, below)).collect();
        (!own.is_empty()).then(|| view! { <h3>{title}</h3>{own} })
    });
    groups.collect_view().finished()
}

fn control(t: Locale, form: &FormState, slot: &Slot, open: bool, below: &str) -> AnyView {
    let paper = slot.needed.paper;
    let words = texts::paper(t, paper);
    let (about, extra) = texts::about(t, &slot.needed);
    let there = slot.documents.iter().map(|document| {
        let href = format!("{below}/{}/fil", document.document_id);
        view! { <li><a href=href><bdi>{document.name.clone()}</bdi></a></li> }
    });
    let there = (!slot.documents.is_empty()).then(|| {
        let count = state(t, slot.documents.len(), None);
        view! { <p class="paper-state">{count}</p><ul class="paper-files">{there.collect_view()}</ul> }
    });
    let answer = open.then(|| {
        let field =
            form.field(&format!("{ANSWER}{paper}")).or(slot.answer.map(PaperAnswer::as_str).unwrap_or_default());
        let choices = vec![
            Choice::new(PaperAnswer::Later.as_str(), td_string!(t, document.slot.answer_later)),
            Choice::new(PaperAnswer::Already.as_str(), td_string!(t, document.slot.answer_already)),
        ];
        view! {
            <Select
                field=field
                label=td_string!(t, document.slot.answer)
                choices=choices
                empty=td_string!(t, document.slot.now)
            />
        }
        .finished()
    });
    let inside = view! {
        <p>{about}</p>
        {extra.map(|text| view! { <p dir="auto">{text}</p> })}
        <p class="small">{td_string!(t, document.needed.place)}" "{words.from}</p>
        {there}
        {file_control(t, form, Some(paper))}
        {answer}
    }
    .finished();
    view! { <Fieldset legend=words.name part=true>{inside}</Fieldset> }.finished()
}
