//! The views of decisions: the applicant's list and the page before opening; the caseworker's form and preview.

use super::paper::{date_with_year, need_name, paper, period_name};
use crate::{
    failure::field_text,
    i18n::{I18nLocaleTrait, Locale, td_string},
    page::PageContext,
    time::long_date,
    ui::{
        Actions, Button, ButtonKind, Checkboxes, Choice, Empty, ErrorSummary, Fieldset, FormState, Hidden, HiddenKey,
        Lead, MoneyField, Notice, OtherVersion, Select, Small, TextArea, TextField, Tone,
        format::{figures, left_to_right},
    },
};
use domain::{
    FieldCode, FieldFault,
    decision::{
        DecisionContent, DecisionItem, DecisionPaper, MOST_REASON, MOST_REASONS, Need, Outcome, SectionChoice,
        StaffDecision,
    },
    id::DecisionId,
};
use leptos::prelude::*;

/// My decisions. One that has not been opened says nothing but that it is there.
pub fn list(context: &PageContext, decisions: Vec<DecisionItem>) -> impl IntoView + use<> {
    let t = context.locale;
    let none = decisions.is_empty();
    let items = decisions.into_iter().map(|item| item_view(context, &item)).collect_view();
    view! {
        <h1>{td_string!(t, decision.list.title)}</h1>
        {if none {
            view! { <Empty title=td_string!(t, decision.list.none) /> }.into_any()
        } else {
            view! { <ul class="decisions">{items}</ul> }.into_any()
        }}
    }
}

fn item_view(context: &PageContext, item: &DecisionItem) -> AnyView {
    let t = context.locale;
    let title = match item.period {
        Some(period) => td_string!(t, decision.list.opened, month = period_name(t, period)).to_string(),
        None => td_string!(t, decision.list.unopened).to_owned(),
    };
    let received = item.receipt.map(|receipt| {
        let day = long_date(t, context.clock.date(receipt.received_at));
        td_string!(t, decision.list.received, day = day, last = long_date(t, receipt.last_day)).to_string()
    });
    let about = title.clone();
    view! {
        <li>
            <h2>{title}</h2>
            {received.map(|text| view! { <p>{text}</p> })}
            <p><a href=address(item.decision_id)>{td_string!(t, decision.list.read)}<span class="hidden">": "{about}</span></a></p>
        </li>
    }
    .into_any()
}

/// A decision's own page.
pub fn address(decision: DecisionId) -> String {
    format!("/mina-sidor/beslut/{decision}")
}

/// Before opening: the same line for good and bad news, and a button. Nothing of what the decision says is known here.
pub fn unopened(context: &PageContext, decision: DecisionId) -> impl IntoView + use<> {
    let t = context.locale;
    let phone = left_to_right(&context.municipality.phone);
    let key = context.fresh_key.to_string();
    view! {
        <h1>{td_string!(t, decision.title)}</h1>
        <Lead>{td_string!(t, decision.unopened.lead)}</Lead>
        <form method="post" action=format!("{}/oppna", address(decision))>
            <HiddenKey value=key />
            <Actions><Button>{td_string!(t, decision.unopened.open)}</Button></Actions>
        </form>
        <p>{td_string!(t, decision.unopened.help, phone = phone).to_string()}</p>
    }
}

/// The decision.
pub fn opened(context: &PageContext, decision: &DecisionPaper) -> impl IntoView + use<> {
    paper(context, decision, false)
}

// --- The caseworker's side ---

/// The draft's own page.
pub fn staff_address(view: &StaffDecision) -> String {
    format!("/personal/mottagning/{}/beslut/{}", view.case_id, view.application_id)
}

fn back(t: Locale, view: &StaffDecision) -> AnyView {
    view! { <p><a href=format!("/personal/mottagning/{}", view.case_id)>{td_string!(t, decision.staff.back)}</a></p> }
        .into_any()
}

fn about(t: Locale, view: &StaffDecision) -> String {
    let month = period_name(t, view.content.period);
    td_string!(t, decision.staff.about, number = left_to_right(&view.case_number), month = month).to_string()
}

/// What happened just before the page was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    None,
    Saved,
    Published,
}

/// A published decision, or a draft of a case that is not the reader's.
pub fn staff_reading(context: &PageContext, view: StaffDecision, news: News) -> impl IntoView + use<> {
    let t = context.locale;
    let published = view.status == domain::decision::DecisionStatus::Published;
    let said = if let (true, Some(paper)) = (published, &view.paper) {
        let day = date_with_year(t, context.clock.date(paper.decided_at));
        let text = if news == News::Published {
            td_string!(t, decision.staff.published).to_owned()
        } else {
            td_string!(t, decision.staff.published_by, day = day).to_string()
        };
        view! { <Notice kind=Tone::Good><p>{text}</p></Notice> }.into_any()
    } else {
        let text = if view.taken {
            td_string!(t, common.conflict.case_taken)
        } else {
            td_string!(t, decision.staff.take_first)
        };
        view! { <Notice kind=Tone::Warn><p>{text}</p></Notice> }.into_any()
    };
    let shown = view.paper.as_ref().filter(|_| view.decision_id.is_some()).map(|one| paper(context, one, true));
    let (about, back) = (about(t, &view), back(t, &view));
    view! {
        <h1>{td_string!(t, decision.staff.title)}</h1>
        <Small>{about}</Small>
        {back}
        {said}
        {shown}
    }
}

