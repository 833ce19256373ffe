//! Confirming who somebody is: her receipt leads to what she wrote, her ID paper to who she is.

use super::{BOARD, IDENTITY};
use crate::{
    i18n::td_string,
    page::PageContext,
    time::{clock, long_date},
    ui::{
        Actions, Button, ButtonKind, Definition, DefinitionList, ErrorSummary, FieldWidth, FormState, Hidden,
        HiddenKey, LinkButton, Notice, TextField, Tone,
    },
};
use domain::reception::IdentityClaim;
use leptos::prelude::*;

/// Which receipt?
pub fn find(context: &PageContext, state: FormState, confirmed: bool) -> impl IntoView + use<> {
    let t = context.locale;
    let focus = !state.has_errors();
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=vec![
            ("case_number".to_owned(), td_string!(t, reception.identity.case_number).to_owned()),
        ] />
        {confirmed.then(|| view! { <Notice kind=Tone::Good><p>{td_string!(t, reception.identity.confirmed)}</p></Notice> })}
        <h1>{td_string!(t, reception.identity.title)}</h1>
        <p>{td_string!(t, reception.identity.lead)}</p>
        <form method="post" action=IDENTITY autocomplete="off" novalidate>
            <TextField
                field=state.field("case_number")
                label=td_string!(t, reception.identity.case_number)
                hint=td_string!(t, reception.identity.case_number_hint)
                autocomplete="off"
                width=FieldWidth::Medium
                ltr=true
                autofocus=focus
            />
            <Actions>
                <Button>{td_string!(t, reception.identity.find)}</Button>
                <LinkButton href=BOARD kind=ButtonKind::Secondary>{td_string!(t, reception.receipt.back)}</LinkButton>
            </Actions>
        </form>
    }
}

/// Is it this person? The claim beside the ID paper.
pub fn confirm(context: &PageContext, claim: IdentityClaim, key: String, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let focus = !state.has_errors();
    let name =
        if claim.name.trim().is_empty() { td_string!(t, reception.identity.no_name).to_owned() } else { claim.name };
    let arrived = format!(
        "{} {}",
        long_date(t, context.clock.date(claim.arrived_at)),
        clock(t, context.clock.time(claim.arrived_at))
    );
    // A number whose check digit did not fit is taken when it is sent a second time.
    let seen = if state.error("personal_number").is_some() { state.value("personal_number") } else { "" };
    let seen = seen.to_owned();
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=vec![
            ("personal_number".to_owned(), td_string!(t, reception.identity.personal_number).to_owned()),
        ] />
        <h1>{td_string!(t, reception.identity.compare)}</h1>
        <DefinitionList items=vec![
            Definition::new(td_string!(t, reception.identity.name), name),
            Definition::new(td_string!(t, reception.identity.case_number), claim.number.clone()),
            Definition::new(td_string!(t, reception.identity.arrived), arrived),
        ] />
        <form method="post" action=IDENTITY autocomplete="off" novalidate>
            <HiddenKey value=key />
            <Hidden name="step" value="confirm" />
            <Hidden name="case_number" value=claim.number />
            <Hidden name="seen" value=seen />
            <TextField
                field=state.field("personal_number")
                label=td_string!(t, reception.identity.personal_number)
                hint=td_string!(t, reception.identity.personal_number_hint)
                inputmode="numeric"
                autocomplete="off"
                width=FieldWidth::Medium
                autofocus=focus
            />
            <Actions>
                <Button>{td_string!(t, reception.identity.confirm)}</Button>
                <LinkButton href=IDENTITY kind=ButtonKind::Secondary>{td_string!(t, reception.choose.back)}</LinkButton>
            </Actions>
        </form>
    }
}
