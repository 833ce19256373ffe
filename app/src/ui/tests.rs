//! The HTML the pieces give: ids that meet, words that are escaped, nothing twice.

use std::collections::HashSet;

use leptos::prelude::*;

use super::*;

const HOSTILE: &str = r#""><script>alert('x')</script>&amp;"#;

fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new_root(None).with(|| view().to_html())
}

/// Every value of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The start tag that has this id.
fn tag<'a>(html: &'a str, id: &str) -> &'a str {
    let at = html.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no element {id} in {html}"));
    let start = html[..at].rfind('<').unwrap();
    let end = html[at..].find('>').unwrap() + at;
    &html[start..=end]
}

fn wrong() -> FormState {
    let mut state = FormState::from_values([
        ("wage", "9 tusen"),
        ("needs", "a"),
        ("needs", "c"),
        ("six", "no"),
        ("text", HOSTILE),
        ("area", "</textarea><script>"),
    ]);
    for name in ["wage", "needs", "six", "text", "area", "month", "ok", "days", "paper"] {
        state.push_error(name, format!("fel i {name} {HOSTILE}"));
    }
    state.form_error = Some(HOSTILE.to_owned());
    state
}

/// A form with every kind of control, each of them wrong.
fn everything() -> String {
    let state = wrong();
    let choices = || vec![Choice::new("a", "A").hint("om A"), Choice::new(HOSTILE, HOSTILE), Choice::new("c", "C")];
    html(move || {
        view! {
            <ErrorSummary title="Fel" state=state.clone() labels=vec![("wage".to_owned(), "Lön".to_owned())] />
            <MoneyField field=state.field("wage") label="Lön" hint="tips" />
            <Checkboxes field=state.field("needs") legend="Behov" hint="tips" choices=choices() />
            <Radios field=state.field("six") legend="Sex" choices=vec![Choice::new("yes", "Ja"), Choice::new("no", "Nej")] heading=true />
            <TextField field=state.field("text") label=HOSTILE hint=HOSTILE />
            <TextArea field=state.field("area") label="Mer" />
            <MonthField field=state.field("month") label="Månad" months=choices() />
            <Checkbox field=state.field("ok") label="Sant" hint="tips" />
            <NumberField field=state.field("days") label="Dagar" unit="dagar" />
            <FileField field=state.field("paper") label="Papper" />
            <Fieldset legend="Barn" hint="tips" id="child-1" part=true><NumberField field="child.1.age" label="Ålder" /></Fieldset>
        }
        .into_any()
    })
}

#[test]
fn ids_are_unique_and_everything_pointed_at_exists() {
    let html = everything();
    let ids = attributes(&html, "id");
    let unique: HashSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for name in ["for", "aria-describedby", "aria-labelledby"] {
        let targets = attributes(&html, name);
        assert!(!targets.is_empty());
        for id in targets.iter().flat_map(|list| list.split(' ')) {
            assert!(unique.contains(id), "{name} points at {id}, which is not there");
        }
    }
    let links = attributes(&html, "href");
    assert_eq!(links.len(), 9);
    for link in links {
        assert!(unique.contains(link.strip_prefix('#').unwrap()), "{link} leads nowhere");
    }
}

#[test]
fn the_summary_leads_to_the_first_control_of_a_group() {
    let html = everything();
    for (id, kind) in [("f-needs", "checkbox"), ("f-six", "radio")] {
        let first = tag(&html, id);
        assert!(first.starts_with("<input") && first.contains(&format!("type=\"{kind}\"")), "{first}");
    }
}

#[test]
fn the_summary_takes_the_focus_and_says_which_field() {
    let html = everything();
    let start = html.split('>').next().unwrap();
    for part in [
        "class=\"error-summary\"",
        "role=\"alert\"",
        "tabindex=\"-1\"",
        " autofocus",
        "aria-labelledby=\"error-summary-title\"",
    ] {
        assert!(start.contains(part), "{part} missing in {start}");
    }
    assert!(html.contains(">Lön: fel i wage"), "{html}");
    assert_eq!(html.matches("autofocus").count(), 1);
}

#[test]
fn no_summary_when_nothing_is_wrong() {
    let html = html(|| view! { <ErrorSummary title="Fel" state=FormState::default() /> }.into_any());
    assert!(!html.contains("error-summary"), "{html}");
}

