use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 23);

/// A form nothing is wrong with.
fn whole() -> ApplicationForm {
    ApplicationForm {
        office: "sodra".into(),
        way: "email".into(),
        email: "anna@exempel.example".into(),
        language: "sv".into(),
        adults: "1".into(),
        children: vec![ChildRow { age: "4".into(), lunch_away: true, days: String::new() }],
        incomes: vec![IncomeRow { kind: "wage".into(), amount: "9 000 kr".into(), ..IncomeRow::default() }],
        costs: vec![CostRow { kind: "rent".into(), amount: "8200".into() }],
        month: "2026-11".into(),
        need: "Pengarna räcker inte till hyran.".into(),
        account: "none".into(),
        ..ApplicationForm::default()
    }
}

fn pointers(form: &ApplicationForm, door: Door) -> Vec<(String, FieldCode)> {
    form.faults(door, TODAY).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn one(pointer: &str, code: FieldCode) -> Vec<(String, FieldCode)> {
    vec![(pointer.to_owned(), code)]
}

#[test]
fn little_must_be_answered_and_all_that_is_missing_is_said_at_once() {
    assert_eq!(pointers(&whole(), Door::Portal), []);
    assert_eq!(pointers(&whole(), Door::Guest), one("/name", FieldCode::Required));
    let missing: Vec<String> =
        pointers(&ApplicationForm::default(), Door::Guest).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(missing, ["/name", "/office", "/way", "/adults", "/month", "/need", "/account"]);
    assert_eq!(pointers(&ApplicationForm::default(), Door::Desk), [], "said aloud at the desk it is an application");
    let letter = ApplicationForm { way: "letter".into(), ..ApplicationForm::default() };
    assert_eq!(pointers(&letter, Door::Desk), [], "who has no address yet may want letters all the same");
}

#[test]
fn every_fault_has_its_place() {
    let change = |change: fn(&mut ApplicationForm)| {
        let mut form = whole();
        change(&mut form);
        pointers(&form, Door::Portal)
    };
    assert_eq!(change(|form| form.email.clear()), one("/email", FieldCode::Required));
    assert_eq!(change(|form| form.email = "anna".into()), one("/email", FieldCode::Malformed));
    assert_eq!(change(|form| form.email = "a@b@c.se".into()), one("/email", FieldCode::Malformed));
    assert_eq!(change(|form| form.way = "phone".into()), one("/phone", FieldCode::Required));
    assert_eq!(change(|form| form.way = "letter".into()), one("/postal_address", FieldCode::Required));
    assert_eq!(change(|form| form.postal_address = "a\nb".into()), one("/postal_address", FieldCode::Malformed));
    assert_eq!(change(|form| form.way = "pigeon".into()), one("/way", FieldCode::UnknownChoice));
    assert_eq!(change(|form| form.phone = "ring".into()), one("/phone", FieldCode::Malformed));
    assert_eq!(change(|form| form.personal_number = "12".into()), one("/personal_number", FieldCode::Malformed));
    assert_eq!(change(|form| form.adults = "2".into()), one("/partner", FieldCode::Required));
    assert_eq!(change(|form| form.partner = "no_right".into()), one("/partner", FieldCode::DoesNotFit));
    assert_eq!(change(|form| form.children[0].age = "nio".into()), one("/children/0/age", FieldCode::NotANumber));
    assert_eq!(change(|form| form.children[0].age = "21".into()), one("/children/0/age", FieldCode::OutOfRange));
    assert_eq!(change(|form| form.children[0].age.clear()), one("/children/0/age", FieldCode::Required));
    assert_eq!(change(|form| form.incomes[0].amount = "nio".into()), one("/incomes/0/amount", FieldCode::NotAnAmount));
    assert_eq!(change(|form| form.incomes[0].kind.clear()), one("/incomes/0/kind", FieldCode::Required));
    assert_eq!(
        change(|form| form.incomes[0].person = "adult2".into()),
        one("/incomes/0/person", FieldCode::DoesNotFit)
    );
    assert_eq!(change(|form| form.costs[0].kind = "yacht".into()), one("/costs/0/kind", FieldCode::UnknownChoice));
    assert_eq!(change(|form| form.situation = vec!["rich".into()]), one("/situation/0", FieldCode::UnknownChoice));
    assert_eq!(change(|form| form.month = "2026-08".into()), one("/month", FieldCode::UnknownChoice));
    assert_eq!(change(|form| form.month = "november".into()), one("/month", FieldCode::NotAMonth));
    assert_eq!(change(|form| form.need = "a\0".into()), one("/need", FieldCode::Malformed));
    assert_eq!(change(|form| form.need = "a".repeat(MOST_LETTERS + 1)), one("/need", FieldCode::TooLong));
    assert_eq!(change(|form| form.account = "account".into()), one("/account_number", FieldCode::Required));
}

#[test]
fn blank_rows_are_nobodys_fault_and_are_dropped() {
    let mut form = whole();
    form.children.push(ChildRow::default());
    form.incomes.insert(0, IncomeRow { person: "adult1".into(), ..IncomeRow::default() });
    form.costs.push(CostRow::default());
    assert_eq!(pointers(&form, Door::Portal), []);
    form.drop_blank_rows();
    assert_eq!(form, whole());
}

/// A form with three children, of whom nothing is known of the first, and something earned by each of the others.
fn pupils() -> ApplicationForm {
    let child = |age: &str| ChildRow { age: age.into(), ..ChildRow::default() };
    let wage = |person: &str, amount: &str, year: &str| IncomeRow {
        kind: "pupil_wage".into(),
        amount: amount.into(),
        person: person.into(),
        year_to_date: year.into(),
    };
    ApplicationForm {
        children: vec![child(""), child("16"), child("18")],
        incomes: vec![wage("child2", "40000", ""), wage("child3", "41000", "70 000"), wage("", "5", "")],
        ..whole()
    }
}

fn persons(form: &ApplicationForm) -> Vec<(String, String)> {
    let request = form.estimate_request(date(2026, 11, 1));
    here(&request.incomes).map(|income| (typed(&income.person), typed(&income.year_to_date))).collect()
}

#[test]
fn a_childs_income_follows_the_child() {
    let mut form = pupils();
    let of = |told: [(&str, &str); 3]| told.map(|(person, year)| (person.to_owned(), year.to_owned())).to_vec();
    let told = of([("child1", ""), ("child2", "70000"), ("", "")]);
    assert_eq!(persons(&form), told, "blank rows are not counted");
    form.drop_blank_rows();
    assert_eq!((form.children.len(), persons(&form)), (2, told.clone()), "nor when they are dropped");
    assert_eq!(pointers(&form, Door::Portal), []);
    let mut again = ApplicationForm::default();
    again.take(&form.estimate_request(date(2026, 11, 1)));
    assert_eq!(persons(&again), told, "and so they arrive from the estimate");

    // The first is taken out: what was its is nobody's in particular, and the other stays the other's.
    form.children[0] = ChildRow::default();
    form.drop_blank_rows();
    assert_eq!(persons(&form), of([("", ""), ("child1", "70000"), ("", "")]));
    form.incomes[0].person = "child2".into();
    form.incomes[1].year_to_date = "x".into();
    let faults = [
        ("/incomes/0/person".to_owned(), FieldCode::DoesNotFit),
        ("/incomes/1/year_to_date".to_owned(), FieldCode::NotAnAmount),
    ];
    assert_eq!(pointers(&form, Door::Portal), faults);
}

#[test]
fn a_year_told_once_for_all_is_still_told() {
    let content =
        r#"{"pupil_year":"60 000","incomes":[{"kind":"pupil_wage","amount":"500"},{"kind":"wage","amount":"1"}]}"#;
    let form: ApplicationForm = serde_json::from_str(content).expect("a form of yesterday");
    let years: Vec<String> = persons(&form).into_iter().map(|(_, year)| year).collect();
    assert_eq!(years, ["60000", ""]);
}

#[test]
fn the_two_years_can_be_over() {
    let mut form = whole();
    form.stimulus = "over".into();
    assert_eq!(pointers(&form, Door::Portal), []);
    let request = form.estimate_request(date(2026, 11, 1));
    let wage = here(&request.incomes).next().expect("a wage");
    assert_eq!((&wage.months_with_support, &wage.stimulus_month), (&Field::Whole(6), &Field::Whole(25)));
    let mut other = ApplicationForm::default();
    other.take(&request);
    assert_eq!((other.stimulus.as_str(), other.stimulus2.as_str()), ("over", ""));
    form.stimulus = "perhaps".into();
    assert_eq!(pointers(&form, Door::Portal), one("/stimulus", FieldCode::UnknownChoice));
}

#[test]
fn months_reach_from_the_one_before_to_the_next() {
    let names: Vec<String> = months_on_offer(date(2026, 12, 31)).iter().map(ToString::to_string).collect();
    assert_eq!(names, ["2026-11", "2026-12", "2027-01"]);
}

#[test]
fn the_answers_become_a_question_and_a_question_becomes_the_answers() {
    let mut form = whole();
    form.stimulus = "yes".into();
    let request = form.estimate_request(date(2026, 11, 1));
    assert_eq!(request.month, Field::from("2026-11"));
    let wage = here(&request.incomes).next().expect("a wage");
    assert_eq!((&wage.amount, &wage.person), (&Field::Whole(9000), &Field::from("adult1")));
    assert_eq!(wage.months_with_support, Field::Whole(6));

    let mut other = ApplicationForm { need: "Kvar.".into(), adults: "2".into(), ..ApplicationForm::default() };
    other.take(&request);
    assert_eq!(other.need, "Kvar.");
    assert_eq!((other.adults.as_str(), other.stimulus.as_str(), other.stimulus2.as_str()), ("1", "yes", ""));
    assert_eq!(other.children, form.children);
    assert_eq!(other.costs, form.costs);
    assert_eq!(other.estimate_request(date(2026, 11, 1)), request);
}

#[test]
fn what_could_not_be_read_is_kept_as_it_was_typed() {
    let mut form = whole();
    form.costs[0].amount = "åtta tusen".into();
    let mut other = ApplicationForm::default();
    other.take(&form.estimate_request(date(2026, 11, 1)));
    assert_eq!(other.costs[0].amount, "åtta tusen");
}

#[test]
fn a_draft_of_yesterdays_shape_is_still_read() {
    let form: ApplicationForm = serde_json::from_str(r#"{"need":"x","gone":1}"#).expect("a form");
    assert_eq!(form.need, "x");
}
