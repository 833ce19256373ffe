//! The views of decisions: the applicant's list and the page before opening; the caseworker's reading and preview.

use super::{
    hindrance,
    paper::{paper, period_name},
};
use crate::ui::Finish;
use crate::{
    casework::reach,
    i18n::{I18nLocaleTrait, Locale, td_string},
    page::PageContext,
    time::{date_with_year, long_date},
    ui::{
        Actions, Button, ButtonKind, Empty, ErrorSummary, FormState, Hidden, HiddenKey, Lead, Notice, Small, Tone,
        format::{figures as amount, left_to_right},
        unbroken,
    },
};
use domain::{
    decision::{AppealRoute, DecisionItem, DecisionPaper, StaffDecision},
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
            view! { <Empty title=td_string!(t, decision.list.none) /> }.finished()
        } else {
            view! { <ul class="decisions">{items}</ul> }.finished()
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
        // The last day is for the court; laglighetsprövning has a time of its own, which does not begin with opening.
        if item.appeal_routes.contains(&AppealRoute::AdministrativeCourt) {
            td_string!(t, decision.list.received, day = day, last = long_date(t, receipt.last_day)).to_string()
        } else {
            td_string!(t, decision.list.received_review, day = day).to_string()
        }
    });
    let about = title.clone();
    view! {
        <li>
            <h2>{title}</h2>
            {received.map(|text| view! { <p>{text}</p> })}
            <p><a href=address(item.decision_id)>{td_string!(t, decision.list.read)}<span class="hidden">": "{about}</span></a></p>
        </li>
    }
    .finished()
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

/// The way back to the case.
pub(super) fn back(t: Locale, view: &StaffDecision) -> AnyView {
    view! { <p><a href=format!("/personal/mottagning/{}", view.case_id)>{td_string!(t, decision.staff.back)}</a></p> }
        .finished()
}

/// Which case and month it is about.
pub(super) fn about(t: Locale, view: &StaffDecision) -> String {
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
        let text = if news == News::Published && view.identity_claimed {
            td_string!(t, decision.staff.published_claimed).to_owned()
        } else if news == News::Published {
            td_string!(t, decision.staff.published).to_owned()
        } else {
            td_string!(t, decision.staff.published_by, day = day).to_string()
        };
        view! { <Notice kind=Tone::Good><p>{text}</p></Notice> }.finished()
    } else {
        let text = if view.taken {
            td_string!(t, common.conflict.case_taken)
        } else {
            td_string!(t, decision.staff.take_first)
        };
        view! { <Notice kind=Tone::Warn><p>{text}</p></Notice> }.finished()
    };
    let told = (news == News::Published).then(|| reach::after(t, &view.unread));
    let shown = view.paper.as_ref().filter(|_| view.decision_id.is_some()).map(|one| paper(context, one, true));
    let (about, back) = (about(t, &view), back(t, &view));
    view! {
        <h1>{td_string!(t, decision.staff.title)}</h1>
        <Small>{unbroken(about)}</Small>
        {back}
        {said}
        {told}
        {shown}
    }
}

/// What stands in the way of publishing, what the applicant will read, and the button.
pub fn preview(context: &PageContext, view: StaffDecision, mut state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let title = if state.has_errors() { td_string!(t, common.summary) } else { td_string!(t, decision.preview.faults) };
    hindrance::mark(t, &mut state, &view);
    let labels = hindrance::labels(t, &state, &hindrance::needs_of(&view));
    let ready = view.faults.is_empty() && !view.law_unsettled;
    let claimed = view.identity_claimed;
    let told = if claimed {
        td_string!(t, decision.preview.publish_text_claimed)
    } else {
        td_string!(t, decision.preview.publish_text)
    };
    let ahead = reach::ahead(t, &view.ahead);
    let address = staff_address(&view);
    let (action, fields, change) = (format!("{address}/granska"), hindrance::address(&address), address);
    let (version, key) = (view.version.to_string(), context.fresh_key.to_string());
    let (figures, practice) = (view.figures.to_string(), view.practice.to_string());
    let shown = view.paper.as_ref().map(|one| paper(context, one, true));
    let about = about(t, &view);
    let more = (view.more_than_calculated > 0).then(|| {
        let amount = amount(view.more_than_calculated, t.as_str());
        let said = td_string!(t, decision.preview.more, amount = amount).to_string();
        view! { <Notice kind=Tone::Warn><p>{said}</p></Notice> }
    });
    view! {
        <ErrorSummary title=title state=state labels=labels page=fields />
        <h1>{td_string!(t, decision.preview.title)}</h1>
        <Small>{unbroken(about)}</Small>
        {claimed.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, decision.preview.claimed)}</p></Notice> })}
        {more}
        <p><a href=change>{td_string!(t, decision.preview.change)}</a></p>
        <Lead>{td_string!(t, decision.preview.lead)}</Lead>
        <div class="decision-preview">{shown}</div>
        {ahead}
        {ready.then(|| view! {
            <form method="post" action=action>
                <HiddenKey value=key />
                <Hidden name="version" value=version />
                <Hidden name="figures" value=figures />
                <Hidden name="practice" value=practice />
                <p>{told}</p>
                <Actions><Button kind=ButtonKind::Warn>{td_string!(t, decision.preview.publish)}</Button></Actions>
            </form>
        })}
    }
}
