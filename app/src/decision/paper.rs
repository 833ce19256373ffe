//! The decision as the person reads it: the answer in one sentence, the money, each need with its reason and sections, the
//! calculation, who decided, how to appeal and until when. The caseworker's preview is the same view.

use crate::ui::Finish;
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::{
        texts,
        words::{Words, group},
    },
    page::PageContext,
    time::{date_with_year, long_date, month, month_and_year, weekday},
    ui::{
        Answer, Choices, DateBox, LinkItem, MoneyGroup, MoneyRow, MoneyTable, Notice, Tag, Tone,
        format::{figures, left_to_right},
        unbroken,
    },
};
use domain::{
    appeal,
    decision::{AppealRoute, Calculation, CalculationLine, DecisionLine, DecisionPaper, Need, OneSentence, Outcome},
    norm::{Group, Month, Person, Status},
};
use jiff::civil::Date;
use leptos::prelude::*;

/// What a line is for, in the reader's language.
pub fn need_name(t: Locale, need: Need) -> &'static str {
    match need {
        Need::Livelihood => td_string!(t, decision.need.livelihood),
        Need::Cost(kind) => texts::cost(t, kind),
    }
}

/// "november 2026".
pub fn period_name(t: Locale, period: Month) -> String {
    month_and_year(t, period.year(), period.number())
}

fn sum(t: Locale, amount: i64) -> String {
    figures(amount, t.as_str())
}

/// The answer in one sentence, and when the money comes.
fn answer(t: Locale, paper: &DecisionPaper) -> (String, Option<String>) {
    let named = |period: Month| month(t, period.number());
    let pay = |pay_on: Option<Date>| match pay_on {
        Some(day) => {
            let (number, name) = (day.day().to_string(), month(t, day.month()));
            td_string!(t, decision.answer.pay, day = number, month = name).to_string()
        }
        None => td_string!(t, decision.answer.pay_later).to_owned(),
    };
    match paper.content.one_sentence() {
        OneSentence::Granted { amount, period, pay_on } => {
            let text = td_string!(t, decision.answer.granted, amount = sum(t, amount), month = named(period));
            (text, Some(pay(pay_on)))
        }
        OneSentence::Partly { amount, period, pay_on } => {
            let text = td_string!(t, decision.answer.partly, amount = sum(t, amount), month = named(period));
            (text, Some(pay(pay_on)))
        }
        OneSentence::Refused { period } => {
            (td_string!(t, decision.answer.refused, month = named(period)).to_string(), None)
        }
        OneSentence::RefusedNeed { need, period } => {
            let need = need_name(t, need);
            (td_string!(t, decision.answer.refused_need, month = named(period), need = need).to_string(), None)
        }
    }
}

/// The whole paper. `part`: below the heading of another page, as in the preview.
pub fn paper(context: &PageContext, paper: &DecisionPaper, part: bool) -> AnyView {
    let t = context.locale;
    let (headline, pay) = answer(t, paper);
    let about = td_string!(
        t,
        decision.answer.about,
        month = period_name(t, paper.content.period),
        number = left_to_right(&paper.case_number)
    )
    .to_string();
    let lines = paper.content.lines.iter().map(|line| line_view(t, paper, line)).collect_view();
    let reasons = paper.content.reasons.trim().to_owned();
    let decided = td_string!(
        t,
        decision.made.text,
        name = paper.decided_by.clone(),
        office = paper.office_name.clone(),
        day = date_with_year(t, context.clock.date(paper.decided_at))
    )
    .to_string();
    let swedish = (t != Locale::sv).then(|| view! { <p>{td_string!(t, decision.swedish)}</p> });
    view! {
        <Answer headline=headline about=about part=part>
            {pay.map(|text| view! { <p>{text}</p> })}
        </Answer>
        {swedish}
        <h2>{td_string!(t, decision.lines.title)}</h2>
        <ul class="decision-lines">{lines}</ul>
        {(!reasons.is_empty()).then(|| view! {
            <h2>{td_string!(t, decision.reasons.title)}</h2>
            <p class="decision-written" lang="sv" dir="auto">{reasons}</p>
        })}
        {calculation(t, &paper.calculation)}
        <h2>{td_string!(t, decision.made.title)}</h2>
        <p>{decided}</p>
        {appeal_part(context, paper)}
        {paper.content.has_refusal().then(|| now_part(t))}
    }
    .finished()
}