#[test]
fn a_control_is_described_by_its_hint_and_its_message() {
    let html = everything();
    let wage = tag(&html, "f-wage");
    assert!(wage.contains("aria-describedby=\"f-wage--hint f-wage--error f-wage--unit\""), "{wage}");
    assert!(wage.contains("aria-invalid=\"true\"") && wage.contains("value=\"9 tusen\""), "{wage}");
    assert!(wage.contains("inputmode=\"numeric\"") && wage.contains("dir=\"ltr\""), "{wage}");
    assert!(tag(&html, "f-area").contains("aria-describedby=\"f-area--error\""));
    // The message comes before the control.
    assert!(html.find("id=\"f-wage--error\"").unwrap() < html.find("id=\"f-wage\"").unwrap());
}

#[test]
fn a_control_without_fault_says_nothing_of_faults() {
    let html = html(|| view! { <TextField field="name" label="Namn" /> }.into_any());
    for part in ["aria-invalid", "aria-describedby", "error", "inputmode", "autocomplete", "maxlength", "hint"] {
        assert!(!html.contains(part), "{part} in {html}");
    }
    assert!(html.contains("<label for=\"f-name\" class=\"label\">Namn</label>"), "{html}");
}

#[test]
fn what_was_chosen_stays_chosen() {
    let html = everything();
    let checked = |id: &str| tag(&html, id).contains(" checked");
    assert!(checked("f-needs") && !checked("f-needs--2") && checked("f-needs--3"));
    assert!(!checked("f-six") && checked("f-six--2"));
    let select = html_of_select("2026-12");
    assert!(select.contains("<option value=\"2026-12\" selected>"), "{select}");
    assert_eq!(html_of_select("").matches("selected").count(), 0);
}

fn html_of_select(chosen: &'static str) -> String {
    html(move || {
        let field = FormState::from_values([("m", chosen)]).field("m");
        view! { <Select field=field label="M" empty="Välj" choices=vec![Choice::new("2026-11", "nov"), Choice::new("2026-12", "dec")] /> }
            .into_any()
    })
}

#[test]
fn hostile_words_stay_words() {
    let html = everything();
    assert!(!html.contains("<script"), "{html}");
    let typed = tag(&html, "f-text");
    assert!(typed.contains("value=\"&quot;") && typed.contains("&amp;amp;"), "{typed}");

    let html = html_of_other_pieces();
    assert!(!html.contains("<script"), "{html}");
}

fn html_of_other_pieces() -> String {
    html(|| {
        let row = || MoneyRow::new(HOSTILE, HOSTILE).law(HOSTILE).status(Tone::Warn, HOSTILE);
        view! {
            <UrgentStrip title=HOSTILE text=HOSTILE href=HOSTILE />
            <Answer headline=HOSTILE about=HOSTILE amount=HOSTILE />
            <DateBox day=HOSTILE month=HOSTILE weekday=HOSTILE datetime=HOSTILE title=HOSTILE text=HOSTILE />
            <Tag text=HOSTILE />
            <Choices items=vec![LinkItem::new(HOSTILE, HOSTILE, HOSTILE)] />
            <DefinitionList items=vec![Definition::new(HOSTILE, HOSTILE).change(HOSTILE, HOSTILE)] />
            <MoneyTable caption=HOSTILE label_heading=HOSTILE amount_heading=HOSTILE groups=vec![vec![row()].into()] total=row() />
            <DataTable id="d" caption=HOSTILE columns=vec![Column::new(HOSTILE)] rows=vec![vec![Cell::from(HOSTILE)].into()] empty=HOSTILE />
            <Empty title=HOSTILE text=HOSTILE />
            <Button name=HOSTILE value=HOSTILE shortcut=HOSTILE>{HOSTILE}</Button>
            <HiddenKey value=HOSTILE />
            <Footer lines=vec![HOSTILE.to_owned()] links=vec![NavLink::new(HOSTILE, HOSTILE)] links_label=HOSTILE />
        }
        .into_any()
    })
}

#[test]
fn typed_lines_survive() {
    let html = html(|| {
        let field = FormState::from_values([("a", "\n två &lt;\n</textarea><b>")]).field("a");
        view! { <TextArea field=field label="A" /> }.into_any()
    });
    let inside = html.split_once("<textarea").unwrap().1.split_once('>').unwrap().1;
    assert!(inside.starts_with("\n\n två &amp;lt;\n&lt;/textarea>&lt;b></textarea>"), "{html}");
}

