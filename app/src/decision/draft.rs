//! The caseworker's form: a part for each need, short enough for a phone. Of the sections of law a line shows those that
//! usually decide its need; the others are one press away.

use super::{
    hindrance::{self, line_title},
    lines,
    pages::{News, about, back, staff_address},
    paper::{need_name, period_name},
};
use crate::ui::Finish;
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    page::PageContext,
    time::date_with_year,
    ui::{
        Actions, Button, ButtonKind, Checkbox, Checkboxes, Choice, Details, ErrorSummary, Field, Fieldset, FormState,
        Hidden, MoneyField, Notice, OtherVersion, Select, Small, TextArea, TextField, Tone, format::figures,
    },
};
use domain::{
    FieldCode,
    decision::{DecisionContent, MOST_REASON, MOST_REASONS, Need, Outcome, SectionChoice, StaffDecision},
    norm::CostKind,
};
use leptos::prelude::*;

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
    let labels = hindrance::labels(t, &state, &needs);
    let lines =
        needs.iter().enumerate().map(|(place, need)| line_fields(t, &state, place, *need, &view)).collect_view();
    let action = staff_address(&view);
    let (about, back, figures) = (about(t, &view), back(t, &view), figures_notice(t, &view));
    let (earlier, add) = (earlier_notice(context, &view), add_fields(t, &state, &needs));
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels />
        {(news == News::Saved).then(|| view! {
            <Notice kind=Tone::Good><p>{td_string!(t, decision.staff.saved)}</p></Notice>
        })}
        <h1>{td_string!(t, decision.staff.title)}</h1>
        <Small>{about}</Small>
        {back}
        {figures}
        {earlier}
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
            {add}
        </form>
    }
}

/// What the calculation says; or that there is none or that it is a guess: then that is what has to be put right first,
/// elsewhere.
fn figures_notice(t: Locale, view: &StaffDecision) -> AnyView {
    let fault = view.faults.iter().find(|fault| fault.pointer == "/calculation").map(|fault| fault.code);
    let (Some(calculation), None) = (&view.calculation, fault) else {
        let Field { id, .. } = "calculation".into();
        let said = format!("{id}--error");
        let text = said.clone();
        let there = format!("/personal/mottagning/{}/berakning/{}", view.case_id, view.application_id);
        let why = if fault == Some(FieldCode::DoesNotFit) {
            td_string!(t, decision.staff.unanswered)
        } else {
            td_string!(t, decision.staff.no_calculation)
        };
        return view! {
            <div id=id tabindex="-1" aria-describedby=said>
                <Notice kind=Tone::Warn>
                    <p id=text>{why}</p>
                    <p><a href=there>{td_string!(t, decision.staff.to_calculation)}</a></p>
                </Notice>
            </div>
        }
        .finished();
    };
    let (tone, from) = if view.verified {
        (Tone::Info, td_string!(t, decision.staff.verified))
    } else {
        (Tone::Warn, td_string!(t, decision.staff.stated))
    };
    let amount = figures(calculation.support, t.as_str());
    let text = format!("{} {from}", td_string!(t, decision.staff.calculated, amount = amount));
    view! { <Notice kind=tone><p>{text}</p></Notice> }.finished()
}

/// What the month's other decisions in the case have answered: it is not proposed again.
fn earlier_notice(context: &PageContext, view: &StaffDecision) -> Option<AnyView> {
    let t = context.locale;
    let mut needs: Vec<&str> = Vec::new();
    for need in view.earlier.iter().flat_map(|one| &one.needs).map(|need| need_name(t, *need)) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    let month = period_name(t, view.content.period);
    let said = td_string!(t, decision.staff.earlier, month = month, needs = needs.join(", ")).to_string();
    let links = view
        .earlier
        .iter()
        .map(|one| {
            let there = format!("/personal/mottagning/{}/beslut/{}", view.case_id, one.application_id);
            let day = date_with_year(t, context.clock.date(one.decided_at));
            let text = td_string!(t, decision.staff.read_earlier, day = day).to_string();
            view! { <p><a href=there>{text}</a></p> }
        })
        .collect_view();
    (!view.earlier.is_empty()).then(|| view! { <Notice kind=Tone::Warn><p>{said}</p>{links}</Notice> }.finished())
}