fn line_view(t: Locale, paper: &DecisionPaper, line: &DecisionLine) -> AnyView {
    let (tone, word) = match line.outcome {
        Outcome::Granted => (Tone::Good, td_string!(t, decision.outcome.granted)),
        Outcome::Partly => (Tone::Warn, td_string!(t, decision.outcome.partly)),
        Outcome::Refused => (Tone::Neutral, td_string!(t, decision.outcome.refused)),
    };
    let (asked, granted) = (sum(t, line.asked), sum(t, line.granted));
    let text = match line.outcome {
        Outcome::Granted => td_string!(t, decision.lines.granted, granted = granted).to_string(),
        Outcome::Partly => td_string!(t, decision.lines.partly, granted = granted, asked = asked).to_string(),
        Outcome::Refused if line.asked > 0 => td_string!(t, decision.lines.refused, asked = asked).to_string(),
        Outcome::Refused => td_string!(t, decision.lines.refused_plain).to_owned(),
    };
    let reason = line.reason.trim().to_owned();
    let cites: Vec<String> = line
        .sections
        .iter()
        .filter_map(|section| paper.sections.iter().find(|cited| cited.section == *section))
        .map(|cited| cited.cite.clone())
        .collect();
    let law = td_string!(t, decision.lines.law);
    let because = td_string!(t, decision.lines.reason);
    view! {
        <li class="decision-line">
            <h3>{need_name(t, line.need)}" "<Tag kind=tone text=word /></h3>
            <p>{text}</p>
            {(!reason.is_empty()).then(|| view! {
                <p class="decision-because">{because}</p>
                <p class="decision-written" lang="sv" dir="auto">{reason}</p>
            })}
            {(!cites.is_empty()).then(|| view! {
                <p class="small">{law}": "<bdi lang="sv">{cites.join(", ")}</bdi></p>
            })}
        </li>
    }
    .finished()
}

fn calculation_row(words: &Words, line: &CalculationLine) -> MoneyRow {
    let label = words.get(&format!("line.{}.{}", group(line.group), line.code));
    let label = match line.person {
        Some(Person::Child(number)) => label.replace("{number}", &number.to_string()),
        _ => label.to_owned(),
    };
    let row = MoneyRow::new(label, figures(line.amount, words.language())).law(line.law.clone().unwrap_or_default());
    match line.status {
        Status::Counted => row,
        Status::Partly => row.status(Tone::Info, words.get("partly")),
        Status::NotCounted => row.status(Tone::Good, words.get("not_counted")),
        Status::DecidedIndividually => row.status(Tone::Warn, words.get("decided_individually")),
    }
}

