//! What is wrong in a draft, or stands in the way of publishing it: each a sentence that leads to its field and stands
//! beside it too.

use super::{lines::ADDED_NEED, paper::need_name};
use crate::{
    failure::field_text,
    i18n::{I18nLocaleTrait, Locale, td_string},
    ui::{
        FormState,
        format::{figures, left_to_right},
    },
};
use domain::{
    FieldCode, FieldFault,
    decision::{Need, NeededLine, Outcome, StaffDecision, missing_lines},
};

/// The address of the form with its hindrances said at their fields.
pub fn address(draft: &str) -> String {
    format!("{draft}?ratta")
}

/// The needs of the lines of a saved draft, and then of those its form adds.
pub fn needs_of(view: &StaffDecision) -> Vec<Need> {
    let missing = missing_lines(&view.needed, &view.content).map(|needed| needed.line.need);
    view.content.lines.iter().map(|line| line.need).chain(missing).collect()
}

/// Says at their fields what stands in the way of publishing a saved draft.
pub fn mark(t: Locale, state: &mut FormState, view: &StaffDecision) {
    say(t, state, &view.faults, &needs_of(view), &view.needed);
    for (place, line) in view.content.lines.iter().enumerate().filter(|(_, line)| line.outcome != Outcome::Granted) {
        let field = format!("lines.{place}.sections");
        let cited = |section: &String| view.sections.iter().find(|one| one.section == *section && !one.settled);
        if let (Some(unsettled), None) = (line.sections.iter().find_map(cited), state.error(&field)) {
            let cite = left_to_right(&unsettled.cite);
            state.push_error(field, td_string!(t, decision.field.section_unsettled, cite = cite).to_string());
        }
    }
}

/// Faults at their fields; those of no field above the form.
pub fn say(t: Locale, state: &mut FormState, faults: &[FieldFault], needs: &[Need], needed: &[NeededLine]) {
    for fault in faults {
        let mut field = fault.pointer.trim_start_matches('/').replace('/', ".");
        let need = field.split('.').nth(1).and_then(|place| place.parse::<usize>().ok()).and_then(|at| needs.get(at));
        let stated = needed.iter().find(|one| Some(&one.line.need) == need).map_or(0, |one| one.stated);
        let text = text(t, fault, stated);
        // A line that is not there: said at the first amount of the one that is offered.
        if let Some(line) = field.strip_suffix(".need") {
            field = format!("{line}.asked");
        }
        if matches!(field.as_str(), "lines" | "period" | "") {
            let said = format!("{}: {text}", label(t, &field, needs).unwrap_or_default());
            state.form_error.get_or_insert(said);
        } else if state.error(&field).is_none() {
            state.push_error(field, text);
        }
    }
}

/// What to do about a fault. `stated`: what the applicant asks for there, in kronor.
fn text(t: Locale, fault: &FieldFault, stated: i64) -> String {
    let field = fault.pointer.rsplit('/').next().unwrap_or_default();
    let text = match (field, fault.code) {
        ("need", FieldCode::Required) => td_string!(t, decision.field.line_missing),
        ("asked", FieldCode::DoesNotFit) => {
            return td_string!(t, decision.field.asked_too_low, amount = figures(stated, t.as_str())).to_string();
        }
        ("granted", FieldCode::DoesNotFit) => td_string!(t, decision.field.granted_too_low),
        ("outcome", FieldCode::DoesNotFit) => td_string!(t, decision.field.outcome_does_not_fit),
        ("reason", FieldCode::Required) => td_string!(t, decision.field.reason_missing),
        ("sections", FieldCode::Required) => td_string!(t, decision.field.sections_missing),
        ("sections", FieldCode::DoesNotFit) => td_string!(t, decision.field.sections_do_not_fit),
        ("sections", FieldCode::UnknownChoice) => td_string!(t, decision.field.section_gone),
        ("pay_on", FieldCode::DoesNotFit) => td_string!(t, decision.field.pay_on_without_money),
        ("pay_on", FieldCode::OutOfRange) => td_string!(t, decision.field.pay_on_passed),
        ("calculation", FieldCode::DoesNotFit) => td_string!(t, decision.staff.unanswered),
        ("calculation", _) => td_string!(t, decision.staff.no_calculation),
        (_, code) => field_text(t, code),
    };
    text.to_owned()
}

/// What each faulty field is called, for the summary.
pub fn labels(t: Locale, state: &FormState, needs: &[Need]) -> Vec<(String, String)> {
    let name = |field: &String| Some((field.clone(), label(t, field, needs)?));
    state.errors.iter().filter_map(|error| name(&error.field)).collect()
}

/// What a field is called: its line, and its own name where the sentence about it does not say it.
fn label(t: Locale, field: &str, needs: &[Need]) -> Option<String> {
    let mut parts = field.split('.');
    let (first, place, field) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let own = match field.unwrap_or(first) {
        "asked" => td_string!(t, decision.staff.asked),
        "granted" => td_string!(t, decision.staff.granted),
        "reasons" => td_string!(t, decision.staff.reasons),
        "pay_on" => td_string!(t, decision.staff.pay_on),
        ADDED_NEED => td_string!(t, decision.staff.added_need),
        "period" => td_string!(t, decision.field.period),
        "lines" | "" => td_string!(t, decision.field.lines),
        _ => "",
    };
    let line = place.and_then(|place| place.parse().ok()).and_then(|place| Some((place, *needs.get(place)?)));
    match (line, own) {
        (Some((place, need)), "") => Some(line_title(t, place, need)),
        (Some((place, need)), own) => Some(format!("{} ({own})", line_title(t, place, need))),
        (None, "") => None,
        (None, own) => Some(own.to_owned()),
    }
}

/// "Rad 2, Hyra".
pub fn line_title(t: Locale, place: usize, need: Need) -> String {
    td_string!(t, decision.staff.line, number = (place + 1).to_string(), need = need_name(t, need)).to_string()
}
