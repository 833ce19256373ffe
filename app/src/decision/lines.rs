//! The lines of the draft as its form holds them: `lines.0.need`, `lines.0.asked` and so on; which the figures add, and
//! which the caseworker adds or takes away.

use crate::ui::FormState;
use domain::decision::{DecisionContent, DecisionLine, MOST_LINES, Need, Outcome, StaffDecision};

/// The part of a line that says the figures have added it since the draft was saved.
pub const NEW: &str = "new";
/// The part of a line that takes it away.
pub const REMOVE: &str = "remove";
/// The need of a line to be added.
pub const ADDED_NEED: &str = "added_need";

fn name(place: usize, field: &str) -> String {
    format!("lines.{place}.{field}")
}

/// The draft as the form holds it.
pub fn state_of(content: &DecisionContent) -> FormState {
    let mut state = FormState::default();
    for (place, line) in content.lines.iter().enumerate() {
        push(&mut state, place, line);
    }
    state.values.push(("reasons".to_owned(), content.reasons.clone()));
    state.values.push(("pay_on".to_owned(), content.pay_on.map(|day| day.to_string()).unwrap_or_default()));
    state
}

fn push(state: &mut FormState, place: usize, line: &DecisionLine) {
    let values = [
        ("need", line.need.to_string()),
        ("asked", line.asked.to_string()),
        ("granted", line.granted.to_string()),
        ("outcome", line.outcome.as_str().to_owned()),
        ("reason", line.reason.clone()),
    ];
    state.values.extend(values.map(|(field, value)| (name(place, field), value)));
    state.values.extend(line.sections.iter().map(|section| (name(place, "sections"), section.clone())));
}

/// The needs of the lines in the form, in their order; it ends at the first line that has none.
pub fn needs_in(state: &FormState) -> Vec<Need> {
    (0..MOST_LINES).map_while(|place| Need::from_name(state.value(&name(place, "need")))).collect()
}

/// The lines the figures ask for that the form has not, after its own and marked as new: what was typed stays as it is.
pub fn add_missing(state: &mut FormState, view: &StaffDecision) {
    let mut needs = needs_in(state);
    for needed in &view.needed {
        if needs.len() < MOST_LINES && !needs.contains(&needed.line.need) {
            push(state, needs.len(), &needed.line);
            state.values.push((name(needs.len(), NEW), "true".to_owned()));
            needs.push(needed.line.need);
        }
    }
}

/// A line for the need chosen, to be filled in. `false`: none was chosen.
pub fn add(state: &mut FormState) -> bool {
    let needs = needs_in(state);
    let chosen = Need::from_name(state.value(ADDED_NEED)).filter(|need| !needs.contains(need));
    let Some(need) = chosen.filter(|_| needs.len() < MOST_LINES) else { return false };
    for (field, value) in [("need", need.as_str()), ("outcome", Outcome::Granted.as_str())] {
        state.values.push((name(needs.len(), field), value.to_owned()));
    }
    state.values.retain(|(key, _)| key != ADDED_NEED);
    true
}

/// The form without the lines that are taken away; the others are numbered anew.
pub fn without_removed(state: &mut FormState) {
    let mut next = 0;
    let places: Vec<Option<usize>> = (0..needs_in(state).len())
        .map(|place| {
            let kept = state.value(&name(place, REMOVE)).is_empty().then_some(next);
            next += usize::from(kept.is_some());
            kept
        })
        .collect();
    let values = std::mem::take(&mut state.values).into_iter().filter_map(|(key, value)| {
        let line = key.strip_prefix("lines.").and_then(|rest| rest.split_once('.'));
        let Some((Ok(place), field)) = line.map(|(place, field)| (place.parse::<usize>(), field)) else {
            return Some((key, value));
        };
        let kept = places.get(place).copied().flatten()?;
        Some((name(kept, field), value))
    });
    state.values = values.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_away_and_added_and_nothing_typed_is_lost() {
        let mut state = FormState::from_values([
            ("version", "3"),
            ("lines.0.need", "livelihood"),
            ("lines.0.reason", "Ett"),
            ("lines.1.need", "rent"),
            ("lines.1.remove", "true"),
            ("lines.1.reason", "Två"),
            ("lines.2.need", "dental"),
            ("lines.2.granted", "många"),
            ("lines.2.sections", "12:1"),
            ("lines.2.sections", "12:7"),
            ("reasons", "Hela"),
        ]);
        without_removed(&mut state);
        let dental = Need::from_name("dental").expect("a need");
        assert_eq!(needs_in(&state), [Need::Livelihood, dental]);
        assert_eq!((state.value("lines.1.granted"), state.value("lines.0.reason")), ("många", "Ett"));
        assert_eq!((state.values("lines.1.sections"), state.value("reasons")), (vec!["12:1", "12:7"], "Hela"));
        assert!(!add(&mut state), "none was chosen");
        state.values.push((ADDED_NEED.to_owned(), "dental".to_owned()));
        assert!(!add(&mut state), "it is there");
        state.values.retain(|(key, _)| key != ADDED_NEED);
        state.values.push((ADDED_NEED.to_owned(), "rent".to_owned()));
        assert!(add(&mut state));
        assert_eq!(needs_in(&state).last(), Need::from_name("rent").as_ref());
        assert_eq!(state.value("version"), "3");
    }
}