/// The calculation line by line, as it was when it was decided.
fn calculation(t: Locale, calculation: &Calculation) -> AnyView {
    let words = texts::words(t);
    let totals = [
        (Group::Norm, calculation.norm_total),
        (Group::Cost, calculation.costs_total),
        (Group::Income, calculation.incomes_total),
    ];
    let mut groups: Vec<MoneyGroup> = totals
        .into_iter()
        .map(|(wanted, total)| MoneyGroup {
            title: words.get(&format!("group.{}", group(wanted))).to_owned(),
            rows: calculation
                .lines
                .iter()
                .filter(|line| line.group == wanted)
                .map(|line| calculation_row(&words, line))
                .collect(),
            sum: Some(MoneyRow::new(words.get(&format!("sum.{}", group(wanted))), figures(total, words.language()))),
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    if calculation.previous_surplus > 0 {
        let left = MoneyRow::new(words.get("previous"), figures(calculation.previous_surplus, words.language()));
        groups.push(vec![left].into());
    }
    let more = calculation.surplus > 0;
    let (label, total) = if more { ("more", calculation.surplus) } else { ("missing", calculation.support) };
    let total = MoneyRow::new(words.get(label), figures(total, words.language()));
    view! {
        <h2>{td_string!(t, decision.calculation.title)}</h2>
        {more.then(|| view! { <p>{td_string!(t, decision.calculation.surplus_text)}</p> })}
        <MoneyTable
            caption=td_string!(t, decision.calculation.title)
            caption_hidden=true
            label_heading=words.get("item").to_owned()
            amount_heading=words.get("kronor").to_owned()
            groups=groups
            total=total
        />
    }
    .finished()
}

/// How to appeal, by the ways that the lines have, and the last day of the one who reads.
fn appeal_part(context: &PageContext, paper: &DecisionPaper) -> AnyView {
    let t = context.locale;
    let routes = paper.content.appeal_routes();
    let court = routes.contains(&AppealRoute::AdministrativeCourt);
    let review = routes.contains(&AppealRoute::LegalityReview);
    let by_review = paper.content.lines.iter().filter(|line| line.appeal_route == AppealRoute::LegalityReview);
    let needs = by_review.map(|line| need_name(t, line.need)).collect::<Vec<_>>().join(", ");
    let write = td_string!(t, decision.appeal.write, number = left_to_right(&paper.case_number)).to_string();
    let place =
        td_string!(t, decision.appeal.place, office = paper.office_name.clone(), street = paper.office_street.clone())
            .to_string();
    view! {
        <h2 id="overklaga">{td_string!(t, decision.appeal.title)}</h2>
        <p>{td_string!(t, decision.appeal.lead)}</p>
        {court.then(|| view! {
            {last_day(context, paper)}
            <p>{unbroken(write)}</p>
            <p>{place}</p>
            <p>{td_string!(t, decision.appeal.then)}</p>
        })}
        {review.then(|| view! {
            <h3>{td_string!(t, decision.appeal.review_title)}</h3>
            <p>{td_string!(t, decision.appeal.review, needs = needs).to_string()}</p>
            <p>{td_string!(t, decision.appeal.review_how)}</p>
        })}
    }
    .finished()
}

/// The last day as a leaf of a calendar. In a preview nobody has received it, so the day is an example.
fn last_day(context: &PageContext, paper: &DecisionPaper) -> AnyView {
    let t = context.locale;
    let Some(receipt) = paper.receipt else {
        let example = date_with_year(t, appeal::last_day(context.clock.today()));
        let text = td_string!(t, decision.appeal.preview, day = example).to_string();
        return view! { <Notice><p>{text}</p></Notice> }.finished();
    };
    let last = receipt.last_day;
    let text = td_string!(t, decision.appeal.last, day = long_date(t, last)).to_string();
    let received = date_with_year(t, context.clock.date(receipt.received_at));
    let received = td_string!(t, decision.appeal.received, day = received).to_string();
    let late = context.clock.today() > last;
    view! {
        <DateBox
            day=last.day().to_string()
            month=month(t, last.month())
            weekday=weekday(t, last.weekday())
            datetime=last.to_string()
            title=td_string!(t, decision.appeal.last_title)
            text=text
        />
        {late.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, decision.appeal.late)}</p></Notice> })}
        <p class="small">{received}</p>
    }
    .finished()
}

/// What one can do after a refusal, always.
fn now_part(t: Locale) -> AnyView {
    let items = vec![
        LinkItem::new("/kontakt", td_string!(t, decision.now.help), td_string!(t, decision.now.help_text)),
        LinkItem::new("/ansok", td_string!(t, decision.now.apply), td_string!(t, decision.now.apply_text)),
        LinkItem::new("/akut", td_string!(t, decision.now.urgent), td_string!(t, decision.now.urgent_text)),
    ];
    view! {
        <h2 id="nu">{td_string!(t, decision.now.title)}</h2>
        <Choices items=items />
    }
    .finished()
}
