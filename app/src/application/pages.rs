//! The views of the steps and of the check before sending.

use super::{
    answers::{self, AnswerGroup},
    entrance::NEW_CODE,
    fields::{self, CHECK, PAPERS, STEPS, Step},
    labels, leaving, questions,
};
use crate::ui::Finish;
use crate::{
    document::{
        NEEDED,
        slots::{self, Slots, also_control},
    },
    failure::field_text,
    i18n::{Locale, td_string},
    page::PageContext,
    ui::{
        Actions, Button, ButtonKind, Definition, DefinitionList, ErrorSummary, FormState, Hidden, HiddenKey, Lead,
        LinkButton, Notice, OtherVersion, Progress, Tone, labelled,
    },
};
use domain::{
    FieldCode, FieldFault,
    application::{ApplicationForm, ChildRow},
    visit::Office,
};
use leptos::prelude::*;

/// What a page of questions is made from.
pub struct StepPage {
    pub step: Step,
    pub state: FormState,
    /// Rows of the list on the page, if it has one; at least one.
    pub rows: usize,
    /// Those an income can be of.
    pub children: Vec<ChildRow>,
    pub version: i64,
    pub offices: Vec<Office>,
}

impl StepPage {
    /// The page of a saved form.
    pub fn new(step: Step, form: &ApplicationForm, version: i64, offices: Vec<Office>) -> Self {
        let rows = match step {
            Step::Household => form.children.len(),
            Step::Incomes => form.incomes.len(),
            Step::Costs => form.costs.len(),
            Step::Contact | Step::Situation | Step::Need | Step::Account => 0,
        };
        let children = form.children.clone();
        Self { step, state: fields::state(step, form), rows: rows.max(1), children, version, offices }
    }
}

/// What to do about a fault of the form.
pub fn fault_text(t: Locale, fault: &FieldFault) -> &'static str {
    match (fault.pointer.as_str(), fault.code) {
        ("/need", FieldCode::Required) => td_string!(t, application.need.missing),
        ("/email", FieldCode::Malformed) => td_string!(t, application.contact.email_wrong),
        ("/phone", FieldCode::Malformed) => td_string!(t, application.contact.phone_wrong),
        ("/postal_address", FieldCode::Required) => td_string!(t, application.contact.address_missing),
        ("/personal_number", FieldCode::Malformed) => td_string!(t, application.contact.personal_number_wrong),
        (_, code) => field_text(t, code),
    }
}

/// Notes the faults at their controls, one each.
pub fn note(t: Locale, faults: &[FieldFault], state: &mut FormState) {
    for fault in faults {
        let field = fields::field(&fault.pointer);
        if state.error(&field).is_none() {
            state.push_error(field, fault_text(t, fault));
        }
    }
}

fn progress(t: Locale, step: u32) -> impl IntoView {
    let text = td_string!(t, application.step, step = step.to_string(), of = STEPS.to_string()).to_string();
    view! { <Progress text=text step=step of=STEPS /> }
}

fn back(t: Locale, to: Option<&'static str>) -> impl IntoView {
    to.map(|href| view! { <p><a href=href>{td_string!(t, application.back)}</a></p> })
}

/// A page of questions.
pub fn step(context: &PageContext, page: StepPage) -> impl IntoView + use<> {
    let t = context.locale;
    let step = page.step;
    let labels = labels::labels(t, step, page.rows);
    let controls = questions::questions(context, &page);
    let first = step == Step::Contact;
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=page.state labels=labels />
        {progress(t, step.number())}
        <h1>{questions::title(t, step)}</h1>
        {first.then(|| view! { <Lead>{td_string!(t, application.contact.lead)}</Lead> })}
        <form method="post" action=step.path() novalidate>
            // The first button of a form is the one Enter presses: it must be the one that goes on.
            <button type="submit" class="hidden" tabindex="-1" aria-hidden="true">{td_string!(t, application.go_on)}</button>
            <Hidden name="version" value=page.version.to_string() />
            {controls}
            <Actions>
                <Button>{td_string!(t, application.go_on)}</Button>
                <Button
                    kind=ButtonKind::Secondary
                    name=leaving::STEP
                    value=step.path()
                    formaction=leaving::LEAVE
                    formnovalidate=true
                >
                    {td_string!(t, application.leave.button)}
                </Button>
            </Actions>
        </form>
        {back(t, step.previous())}
        <p class="small">{td_string!(t, application.saved)}</p>
        {(first && questions::guest(context)).then(|| new_code(t))}
    }
}

/// For whoever lost the code, or changed language while it was shown.
pub fn new_code(t: Locale) -> AnyView {
    view! {
        <form method="post" action=NEW_CODE class="new-code">
            <p>{td_string!(t, application.code.lost)}</p>
            <Button kind=ButtonKind::Secondary>{td_string!(t, application.code.again)}</Button>
        </form>
    }
    .finished()
}

