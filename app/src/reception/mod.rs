//! The desk's page: today's booked visitors by time and number.

pub mod port;

use crate::{
    backend::Backend,
    failure::Failed,
    i18n::{Locale, td_string},
    language::language_name,
    page::{Look, PageContext},
    time::{clock, long_date},
    ui::{Cell, Column, DataRow, DataTable, LinkButton, Notice, Tone},
};
use axum::{Router, extract::State, response::Response, routing::get};
use domain::reception::{DeskDay, DeskVisitor};
use leptos::prelude::*;

pub fn routes() -> Router<Backend> {
    Router::new().route("/personal/reception", get(today))
}

async fn today(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let day = backend.reception.today(&context.actor).await?;
    let title = td_string!(context.locale, reception.title, office = day.office_name.clone()).to_string();
    Ok(context.page(Look::STAFF, &title, || view(&context, &title, day)))
}

fn view(context: &PageContext, title: &str, day: DeskDay) -> impl IntoView + use<> {
    let t = context.locale;
    let now = context.clock.now;
    let left = day.visitors.iter().filter(|visitor| visitor.ends_at > now).count();
    let next = day.visitors.iter().find(|visitor| visitor.starts_at > now);
    let next = next.map_or_else(|| "–".to_owned(), |visitor| clock(t, context.clock.time(visitor.starts_at)));
    let all = day.visitors.len();
    let rows = day.visitors.into_iter().map(|visitor| row(context, visitor)).collect();
    view! {
        <h1>{title.to_owned()}</h1>
        <p class="small">{long_date(t, day.day)}</p>
        <dl class="figures">
            <div><dt>{td_string!(t, reception.left_today)}</dt><dd>{left}</dd></div>
            <div><dt>{td_string!(t, reception.all_today)}</dt><dd>{all}</dd></div>
            <div><dt>{td_string!(t, reception.next)}</dt><dd>{next}</dd></div>
        </dl>
        <DataTable
            id="bokade"
            caption=td_string!(t, reception.heading)
            columns=vec![
                Column::new(td_string!(t, reception.time)),
                Column::numeric(td_string!(t, reception.number)),
                Column::new(td_string!(t, reception.needs)),
                Column::new(td_string!(t, reception.state)),
            ]
            rows=rows
            empty=td_string!(t, reception.none)
        />
        <p><LinkButton href="/personal/reception">{td_string!(t, reception.refresh)}</LinkButton></p>
        <Notice kind=Tone::Info><p>{td_string!(t, reception.rule)}</p></Notice>
    }
}

fn row(context: &PageContext, visitor: DeskVisitor) -> DataRow {
    let t = context.locale;
    let now = context.clock.now;
    let (tone, state) = if visitor.ends_at <= now {
        (Tone::Neutral, td_string!(t, reception.passed))
    } else if visitor.starts_at <= now {
        (Tone::Good, td_string!(t, reception.now))
    } else {
        (Tone::Neutral, td_string!(t, reception.waiting))
    };
    DataRow {
        cells: vec![
            clock(t, context.clock.time(visitor.starts_at)).into(),
            visitor.number.to_string().into(),
            needs(t, &visitor).into(),
            Cell::Tag(tone, state.to_owned()),
        ],
        current: visitor.starts_at <= now && visitor.ends_at > now,
    }
}

/// Interpreter and access needs in one line.
fn needs(t: Locale, visitor: &DeskVisitor) -> String {
    let interpreter = visitor.interpreter.then(|| {
        let word = td_string!(t, reception.interpreter);
        match &visitor.language {
            Some(code) => format!("{word}: {}", language_name(t, code)),
            None => word.to_owned(),
        }
    });
    interpreter.into_iter().chain(visitor.needs.clone()).collect::<Vec<_>>().join(" · ")
}
