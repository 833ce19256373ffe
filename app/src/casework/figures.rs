//! The caseworker's form of figures as pairs of name and typed text, read into the same request REST takes.
//!
//! Every line the applicant stated, or somebody saved, is a row with its name in a hidden field; blank rows for more stand
//! below. A row is named by its place (`cost.0.amount`), a line by what it is (`cost.rent`).

use super::texts::typed;
use domain::{
    casework::{
        CalculationView, SaveCalculation,
        calculation::{HOUSEHOLD, PREVIOUS_SURPLUS, children, costs, incomes},
    },
    norm::{
        ChildRequest, CostRequest, EstimateRequest, Field, Given, HouseholdRequest, IncomeKind, IncomeRequest, Month,
    },
};
use std::collections::BTreeMap;

/// Rows for costs and incomes the applicant did not state, each time the page is shown.
const BLANK_ROWS: usize = 2;

type Pairs = Vec<(String, String)>;

/// A row that became an entry of the request.
struct Row {
    /// `cost.3`.
    name: String,
    /// Its kind stands fixed on the page.
    fixed: bool,
    /// The page shows the fields that belong to its kind only.
    kind: String,
}

/// The read form.
pub struct FiguresForm {
    pub command: SaveCalculation,
    children: Vec<Row>,
    costs: Vec<Row>,
    incomes: Vec<Row>,
    /// The field of each line's reason.
    reasons: BTreeMap<String, String>,
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.trim())
}

/// How many rows of that kind were sent.
pub fn rows_of(pairs: &[(String, String)], what: &str, part: &str) -> usize {
    // There cannot be more rows than fields.
    let sent = |row: &usize| pairs.iter().any(|(key, _)| *key == format!("{what}.{row}.{part}"));
    (0..pairs.len()).take_while(sent).count()
}

fn code(text: &str) -> Field {
    if text.is_empty() { Field::Missing } else { Field::from(text) }
}

impl FiguresForm {
    /// Reads what was sent for an application of that month.
    pub fn read(pairs: &[(String, String)], month: Month) -> Self {
        let mut form = Self {
            command: SaveCalculation::default(),
            children: Vec::new(),
            costs: Vec::new(),
            incomes: Vec::new(),
            reasons: BTreeMap::new(),
        };
        let children = form.read_children(pairs);
        let costs = form.read_costs(pairs);
        let incomes = form.read_incomes(pairs);
        let situation =
            pairs.iter().filter(|(key, text)| key == "situation" && !text.is_empty()).map(|(_, text)| code(text));
        let couple = value(pairs, "adults") == "2";
        form.command.version = value(pairs, "version").parse().unwrap_or_default();
        form.command.practice = value(pairs, "practice").parse().unwrap_or_default();
        form.command.request = EstimateRequest {
            month: Field::from(month.to_string()),
            household: Given::Here(HouseholdRequest {
                adults: Field::typed(value(pairs, "adults")),
                partner: if couple { code(value(pairs, "partner")) } else { Field::Missing },
                children: children.into_iter().collect(),
                shared_with: Field::typed(value(pairs, "shared_with")),
                ..HouseholdRequest::default()
            }),
            costs: costs.into_iter().collect(),
            incomes: incomes.into_iter().collect(),
            previous_surplus: Field::typed(value(pairs, PREVIOUS_SURPLUS)),
            surplus_age: Field::typed(value(pairs, "surplus_age")),
            situation: Given::Here(situation.collect()),
            ..EstimateRequest::default()
        };
        form.name_lines(pairs);
        form
    }

    fn read_children(&mut self, pairs: &[(String, String)]) -> Vec<ChildRequest> {
        let mut entries = Vec::new();
        for row in 0..rows_of(pairs, "child", "age") {
            let name = format!("child.{row}");
            let part = |part: &str| value(pairs, &format!("{name}.{part}"));
            let lunch = !part("lunch_away").is_empty();
            if part("age").is_empty() && part("days").is_empty() && !lunch {
                continue;
            }
            entries.push(ChildRequest {
                age: Field::typed(part("age")),
                lunch_away: Field::from(lunch),
                days: Field::typed(part("days")),
                ..ChildRequest::default()
            });
            self.children.push(Row { name, fixed: false, kind: String::new() });
        }
        entries
    }

    /// Which line it is on the page, if it is a row worth reading.
    fn row(pairs: &[(String, String)], name: String) -> Option<Row> {
        let part = |part: &str| value(pairs, &format!("{name}.{part}"));
        let (fixed, kind) = (!part("line").is_empty(), part("kind").to_owned());
        let blank = !fixed && kind.is_empty() && part("amount").is_empty();
        (!blank).then_some(Row { name, fixed, kind })
    }