/// What was saved in between, for comparing.
pub fn saved(t: Locale, step: Step, form: &ApplicationForm, offices: &[Office]) -> OtherVersion {
    OtherVersion {
        title: td_string!(t, common.saved_instead).to_owned(),
        lines: answers::group(t, step, form, offices).lines,
    }
}

/// The papers: shown, never needed to go on. `slots`: those that help with what has been answered so far.
pub fn papers(context: &PageContext, slots: Option<Slots>, form: &ApplicationForm) -> impl IntoView + use<> {
    let t = context.locale;
    let state = FormState::from_values(form.also.iter().map(|code| ("also", code.as_str())));
    let needed = slots.map(|slots| {
        let also = also_control(t, td_string!(t, document.slot.also), td_string!(t, document.slot.also_hint), &state);
        view! {
            <h2>{td_string!(t, document.slot.title)}</h2>
            {slots::list(t, &slots)}
            <form method="post" action=PAPERS>
                {also}
                <Actions>
                    <Button kind=ButtonKind::Secondary>{td_string!(t, document.slot.also_save)}</Button>
                </Actions>
            </form>
        }
    });
    view! {
        {progress(t, STEPS - 1)}
        <h1>{td_string!(t, application.papers.title)}</h1>
        <Lead>{td_string!(t, application.papers.lead)}</Lead>
        <p>{td_string!(t, application.papers.which)}" "<a href=NEEDED>{td_string!(t, document.needed.short)}</a></p>
        <Actions>
            <LinkButton href=CHECK>{td_string!(t, application.papers.go_on)}</LinkButton>
            <LinkButton href="/ansok/handlingar" kind=ButtonKind::Secondary>{td_string!(t, application.papers.show)}</LinkButton>
        </Actions>
        {needed}
        {back(t, Some(Step::Account.path()))}
        {leaving::form(t)}
    }
}

/// The answers group by group, each with the way to change it where there is one.
pub fn answer_groups(t: Locale, groups: Vec<AnswerGroup>, change: bool) -> Vec<AnyView> {
    groups
        .into_iter()
        .map(|group| {
            let items = group.lines.into_iter().map(|(term, text)| Definition::new(term, text)).collect();
            let title = group.title;
            view! {
                <h2>{title}</h2>
                <DefinitionList items=items />
                {change.then(|| view! {
                    <p><a href=group.step.path()>{td_string!(t, application.check.change)}<span class="hidden">" "{title}</span></a></p>
                })}
            }
            .finished()
        })
        .collect()
}

/// What the check is made from.
pub struct CheckPage {
    pub form: ApplicationForm,
    pub faults: Vec<FieldFault>,
    pub version: i64,
    pub offices: Vec<Office>,
    /// Why it could not be sent, after it was tried.
    pub state: FormState,
    /// It was tried with something left.
    pub tried: bool,
}

fn left(t: Locale, page: &CheckPage) -> impl IntoView + use<> {
    let items = page
        .faults
        .iter()
        .map(|fault| {
            let step = Step::of(&fault.pointer);
            let name = fields::field(&fault.pointer);
            let rows = page.form.children.len().max(page.form.incomes.len()).max(page.form.costs.len());
            let labels = labels::labels(t, step, rows);
            let label = labels.into_iter().find(|(field, _)| *field == name).map(|(_, label)| label);
            let text = match label {
                Some(label) => labelled(&label, fault_text(t, fault)),
                None => fault_text(t, fault).to_owned(),
            };
            let href = format!("{}#{}", step.path(), FormState::default().field(&name).id);
            view! { <li><a href=href>{text}</a></li> }
        })
        .collect_view();
    view! {
        <Notice kind=Tone::Warn title=td_string!(t, application.check.left)>
            <ul>{items}</ul>
        </Notice>
    }
}

/// Is this right? Nothing is sent before.
pub fn check(context: &PageContext, page: CheckPage) -> impl IntoView + use<> {
    let t = context.locale;
    let left = (!page.faults.is_empty()).then(|| left(t, &page));
    let groups = answer_groups(t, answers::groups(t, &page.form, &page.offices), true);
    let mut state = page.state;
    if page.tried && state.form_error.is_none() {
        state.form_error = Some(td_string!(t, application.check.not_yet).to_owned());
    }
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state />
        {progress(t, STEPS)}
        <h1>{td_string!(t, application.check.title)}</h1>
        {left}
        {groups}
        <h2>{td_string!(t, application.papers.short)}</h2>
        <p>{td_string!(t, application.papers.lead)}" "<a href=PAPERS>{td_string!(t, application.papers.show)}</a></p>
        <form method="post" action=CHECK class="send">
            <HiddenKey value=context.fresh_key.to_string() />
            <Hidden name="version" value=page.version.to_string() />
            <p>{td_string!(t, application.check.true_words)}</p>
            <Actions><Button>{td_string!(t, application.check.send)}</Button></Actions>
        </form>
        {leaving::form(t)}
    }
}
