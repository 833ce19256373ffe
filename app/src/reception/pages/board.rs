//! The board: registering, the queue, the booked visitors. The part with the id `ko` is what an open board fetches anew.

use super::{APPLY, BOARD, CALL_NEXT, IDENTITY, STILL};
use crate::ui::Finish;
use crate::{
    i18n::{Locale, td_string},
    language::language_name,
    page::PageContext,
    time::{clock, long_date},
    ui::{
        Actions, Button, ButtonKind, Details, Empty, ErrorSummary, FormState, Hidden, HiddenKey, LinkButton, Notice,
        Tag, TextField, Tone,
    },
};
use domain::{
    id::VisitId,
    reception::{DeskBoard, DeskDay, DeskVisitor, MOST_HITS, PersonHit, Ticket, TicketStatus},
};
use jiff::Timestamp;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What happened just before the board was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum News {
    #[default]
    Nothing,
    /// Somebody got this number.
    Given(Ticket),
    /// This talk is over.
    Finished(Ticket),
}

/// The desk.
pub fn board(
    context: &PageContext,
    title: &str,
    board: DeskBoard,
    state: FormState,
    news: News,
) -> impl IntoView + use<> {
    let t = context.locale;
    let events = format!("/api/v1/events?office={}", board.day.office);
    let come = board.tickets.iter().filter_map(|ticket| ticket.visit_id).collect();
    let date = long_date(t, board.day.day);
    let said = said(t, &board.tickets);
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=vec![
            ("who".to_owned(), td_string!(t, reception.register.who).to_owned()),
        ] />
        <h1>{title.to_owned()}</h1>
        <p class="small">{date}</p>
        {tell(t, news)}
        <div class="desk">
            <section class="desk-part" aria-labelledby="kommit">{register(context, state)}</section>
            <div class="desk-live" id="ko" data-events=events data-said=said>
                <section class="desk-part" aria-labelledby="kon">{queue(context, board.tickets)}</section>
                <section class="desk-part" aria-labelledby="bokade">{booked(context, board.day, &come)}</section>
            </div>
        </div>
        <p class="hidden" id="ko-sagt" aria-live="polite"></p>
        <p><LinkButton href=BOARD kind=ButtonKind::Secondary>{td_string!(t, reception.refresh)}</LinkButton></p>
        // Whoever needs longer than half a minute for something stops it.
        <noscript><p><a href=STILL>{td_string!(t, reception.still)}</a></p></noscript>
        <Notice kind=Tone::Info><p>{td_string!(t, reception.rule)}</p></Notice>
        <script type="module" src="/board.js"></script>
    }
}

/// What is said of the queue when it changes while somebody listens to the page.
fn said(t: Locale, tickets: &[Ticket]) -> String {
    let count = |status| tickets.iter().filter(|ticket| ticket.status == status).count().to_string();
    let (waiting, called) = (count(TicketStatus::Waiting), count(TicketStatus::Called));
    td_string!(t, reception.queue.said, waiting = waiting, called = called).to_string()
}

/// The number somebody just got, as large as it can be; or the question that ends every talk.
fn tell(t: Locale, news: News) -> Option<AnyView> {
    match news {
        News::Nothing => None,
        News::Given(ticket) => Some(
            view! {
                <p class="desk-given" role="status">
                    <span>{td_string!(t, reception.register.given)}</span>
                    " "
                    <b class="board-number">{ticket.number}</b>
                </p>
            }
            .finished(),
        ),
        News::Finished(ticket) => {
            let title = td_string!(t, reception.finished.title, number = ticket.number.to_string()).to_string();
            Some(
                view! {
                    <Notice kind=Tone::Good title=title>
                        <p>{td_string!(t, reception.finished.ask)}</p>
                        <LinkButton href=apply_address(&ticket)>{td_string!(t, reception.finished.apply)}</LinkButton>
                    </Notice>
                }
                .finished(),
            )
        }
    }
}

fn apply_address(ticket: &Ticket) -> String {
    format!("{APPLY}?biljett={}", ticket.ticket_id)
}