/// What a fault in the draft is called and what to do about it.
pub fn fault_text(t: Locale, fault: &FieldFault) -> &'static str {
    let field = fault.pointer.rsplit('/').next().unwrap_or_default();
    match (field, fault.code) {
        ("outcome", FieldCode::DoesNotFit) => td_string!(t, decision.field.outcome_does_not_fit),
        ("sections", FieldCode::DoesNotFit) => td_string!(t, decision.field.sections_do_not_fit),
        ("pay_on", FieldCode::DoesNotFit) => td_string!(t, decision.field.pay_on_without_money),
        ("pay_on", FieldCode::OutOfRange) => td_string!(t, decision.field.pay_on_passed),
        ("calculation", _) => td_string!(t, decision.staff.no_calculation),
        (_, code) => field_text(t, code),
    }
}

/// What the field of a fault is called.
pub fn fault_label(t: Locale, pointer: &str, needs: &[Need]) -> String {
    let name = |field: &str| match field {
        "asked" => td_string!(t, decision.staff.asked),
        "granted" => td_string!(t, decision.staff.granted),
        "outcome" => td_string!(t, decision.staff.outcome),
        "reason" => td_string!(t, decision.staff.reason),
        "sections" => td_string!(t, decision.staff.sections),
        "reasons" => td_string!(t, decision.staff.reasons),
        "pay_on" => td_string!(t, decision.staff.pay_on),
        "period" => td_string!(t, decision.field.period),
        "calculation" => td_string!(t, decision.field.calculation),
        _ => td_string!(t, decision.field.lines),
    };
    let mut parts = pointer.trim_start_matches('/').split('/');
    let (first, place, field) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (place.and_then(|place| place.parse::<usize>().ok()), field) {
        (Some(place), Some(field)) => match needs.get(place) {
            Some(need) => format!("{}, {}", line_title(t, place, *need), name(field)),
            None => name(field).to_owned(),
        },
        _ => name(first).to_owned(),
    }
}

fn line_title(t: Locale, place: usize, need: Need) -> String {
    td_string!(t, decision.staff.line, number = (place + 1).to_string(), need = need_name(t, need)).to_string()
}

fn outcome_name(t: Locale, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => td_string!(t, decision.staff.outcome_granted),
        Outcome::Partly => td_string!(t, decision.staff.outcome_partly),
        Outcome::Refused => td_string!(t, decision.staff.outcome_refused),
    }
}

/// The draft somebody saved in between, for comparing.
pub fn saved_instead(t: Locale, content: &DecisionContent) -> OtherVersion {
    let mut lines: Vec<(String, String)> = content
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let money = format!("{} / {}", figures(line.granted, t.as_str()), figures(line.asked, t.as_str()));
            let said = [outcome_name(t, line.outcome).to_owned(), money, line.sections.join(", "), line.reason.clone()];
            let said = said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            (line_title(t, place, line.need), said)
        })
        .collect();
    lines.push((td_string!(t, decision.staff.reasons).to_owned(), content.reasons.clone()));
    let pay_on = content.pay_on.map(|day| day.to_string()).unwrap_or_default();
    lines.push((td_string!(t, decision.staff.pay_on).to_owned(), pay_on));
    lines.retain(|(_, text)| !text.is_empty());
    OtherVersion { title: td_string!(t, common.saved_instead).to_owned(), lines }
}

/// What the form is made from.
pub struct DraftPage {
    pub view: StaffDecision,
    /// The needs of the lines, as the form holds them.
    pub needs: Vec<Need>,
    pub state: FormState,
    /// Of the draft the form started from.
    pub version: i64,
    pub news: News,
}