    /// An emptied amount of a stated line means that nothing of it is counted.
    fn amount(pairs: &[(String, String)], row: &Row) -> Field {
        match Field::typed(value(pairs, &format!("{}.amount", row.name))) {
            Field::Missing if row.fixed => Field::Whole(0),
            typed => typed,
        }
    }

    fn read_costs(&mut self, pairs: &[(String, String)]) -> Vec<CostRequest> {
        let mut entries = Vec::new();
        for row in 0..rows_of(pairs, "cost", "kind") {
            let Some(row) = Self::row(pairs, format!("cost.{row}")) else { continue };
            let amount = Self::amount(pairs, &row);
            entries.push(CostRequest { kind: code(&row.kind), amount, ..CostRequest::default() });
            self.costs.push(row);
        }
        entries
    }

    fn read_incomes(&mut self, pairs: &[(String, String)]) -> Vec<IncomeRequest> {
        let mut entries = Vec::new();
        for row in 0..rows_of(pairs, "income", "kind") {
            let Some(row) = Self::row(pairs, format!("income.{row}")) else { continue };
            let part = |part: &str| value(pairs, &format!("{}.{part}", row.name));
            entries.push(IncomeRequest {
                kind: code(&row.kind),
                amount: Self::amount(pairs, &row),
                person: code(part("person")),
                months_with_support: Field::typed(part("months")),
                stimulus_month: Field::typed(part("stimulus_month")),
                year_to_date: Field::typed(part("year")),
                ..IncomeRequest::default()
            });
            self.incomes.push(row);
        }
        entries
    }

    /// Gives every line of the request the reason that stands in its row.
    fn name_lines(&mut self, pairs: &[(String, String)]) {
        let request = &self.command.request;
        let reason = |row: &str| format!("{row}.reason");
        let mut fields: Vec<(String, String)> =
            vec![(HOUSEHOLD.to_owned(), reason(HOUSEHOLD)), (PREVIOUS_SURPLUS.to_owned(), reason(PREVIOUS_SURPLUS))];
        // Entries and rows were made together, one for one.
        let paired = |line: String, row: &Row| (line, reason(&row.name));
        fields.extend(costs(request).into_iter().zip(&self.costs).map(|((line, _), row)| paired(line, row)));
        fields.extend(incomes(request).into_iter().zip(&self.incomes).map(|((line, _), row)| paired(line, row)));
        fields.extend(children(request).into_iter().zip(&self.children).map(|((line, _), row)| paired(line, row)));
        // A child taken out leaves its row blank: the reason there stands for the places that fall away.
        let all = rows_of(pairs, "child", "age");
        let emptied = (0..all)
            .map(|row| format!("child.{row}"))
            .find(|name| self.children.iter().all(|row| row.name != *name) && !value(pairs, &reason(name)).is_empty());
        let gone = emptied.unwrap_or_else(|| {
            let blank = (0..all).map(|row| format!("child.{row}"));
            blank.into_iter().find(|name| self.children.iter().all(|row| row.name != *name)).unwrap_or_default()
        });
        fields.extend((self.children.len()..all).map(|place| (format!("child.{}", place + 1), reason(&gone))));
        for (line, field) in fields {
            let mut text = value(pairs, &field);
            if text.is_empty() && line.starts_with("child.") {
                text = value(pairs, &reason(&gone));
            }
            if !text.is_empty() {
                self.command.deviations.insert(line.clone(), text.to_owned());
            }
            self.reasons.insert(line, field);
        }
    }

    /// The field on the page that a fault's pointer is about; none when it is about no field.
    pub fn field(&self, pointer: &str) -> Option<String> {
        let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let row = |rows: &[Row], index: &str, part: &str| {
            let row = rows.get(index.parse::<usize>().ok()?)?;
            let wage = row.kind == IncomeKind::Wage.as_str();
            let part = match part {
                "kind" | "person" if row.fixed => "amount",
                "months_with_support" if row.fixed && wage => "months",
                "stimulus_month" if row.fixed && wage => "stimulus_month",
                "year_to_date" if row.fixed && row.kind == IncomeKind::PupilWage.as_str() => "year",
                "months_with_support" | "stimulus_month" | "year_to_date" => "amount",
                other => other,
            };
            Some(format!("{}.{part}", row.name))
        };
        match parts.as_slice() {
            ["deviations", line] => self.reasons.get(*line).cloned(),
            ["request", "household", "children", index, part] => row(&self.children, index, part),
            ["request", "household", part] => Some((*part).to_owned()),
            ["request", "costs", index, part] => row(&self.costs, index, part),
            ["request", "incomes", index, part] => row(&self.incomes, index, part),
            ["request", field @ (PREVIOUS_SURPLUS | "surplus_age")] => Some((*field).to_owned()),
            _ => None,
        }
    }
}