/// A line more, for a need the figures do not name. After the form's own buttons: Enter in a field must not press this one.
fn add_fields(t: Locale, state: &FormState, needs: &[Need]) -> AnyView {
    let all = std::iter::once(Need::Livelihood).chain(CostKind::ALL.iter().copied().map(Need::Cost));
    let choices: Vec<Choice> =
        all.filter(|need| !needs.contains(need)).map(|need| Choice::new(need.as_str(), need_name(t, need))).collect();
    let field = state.field(lines::ADDED_NEED);
    let open = field.error.is_some();
    view! {
        <Details summary=td_string!(t, decision.staff.add_line) open=open>
            <Select
                field=field
                label=td_string!(t, decision.staff.added_need)
                choices=choices
                empty=td_string!(t, decision.staff.choose_need)
            />
            <Actions>
                <Button name="action" value="add" kind=ButtonKind::Secondary>{td_string!(t, decision.staff.add)}</Button>
            </Actions>
        </Details>
    }
    .finished()
}

fn line_fields(t: Locale, state: &FormState, place: usize, need: Need, view: &StaffDecision) -> AnyView {
    let name = |field: &str| format!("lines.{place}.{field}");
    let [asked, granted, outcome, reason, cited] =
        ["asked", "granted", "outcome", "reason", "sections"].map(|field| state.field(&name(field)));
    let all_of_it = state.value(&name("outcome")) == Outcome::Granted.as_str();
    let outcomes =
        Outcome::ALL.iter().map(|outcome| Choice::new(outcome.as_str(), outcome_name(t, *outcome))).collect();
    let law = law_fields(t, cited, need, all_of_it, &view.sections);
    let need_field = name("need");
    // Once new, new until it has been saved.
    let new = (!state.value(&name(lines::NEW)).is_empty()).then(|| {
        let field = name(lines::NEW);
        view! {
            <Hidden name=field value="true" />
            <Notice><p>{td_string!(t, decision.staff.new_line)}</p></Notice>
        }
    });
    let extra = view.needed.iter().all(|needed| needed.line.need != need).then(|| {
        view! {
            <Checkbox
                field=state.field(&name(lines::REMOVE))
                label=td_string!(t, decision.staff.remove_line)
                hint=td_string!(t, decision.staff.remove_line_hint)
            />
        }
    });
    view! {
        <Fieldset legend=line_title(t, place, need) part=true>
            <Hidden name=need_field value=need.as_str() />
            {new}
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
                rows=if all_of_it { 2 } else { 3 }
            />
            {law}
            {extra}
        </Fieldset>
    }
    .finished()
}

/// The sections: those chosen, and for what is not granted those that usually decide such a need; then the others. All
/// are sent with the form, in sight or not.
fn law_fields(t: Locale, cited: Field, need: Need, granted: bool, sections: &[SectionChoice]) -> AnyView {
    let chosen = |one: &SectionChoice| cited.values.contains(&one.section);
    let none_chosen = !sections.iter().any(chosen);
    let fits = |one: &SectionChoice| one.fits.contains(&need.kind());
    let (near, further): (Vec<&SectionChoice>, Vec<&SectionChoice>) =
        sections.iter().partition(|one| chosen(one) || (fits(one) && (!granted || none_chosen)));
    // Ids of their own; the fault and the summary belong to the first group.
    let others = Field { error: None, ..cited.clone().scoped("more") };
    let open = cited.error.is_some();
    let (near, further) = (choices(t, &near), choices(t, &further));
    view! {
        <Checkboxes
            field=cited
            legend=td_string!(t, decision.staff.sections)
            hint=td_string!(t, decision.staff.sections_hint)
            choices=near
        />
        {(!further.is_empty()).then(|| view! {
            <Details summary=td_string!(t, decision.staff.more_sections) open=open>
                <Checkboxes field=others legend=td_string!(t, decision.staff.other_sections) choices=further />
            </Details>
        })}
    }
    .finished()
}

fn choices(t: Locale, sections: &[&SectionChoice]) -> Vec<Choice> {
    let hint = |one: &SectionChoice| {
        if one.settled {
            one.heading.clone()
        } else {
            format!("{} · {}", one.heading, td_string!(t, decision.staff.unsettled))
        }
    };
    sections.iter().map(|one| Choice::new(one.section.clone(), one.cite.clone()).hint(hint(one))).collect()
}