/// The draft form.
pub fn draft(context: &PageContext, page: DraftPage) -> impl IntoView + use<> {
    let t = context.locale;
    let DraftPage { view, needs, state, version, news } = page;
    let labels = state
        .errors
        .iter()
        .map(|error| (error.field.clone(), fault_label(t, &error.field.replace('.', "/"), &needs)))
        .collect();
    let figures_from =
        if view.verified { td_string!(t, decision.staff.verified) } else { td_string!(t, decision.staff.stated) };
    let figures_text = match &view.calculation {
        Some(calculation) => {
            let amount = figures(calculation.support, t.as_str());
            format!("{} {figures_from}", td_string!(t, decision.staff.calculated, amount = amount))
        }
        None => td_string!(t, decision.staff.no_calculation).to_owned(),
    };
    let tone = if view.calculation.is_some() && view.verified { Tone::Info } else { Tone::Warn };
    let sections = section_choices(t, &view.sections);
    let lines =
        needs.iter().enumerate().map(|(place, need)| line_fields(t, &state, place, *need, &sections)).collect_view();
    let action = staff_address(&view);
    let (about, back) = (about(t, &view), back(t, &view));
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels />
        {(news == News::Saved).then(|| view! {
            <Notice kind=Tone::Good><p>{td_string!(t, decision.staff.saved)}</p></Notice>
        })}
        <h1>{td_string!(t, decision.staff.title)}</h1>
        <Small>{about}</Small>
        {back}
        <Notice kind=tone><p>{figures_text}</p></Notice>
        <form method="post" action=action novalidate>
            <Hidden name="version" value=version.to_string() />
            {lines}
            <TextArea
                field=state.field("reasons")
                label=td_string!(t, decision.staff.reasons)
                hint=td_string!(t, decision.staff.reasons_hint)
                maxlength=u32::try_from(MOST_REASONS).unwrap_or_default()
                rows=4
            />
            <TextField field=state.field("pay_on") label=td_string!(t, decision.staff.pay_on) kind="date" />
            <Actions>
                <Button name="action" value="review">{td_string!(t, decision.staff.review)}</Button>
                <Button name="action" value="save" kind=ButtonKind::Secondary>{td_string!(t, decision.staff.save)}</Button>
            </Actions>
        </form>
    }
}

fn section_choices(t: Locale, sections: &[SectionChoice]) -> Vec<Choice> {
    sections
        .iter()
        .map(|one| Choice {
            value: one.section.clone(),
            label: one.cite.clone(),
            hint: if one.settled {
                one.heading.clone()
            } else {
                format!("{} · {}", one.heading, td_string!(t, decision.staff.unsettled))
            },
        })
        .collect()
}

fn line_fields(t: Locale, state: &FormState, place: usize, need: Need, sections: &[Choice]) -> AnyView {
    let name = |field: &str| format!("lines.{place}.{field}");
    let [asked, granted, outcome, reason, cited] =
        ["asked", "granted", "outcome", "reason", "sections"].map(|field| state.field(&name(field)));
    let outcomes =
        Outcome::ALL.iter().map(|outcome| Choice::new(outcome.as_str(), outcome_name(t, *outcome))).collect();
    let (need_field, sections) = (name("need"), sections.to_vec());
    view! {
        <Fieldset legend=line_title(t, place, need) part=true>
            <Hidden name=need_field value=need.as_str() />
            <div class="pair">
                <MoneyField field=asked label=td_string!(t, decision.staff.asked) />
                <MoneyField field=granted label=td_string!(t, decision.staff.granted) />
            </div>
            <Select field=outcome label=td_string!(t, decision.staff.outcome) choices=outcomes />
            <TextArea
                field=reason
                label=td_string!(t, decision.staff.reason)
                hint=td_string!(t, decision.staff.reason_hint)
                maxlength=u32::try_from(MOST_REASON).unwrap_or_default()
                rows=3
            />
            <Checkboxes
                field=cited
                legend=td_string!(t, decision.staff.sections)
                hint=td_string!(t, decision.staff.sections_hint)
                choices=sections
            />
        </Fieldset>
    }
    .into_any()
}

/// What the applicant will read, what stands in the way of publishing, and the button.
pub fn preview(context: &PageContext, view: StaffDecision, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let needs: Vec<Need> = view.content.lines.iter().map(|line| line.need).collect();
    let faults = view
        .faults
        .iter()
        .map(|fault| {
            let text = format!("{}: {}", fault_label(t, &fault.pointer, &needs), fault_text(t, fault));
            view! { <li>{text}</li> }
        })
        .collect::<Vec<_>>();
    let (stopped, unsettled) = (!faults.is_empty(), view.law_unsettled);
    let address = staff_address(&view);
    let ready = !stopped && !unsettled;
    let (action, change) = (format!("{address}/granska"), address);
    let (version, key) = (view.version.to_string(), context.fresh_key.to_string());
    let figures = view.figures.to_string();
    let shown = view.paper.as_ref().map(|one| paper(context, one, true));
    let about = about(t, &view);
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state />
        <h1>{td_string!(t, decision.preview.title)}</h1>
        <Small>{about}</Small>
        {stopped.then(|| view! {
            <Notice kind=Tone::Warn title=td_string!(t, decision.preview.faults)><ul>{faults}</ul></Notice>
        })}
        {unsettled.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, decision.preview.unsettled)}</p></Notice> })}
        <p><a href=change>{td_string!(t, decision.preview.change)}</a></p>
        <Lead>{td_string!(t, decision.preview.lead)}</Lead>
        <div class="decision-preview">{shown}</div>
        {ready.then(|| view! {
            <form method="post" action=action>
                <HiddenKey value=key />
                <Hidden name="version" value=version />
                <Hidden name="figures" value=figures />
                <p>{td_string!(t, decision.preview.publish_text)}</p>
                <Actions><Button kind=ButtonKind::Warn>{td_string!(t, decision.preview.publish)}</Button></Actions>
            </form>
        })}
    }
}