/// What the form holds when it is opened: every line that was stated or saved with the verified figure, its reason, and
/// blank rows.
pub fn opened(view: &CalculationView) -> Pairs {
    let (stated, verified) = (&view.stated.request, &view.verified.request);
    let mut pairs: Pairs = vec![("version".to_owned(), view.version.to_string())];
    let mut put = |name: &str, text: String| pairs.push((name.to_owned(), text));
    let reason = |line: &str| view.deviations.get(line).cloned().unwrap_or_default();
    put("practice", view.practice.to_string());
    if let Given::Here(household) = &verified.household {
        put("adults", typed(&household.adults));
        put("partner", typed(&household.partner));
        put("shared_with", typed(&household.shared_with));
    }
    put("household.reason", reason(HOUSEHOLD));
    let (now, before) = (children(verified), children(stated).len());
    for row in 0..=now.len().max(before) {
        let child = now.get(row).map(|(_, child)| *child);
        let part = |part: &str| format!("child.{row}.{part}");
        put(&part("age"), child.map(|child| typed(&child.age)).unwrap_or_default());
        if child.is_some_and(|child| child.lunch_away == Field::Flag(true)) {
            put(&part("lunch_away"), "true".to_owned());
        }
        put(&part("days"), child.map(|child| typed(&child.days)).unwrap_or_default());
        put(&part("reason"), reason(&format!("child.{}", row + 1)));
    }
    let now = costs(verified);
    let mut lines: Vec<(String, &CostRequest)> = costs(stated);
    lines.extend(now.iter().filter(|(line, _)| costs(stated).iter().all(|(other, _)| other != line)).cloned());
    for (row, (line, stated)) in lines.iter().enumerate() {
        let part = |part: &str| format!("cost.{row}.{part}");
        let found = now.iter().find(|(other, _)| other == line);
        put(&part("line"), line.clone());
        put(&part("kind"), typed(&stated.kind));
        put(&part("amount"), found.map_or_else(|| "0".to_owned(), |(_, cost)| typed(&cost.amount)));
        put(&part("reason"), reason(line));
    }
    for row in (lines.len()..).take(BLANK_ROWS) {
        put(&format!("cost.{row}.kind"), String::new());
    }
    let now = incomes(verified);
    let mut lines: Vec<(String, &IncomeRequest)> = incomes(stated);
    lines.extend(now.iter().filter(|(line, _)| incomes(stated).iter().all(|(other, _)| other != line)).cloned());
    for (row, (line, stated)) in lines.iter().enumerate() {
        let part = |part: &str| format!("income.{row}.{part}");
        let found = now.iter().find(|(other, _)| other == line).map(|(_, income)| *income);
        put(&part("line"), line.clone());
        put(&part("kind"), typed(&stated.kind));
        put(&part("person"), typed(&stated.person));
        put(&part("amount"), found.map_or_else(|| "0".to_owned(), |income| typed(&income.amount)));
        let shown = found.unwrap_or(stated);
        put(&part("months"), typed(&shown.months_with_support));
        put(&part("stimulus_month"), typed(&shown.stimulus_month));
        put(&part("year"), typed(&shown.year_to_date));
        put(&part("reason"), reason(line));
    }
    for row in (lines.len()..).take(BLANK_ROWS) {
        put(&format!("income.{row}.kind"), String::new());
    }
    put(PREVIOUS_SURPLUS, typed(&verified.previous_surplus));
    put("surplus_age", typed(&verified.surplus_age));
    put("previous_surplus.reason", reason(PREVIOUS_SURPLUS));
    if let Given::Here(codes) = &verified.situation {
        for code in codes {
            put("situation", typed(code));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        casework::{CaseHead, CaseStatus, Figures, calculation::differing},
        id::{ApplicationId, CaseId},
    };
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn view(stated: &Value, verified: &Value) -> CalculationView {
        let figures = |value: &Value| Figures {
            request: serde_json::from_value(value.clone()).expect("a request"),
            estimate: None,
            faults: Vec::new(),
        };
        CalculationView {
            case: CaseHead {
                case_id: CaseId(Uuid::nil()),
                number: "2026-00001".into(),
                office: "sodra".into(),
                office_name: "Södra".into(),
                status: CaseStatus::Open,
                opened_at: jiff::Timestamp::UNIX_EPOCH,
                handler: None,
            },
            application_id: ApplicationId(Uuid::nil()),
            month: "2026-11".parse().expect("a month"),
            stated: figures(stated),
            verified: figures(verified),
            deviations: BTreeMap::from([("cost.rent".to_owned(), "Avin".to_owned())]),
            version: 3,
            saved: None,
            practice_changed: false,
            practice: 2,
        }
    }

    fn stated() -> Value {
        json!({
            "month": "2026-11",
            "household": { "adults": 2, "partner": "no_right", "children": [{ "age": 4, "lunch_away": true }, { "age": 9, "days": 15 }], "shared_with": 1 },
            "costs": [{ "kind": "rent", "amount": 8200 }, { "kind": "rent", "amount": 100 }, { "kind": "dental", "amount": 900 }],
            "incomes": [{ "kind": "wage", "amount": 9000, "person": "adult1", "months_with_support": 6 }, { "kind": "child_benefit", "amount": 2650 }],
            "previous_surplus": 200, "surplus_age": 2,
            "situation": ["student"],
        })
    }

    fn set(pairs: &mut Pairs, name: &str, text: &str) {
        pairs.retain(|(key, _)| key != name);
        pairs.push((name.to_owned(), text.to_owned()));
    }

    #[test]
    fn what_is_opened_and_sent_unchanged_differs_in_nothing() {
        let view = view(&stated(), &stated());
        let form = FiguresForm::read(&opened(&view), view.month);
        assert_eq!(differing(&view.stated.request, &form.command.request), Vec::<String>::new());
        assert_eq!((form.command.version, form.command.practice), (3, 2));
        assert_eq!(form.command.deviations, view.deviations);
    }

    #[test]
    fn changed_lines_carry_the_reason_of_their_row_and_faults_find_their_field() {
        let mut verified = stated();
        verified["costs"] = json!([{ "kind": "rent", "amount": 8000 }, { "kind": "medicine", "amount": 50 }]);
        let view = view(&stated(), &verified);
        let mut pairs = opened(&view);
        // rent, rent again (0), dental (0), medicine, two blank rows
        set(&mut pairs, "cost.3.amount", "sextio");
        set(&mut pairs, "cost.4.kind", "glasses");
        set(&mut pairs, "cost.4.amount", "700");
        set(&mut pairs, "cost.2.reason", "Ingår inte");
        set(&mut pairs, "income.0.months", "");
        let form = FiguresForm::read(&pairs, view.month);
        let lines = differing(&view.stated.request, &form.command.request);
        assert_eq!(
            lines,
            ["cost.rent", "cost.medicine", "cost.glasses", "income.wage.adult1", "cost.rent.2", "cost.dental"]
        );
        assert_eq!(form.command.deviations["cost.dental"], "Ingår inte");
        assert_eq!(form.field("/request/costs/3/amount").as_deref(), Some("cost.3.amount"));
        assert_eq!(form.field("/request/costs/3/kind").as_deref(), Some("cost.3.amount"), "fixed");
        assert_eq!(form.field("/request/costs/4/kind").as_deref(), Some("cost.4.kind"));
        assert_eq!(form.field("/deviations/cost.glasses").as_deref(), Some("cost.4.reason"));
        assert_eq!(form.field("/deviations/income.wage.adult1").as_deref(), Some("income.0.reason"));
        assert_eq!(form.field("/request/incomes/0/months_with_support").as_deref(), Some("income.0.months"));
        assert_eq!(form.field("/request/household/children/1/days").as_deref(), Some("child.1.days"));
        assert_eq!(form.field("/request/month"), None);
    }

    #[test]
    fn a_child_taken_out_needs_one_reason() {
        let view = view(&stated(), &stated());
        let mut pairs = opened(&view);
        for part in ["age", "days", "lunch_away"] {
            set(&mut pairs, &format!("child.0.{part}"), "");
        }
        let bare = FiguresForm::read(&pairs, view.month);
        assert_eq!(differing(&view.stated.request, &bare.command.request), ["child.1", "child.2"]);
        assert_eq!(bare.field("/deviations/child.2").as_deref(), Some("child.0.reason"));
        set(&mut pairs, "child.0.reason", "Bor hos pappan");
        let form = FiguresForm::read(&pairs, view.month);
        assert_eq!(form.command.deviations["child.1"], "Bor hos pappan");
        assert_eq!(form.command.deviations["child.2"], "Bor hos pappan");
    }
}