#[test]
fn names_give_ids_that_work_in_a_link() {
    let ids: HashSet<_> = ["cost[0]", "cost-0", "cost.0", "cost 0", "cost#0", "cost%0", "kostnad å"]
        .into_iter()
        .map(form::field_id)
        .collect();
    assert_eq!(ids.len(), 7);
    assert!(
        ids.iter().flat_map(|id| id.chars()).all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter)),
        "{ids:?}"
    );
    assert_eq!(Field::from("who").scoped("row-2").id, "f-row-2.who");
}

#[test]
fn state_answers_by_name() {
    let state = wrong();
    assert_eq!(state.value("wage"), "9 tusen");
    assert_eq!(state.value("absent"), "");
    assert_eq!(state.values("needs"), ["a", "c"]);
    assert!(state.error("wage").is_some_and(|text| text.starts_with("fel i wage")));
    assert_eq!(state.error("absent"), None);
    assert!(state.has_errors() && !FormState::default().has_errors());
    assert!(FormState { form_error: Some("x".into()), ..FormState::default() }.has_errors());
    assert_eq!(state.field("wage").or("5").values, ["9 tusen"]);
    assert_eq!(Field::from("new").or("5").values, ["5"]);
}

#[test]
fn nothing_inline() {
    for html in [everything(), html_of_other_pieces(), bar(false), bar(true)] {
        assert!(!html.contains(" style=") && !html.contains(" onclick"), "{html}");
    }
}

fn bar(staff: bool) -> String {
    html(move || {
        view! {
            <TopBar
                brand="Porten"
                staff=staff
                languages=vec![
                    LanguageLink { code: "sv".into(), name: "Svenska".into(), href: "?lang=sv".into(), current: true },
                    LanguageLink { code: "ar".into(), name: "العربية".into(), href: "?lang=ar".into(), current: false },
                ]
                languages_label="Språk"
                who="Maria"
                sign_out_label="Logga ut"
                leave_label="Lämna sidan"
            >
                <UrgentStrip title="Akut?" text="Ring." href="/akut" />
            </TopBar>
        }
        .into_any()
    })
}

#[test]
fn leaving_and_signing_out_are_posts_without_scripts() {
    let html = bar(false);
    assert!(
        html.contains("method=\"post\" action=\"/lamna\"") && html.contains("method=\"post\" action=\"/logga-ut\""),
        "{html}"
    );
    assert!(
        html.contains("lang=\"ar\"") && html.contains("hreflang=\"ar\"") && html.contains("aria-label=\"Språk\""),
        "{html}"
    );
    assert_eq!(html.matches("aria-current").count(), 1);
}

#[test]
fn the_row_under_the_bar_stands_outside_of_it_unless_for_staff() {
    // A bar that stays in sight must be low: languages scroll away. Staff have one row.
    let place = |html: &str, part: &str| html.find(part).unwrap_or_else(|| panic!("{part} missing in {html}"));
    let public = bar(false);
    assert!(place(&public, "</header>") < place(&public, "class=\"tools\""));
    assert!(place(&public, "class=\"urgent\"") < place(&public, "</header>"));
    let staff = bar(true);
    assert!(place(&staff, "class=\"tools\"") < place(&staff, "</header>"));
}

#[test]
fn a_money_table_has_headings_for_every_figure() {
    let html = html_of_other_pieces();
    let table = &html[html.find("<table class=\"money\"").unwrap()..];
    let table = &table[..table.find("</table>").unwrap()];
    assert_eq!(table.matches("scope=\"col\"").count(), 2);
    assert_eq!(table.matches("scope=\"row\"").count(), 2);
    assert!(table.contains("<tfoot>") && table.contains("<tbody>") && table.contains("<caption"));
}

#[test]
fn an_empty_data_table_is_a_sentence() {
    let html = html(|| {
        view! { <DataTable id="d" caption="C" columns=vec![] rows=vec![] empty="Inget just nu." /> }.into_any()
    });
    assert!(html.contains("Inget just nu.") && !html.contains("<table"), "{html}");
}