/// One field and Enter: whoever has come has a number.
fn register(context: &PageContext, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let focus = !state.has_errors();
    view! {
        <h2 id="kommit">{td_string!(t, reception.register.heading)}</h2>
        <form method="post" action=BOARD autocomplete="off">
            <HiddenKey value=context.fresh_key.to_string() />
            <TextField
                field=state.field("who")
                label=td_string!(t, reception.register.who)
                hint=td_string!(t, reception.register.hint)
                autocomplete="off"
                autofocus=focus
            />
            <Button shortcut="Enter">{td_string!(t, reception.register.submit)}</Button>
        </form>
        <form method="post" action=CALL_NEXT>
            <HiddenKey value=context.fresh_key.to_string() />
            <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, reception.queue.call_next)}</Button></Actions>
        </form>
        <ul class="desk-more">
            <li><a href=APPLY>{td_string!(t, reception.apply.any_time)}</a></li>
            <li><a href=IDENTITY>{td_string!(t, reception.identity.link)}</a></li>
        </ul>
    }
}

fn queue(context: &PageContext, tickets: Vec<Ticket>) -> impl IntoView + use<> {
    let t = context.locale;
    let of = |status| tickets.iter().filter(move |ticket| ticket.status == status).cloned().collect::<Vec<_>>();
    let (mut called, waiting, mut done) = (of(TicketStatus::Called), of(TicketStatus::Waiting), of(TicketStatus::Done));
    // The latest is what one is busy with.
    called.sort_by_key(|ticket| std::cmp::Reverse(ticket.called_at));
    done.sort_by_key(|ticket| std::cmp::Reverse(ticket.done_at));
    let finished = (!done.is_empty()).then(|| {
        let summary = format!("{} ({})", td_string!(t, reception.queue.done), done.len());
        let rows = rows(context, done);
        view! { <Details summary=summary>{rows}</Details> }
    });
    view! {
        <h2 id="kon">{td_string!(t, reception.queue.heading)}</h2>
        <h3>{td_string!(t, reception.queue.called)}</h3>
        {list(context, called, td_string!(t, reception.queue.none_called))}
        <h3>{td_string!(t, reception.queue.waiting)}</h3>
        {list(context, waiting, td_string!(t, reception.queue.none_waiting))}
        {finished}
    }
}

fn list(context: &PageContext, tickets: Vec<Ticket>, none: &'static str) -> AnyView {
    if tickets.is_empty() {
        return view! { <p class="empty empty--line">{none}</p> }.finished();
    }
    rows(context, tickets)
}

fn rows(context: &PageContext, tickets: Vec<Ticket>) -> AnyView {
    let rows = tickets.into_iter().map(|ticket| row(context, ticket)).collect_view();
    view! { <ul class="queue">{rows}</ul> }.finished()
}

fn row(context: &PageContext, ticket: Ticket) -> impl IntoView + use<> {
    let t = context.locale;
    let at = |instant: Option<Timestamp>| clock(t, context.clock.time(instant.unwrap_or(ticket.registered_at)));
    let number = ticket.number.to_string();
    let (since, action, words) = match ticket.status {
        TicketStatus::Waiting => (
            td_string!(t, reception.queue.came, time = at(None)).to_string(),
            Some("kalla"),
            td_string!(t, reception.queue.call, number = number.clone()).to_string(),
        ),
        TicketStatus::Called => (
            td_string!(t, reception.queue.called_at, time = at(ticket.called_at)).to_string(),
            Some("klar"),
            td_string!(t, reception.queue.finish, number = number.clone()).to_string(),
        ),
        TicketStatus::Done => (
            td_string!(t, reception.queue.done_at, time = at(ticket.done_at)).to_string(),
            None,
            td_string!(t, reception.finished.apply_for, number = number.clone()).to_string(),
        ),
    };
    let who = match (&ticket.name, ticket.visit_id) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(_)) => Some(td_string!(t, reception.queue.booked).to_owned()),
        (None, None) => None,
    };
    let press = match action {
        Some(action) => view! {
            <form method="post" action=format!("{BOARD}/{}/{action}", ticket.ticket_id)>
                <HiddenKey value=format!("{}-{number}", context.fresh_key) />
                <Button kind=ButtonKind::Secondary>{words}</Button>
            </form>
        }
        .finished(),
        None => view! { <a href=apply_address(&ticket)>{words}</a> }.finished(),
    };
    view! {
        <li
            class="queue-row"
            id=format!("rad-{}", ticket.ticket_id)
            aria-current=(ticket.status == TicketStatus::Called).then_some("true")
        >
            <span class="queue-number">{number.clone()}</span>
            <span class="queue-text">
                {who.map(|name| view! { <bdi>{name}</bdi><br /> })}
                <span class="small">{since}</span>
            </span>
            {press}
        </li>
    }
}

fn booked(context: &PageContext, day: DeskDay, come: &BTreeSet<VisitId>) -> impl IntoView + use<> {
    let t = context.locale;
    let now = context.clock.now;
    let left = day.visitors.iter().filter(|visitor| visitor.ends_at > now).count();
    let next = day.visitors.iter().find(|visitor| visitor.starts_at > now);
    let next = next.map_or_else(|| "–".to_owned(), |visitor| clock(t, context.clock.time(visitor.starts_at)));
    let all = day.visitors.len();
    let rows = day
        .visitors
        .into_iter()
        .map(|visitor| {
            let has_come = come.contains(&visitor.visit_id);
            visitor_row(context, visitor, has_come)
        })
        .collect_view();
    view! {
        <h2 id="bokade">{td_string!(t, reception.heading)}</h2>
        <dl class="figures">
            <div><dt>{td_string!(t, reception.left_today)}</dt><dd>{left}</dd></div>
            <div><dt>{td_string!(t, reception.all_today)}</dt><dd>{all}</dd></div>
            <div><dt>{td_string!(t, reception.next)}</dt><dd>{next}</dd></div>
        </dl>
        {if all == 0 {
            view! { <Empty title=td_string!(t, reception.none) /> }.finished()
        } else {
            view! { <ul class="queue">{rows}</ul> }.finished()
        }}
    }
}

/// A booked visitor: time and number, never a name.
fn visitor_row(context: &PageContext, visitor: DeskVisitor, has_come: bool) -> impl IntoView + use<> {
    let t = context.locale;
    let now = context.clock.now;
    let here = visitor.starts_at <= now && visitor.ends_at > now;
    let (tone, state) = if has_come {
        (Tone::Good, td_string!(t, reception.has_come))
    } else if visitor.ends_at <= now {
        (Tone::Neutral, td_string!(t, reception.passed))
    } else if here {
        (Tone::Warn, td_string!(t, reception.now))
    } else {
        (Tone::Neutral, td_string!(t, reception.waiting))
    };
    let number = visitor.number.to_string();
    let words = td_string!(t, reception.come, number = number.clone()).to_string();
    let needs = needs(t, &visitor);
    let key = format!("{}-{number}", context.fresh_key);
    let press = (!has_come).then(|| {
        view! {
            <form method="post" action=BOARD>
                <HiddenKey value=key />
                <Hidden name="visit_id" value=visitor.visit_id.to_string() />
                <Button kind=ButtonKind::Secondary>{words}</Button>
            </form>
        }
    });
    view! {
        <li class="queue-row" id=format!("bokad-{}", visitor.visit_id) aria-current=(here && !has_come).then_some("true")>
            <span class="queue-number">{number}</span>
            <span class="queue-text">
                {clock(t, context.clock.time(visitor.starts_at))}
                " "
                <Tag kind=tone text=state />
                {(!needs.is_empty()).then(|| view! { <br /><span class="small"><bdi>{needs}</bdi></span> })}
            </span>
            {press}
        </li>
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

/// Several could be meant, or nobody: one press decides. The first way on has the focus.
pub fn choose(
    context: &PageContext,
    key: String,
    who: String,
    hits: Vec<PersonHit>,
    by_number: bool,
) -> impl IntoView + use<> {
    let t = context.locale;
    let (none, full) = (hits.is_empty(), hits.len() >= MOST_HITS);
    let lead = if none { td_string!(t, reception.choose.nobody) } else { td_string!(t, reception.choose.some) };
    let mut ways: Vec<(&str, String, String)> = hits
        .into_iter()
        .map(|hit| {
            let words = match hit.year_of_birth {
                Some(year) => {
                    td_string!(t, reception.choose.born, name = hit.name.clone(), year = year.to_string()).to_string()
                }
                None => hit.name,
            };
            ("person_id", hit.person_id.to_string(), words)
        })
        .collect();
    if !by_number {
        ways.push(("name", who.clone(), td_string!(t, reception.choose.new, name = who).to_string()));
    }
    ways.push(("just", "number".to_owned(), td_string!(t, reception.choose.number).to_owned()));
    let ways = ways
        .into_iter()
        .enumerate()
        .map(|(place, (name, value, words))| {
            view! {
                <li>
                    <button class="button button--secondary" type="submit" name=name value=value autofocus=place == 0>
                        <bdi>{words}</bdi>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <h1>{td_string!(t, reception.choose.title)}</h1>
        <p>{lead}</p>
        <form method="post" action=BOARD>
            <HiddenKey value=key />
            <ul class="desk-ways">{ways}</ul>
        </form>
        {full.then(|| view! { <p>{td_string!(t, reception.choose.more)}</p> })}
        <p><a href=BOARD>{td_string!(t, reception.choose.back)}</a></p>
    }
}
