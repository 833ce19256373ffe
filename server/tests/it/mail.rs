//! Notices by e-mail: nothing lost, nothing doubled that could be helped, nothing told, and
//! nobody waits for it.

use crate::support::{
    Stage,
    mail_server::{MailServer, Plan},
    mailer,
};
use app::{
    i18n::Locale,
    message::notice::{Notice, something_new},
};
use domain::{
    id::{MessageId, PersonId},
    message::MessageKind,
};
use server::{
    jobs::{self, JobContext, Registry},
    mail::{Letter, Mailer, Patience, Refusal},
    message::{self, jobs::SendNotice},
};
use std::{
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

mod notice;
mod real;
mod tls;

use notice::part;

const LOCALES: [(Locale, &str); 3] = [(Locale::sv, "sv"), (Locale::en, "en"), (Locale::ar, "ar")];
const HOME: &str = "http://127.0.0.1:3000";
/// Long enough for a busy machine, short enough to wait for.
const SHORT: Patience = Patience { step: Duration::from_millis(1500), end: Duration::from_millis(1500) };

/// A mailer that hands over to this address.
fn to(url: &str) -> Mailer {
    mailer(&[("PORTEN_SMTP_URL", url), ("PORTEN_SMTP_FROM", "no-reply@post.example")]).with_patience(SHORT)
}

/// Anna wants to be told by e-mail, or another way.
async fn contact(stage: &Stage, way: &str, language: &str) {
    let anna = stage.who("anna").await;
    stage
        .arrange(&format!(
            "INSERT INTO account_contact (municipality_id, person_id, way, email, phone, language)
             VALUES ('{}', '{anna}', '{way}', 'anna@post.example', '070-1740605', '{language}')
             ON CONFLICT (municipality_id, person_id) DO UPDATE SET way = excluded.way, language = excluded.language",
            stage.municipality
        ))
        .await;
}

/// Tells Anna something.
async fn post(stage: &Stage, kind: MessageKind) -> MessageId {
    let anna = PersonId(stage.who("anna").await);
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let posted =
        message::post(&mut tx, &stage.system(), &stage.world, anna, kind, stage.world.id()).await.expect("posted");
    tx.commit().await.expect("committed");
    posted
}

fn context(stage: &Stage, mail: &Mailer) -> JobContext {
    JobContext { mail: mail.clone(), ..stage.job_context() }
}

async fn work(stage: &Stage, mail: &Mailer) {
    Registry::new(context(stage, mail), 2).with::<SendNotice>().run_due().await.expect("worked");
}

/// The time for another try has come.
async fn later(stage: &Stage) {
    stage.arrange("UPDATE graphile_worker._private_jobs SET run_at = now() - interval '1 second'").await;
}

/// (status, attempts, unconfirmed) of the only notice.
async fn notice(stage: &Stage) -> (String, i32, i32) {
    let mut root = stage.root().await;
    sqlx::query_as("SELECT status, attempts, unconfirmed FROM message_notice").fetch_one(&mut root).await.expect("one")
}

fn is(status: &str, attempts: i32, unconfirmed: i32) -> (String, i32, i32) {
    (status.to_owned(), attempts, unconfirmed)
}

async fn queue(stage: &Stage) -> (i64, i64) {
    jobs::counts(&stage.db).await.expect("counts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_noticed_once() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::ApplicationReceived).await;
    assert_eq!(notice(&stage).await, is("waiting", 0, 0));
    assert_eq!(server.connections(), 0, "writing a message sends nothing");
    work(&stage, &mail).await;
    assert_eq!(notice(&stage).await, is("handed_over", 1, 0));
    assert_eq!(queue(&stage).await, (0, 0));

    let all = server.taken();
    let [taken] = all.as_slice() else { panic!("one: {all:?}") };
    assert_eq!(
        (taken.from.as_str(), taken.to.as_slice()),
        ("no-reply@post.example", ["anna@post.example".to_owned()].as_slice())
    );
    assert_eq!((taken.header("from"), taken.header("to")), ("no-reply@post.example", "anna@post.example"));
    assert_eq!(taken.header("auto-submitted"), "auto-generated");
    assert_eq!(taken.header("date"), "Mon, 23 Nov 2026 08:00:00 +0000");
    let expected = something_new(Locale::sv, HOME);
    assert_eq!(part(taken, "text/plain").trim_end(), expected.text.trim_end());
    assert_eq!(part(taken, "text/html").trim_end(), expected.html.trim_end());
    assert!(server.said().iter().all(|line| !line.starts_with("AUTH")), "nothing to sign in with");

    // The job again, as after a crash that came too late: there is nothing left to do.
    let again =
        SendNotice { municipality: stage.municipality.0, message: stage.id("SELECT message_id FROM message").await };
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    jobs::enqueue(&mut tx, &again, None).await.expect("enqueued");
    tx.commit().await.expect("committed");
    work(&stage, &mail).await;
    assert_eq!((server.taken().len(), queue(&stage).await), (1, (0, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_any_way_but_hers() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[]).await;
    let mail = to(&server.url());
    // Nobody has asked her.
    post(&stage, MessageKind::Decision).await;
    for way in ["phone", "letter", "none"] {
        contact(&stage, way, "sv").await;
        post(&stage, MessageKind::Decision).await;
    }
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'not_wanted'").await, 4);
    assert_eq!(queue(&stage).await, (0, 0), "and no job waits");

    // She changes her mind between the message and the notice.
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    contact(&stage, "none", "sv").await;
    work(&stage, &mail).await;
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'not_wanted'").await, 5);
    assert_eq!((queue(&stage).await, server.connections()), ((0, 0), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_says_not_now_is_asked_again() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[Plan::AtRecipient("451 4.7.1 greylisted"), Plan::AtEnd("452 4.3.1 full")]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::ApplicationReceived).await;
    for attempts in [1, 2] {
        work(&stage, &mail).await;
        assert_eq!(notice(&stage).await, is("waiting", attempts, 0));
        work(&stage, &mail).await;
        assert_eq!(notice(&stage).await, is("waiting", attempts, 0), "not at once");
        later(&stage).await;
    }
    let why = "SELECT count(*) FROM graphile_worker._private_jobs WHERE last_error = 'TaskError(\"mail_not_now\")'";
    assert_eq!(stage.number(why).await, 1);
    work(&stage, &mail).await;
    assert_eq!(notice(&stage).await, is("handed_over", 3, 0));
    assert_eq!((server.taken().len(), queue(&stage).await), (1, (0, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_says_never_is_believed_and_somebody_must_look() {
    for plan in [Plan::AtRecipient("550 5.1.1 no such user"), Plan::AtEnd("554 5.6.0 no")] {
        let stage = Stage::new().await;
        let server = MailServer::start(&[plan]).await;
        let mail = to(&server.url());
        contact(&stage, "email", "sv").await;
        post(&stage, MessageKind::Decision).await;
        work(&stage, &mail).await;
        later(&stage).await;
        work(&stage, &mail).await;
        assert_eq!(notice(&stage).await, is("failed", 1, 0));
        assert_eq!((server.taken().len(), server.connections(), queue(&stage).await), (0, 1, (0, 1)));
        let dead = jobs::dead(&stage.db).await.expect("dead jobs");
        let codes: Vec<_> = dead.iter().map(|dead| (dead.name.as_str(), dead.last_error.as_deref())).collect();
        assert_eq!(codes, [("message:notice", Some("mail_refused"))]);
        let ready = stage.browser().get("/health/ready").await;
        assert_eq!(ready.json()["checks"]["jobs"]["dead"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_never_tried() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[]).await;
    contact(&stage, "email", "sv").await;
    stage.arrange("UPDATE account_contact SET email = E'anna@post.example\\r\\nBcc: eve@post.example'").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &to(&server.url())).await;
    assert_eq!(notice(&stage).await, is("failed", 1, 0));
    assert_eq!((server.connections(), queue(&stage).await), (0, (0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_was_down_gets_everything_once() {
    let stage = Stage::new().await;
    let gone = MailServer::start(&[]).await;
    let (address, mail) = (gone.address, to(&gone.url()));
    drop(gone);
    contact(&stage, "email", "en").await;
    let mut posted = Vec::new();
    for _ in 0..5 {
        posted.push(post(&stage, MessageKind::ApplicationReceived).await);
    }
    // Refused for a while …
    for _ in 0..3 {
        work(&stage, &mail).await;
        later(&stage).await;
    }
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'waiting' AND attempts = 3").await, 5);
    // … and when it is back it hangs up on some, at different places.
    let back = MailServer::start_at(address, &[Plan::Close, Plan::CloseAtData, Plan::Take, Plan::Close]).await;
    for _ in 0..5 {
        work(&stage, &mail).await;
        later(&stage).await;
    }
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'handed_over'").await, 5);
    assert_eq!(queue(&stage).await, (0, 0));
    let mut ids: Vec<String> = back.taken().iter().map(|taken| taken.header("message-id").to_owned()).collect();
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (5, 5), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_makes_at_most_one_duplicate_with_the_same_message_id() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[Plan::TakeAndClose]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &mail).await;
    assert_eq!(notice(&stage).await, is("waiting", 1, 1), "taken or not? nobody knows");
    later(&stage).await;
    work(&stage, &mail).await;
    assert_eq!(notice(&stage).await.0, "handed_over");
    later(&stage).await;
    work(&stage, &mail).await;
    let taken = server.taken();
    assert_eq!((taken.len(), queue(&stage).await), (2, (0, 0)));
    assert_eq!(taken[0].header("message-id"), taken[1].header("message-id"));

    // A server that never answers in the end gets it twice and no more; then somebody must look.
    let stage = Stage::new().await;
    let server = MailServer::start(&[Plan::TakeAndClose; 9]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    for _ in 0..4 {
        work(&stage, &mail).await;
        later(&stage).await;
    }
    assert_eq!(notice(&stage).await, is("failed", 2, 2));
    assert_eq!((server.taken().len(), queue(&stage).await), (2, (0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_after_the_mail_was_taken_sends_it_once_more_at_most() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[Plan::Silent]).await;
    let patient = to(&server.url()).with_patience(Patience::default());
    contact(&stage, "email", "sv").await;
    let posted = post(&stage, MessageKind::Decision).await;
    let job = || SendNotice { municipality: stage.municipality.0, message: posted.0 };
    // Killed in the middle of a hand-over: what it was doing is simply gone, with its transaction.
    let context_of_first = context(&stage, &patient);
    let first = job();
    let killed = tokio::spawn(async move { jobs::Job::run(first, &context_of_first).await });
    server.met(1).await;
    let mail = to(&server.url());
    let second = jobs::Job::run(job(), &context(&stage, &mail)).await;
    assert_eq!(second, Err(jobs::Trouble::Retry("somebody_is_at_it")), "while one is at it no other begins");
    killed.abort();
    drop(killed.await);
    assert_eq!(notice(&stage).await, is("waiting", 1, 1), "who comes after sees that a hand-over was begun");
    work(&stage, &mail).await;
    assert_eq!((notice(&stage).await, server.connections()), (is("waiting", 1, 1), 1), "the claim holds for a while");
    stage.clock.pass(jiff::SignedDuration::from_mins(4));
    later(&stage).await;
    work(&stage, &mail).await;
    assert_eq!(notice(&stage).await, is("handed_over", 2, 1));
    assert_eq!((server.taken().len(), queue(&stage).await), (1, (0, 0)), "never zero");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_send_one() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    let posted = post(&stage, MessageKind::Decision).await;
    let runs = (0..6).map(|_| {
        let (context, job) =
            (context(&stage, &mail), SendNotice { municipality: stage.municipality.0, message: posted.0 });
        tokio::spawn(async move { jobs::Job::run(job, &context).await })
    });
    let ends: Vec<_> = futures::future::join_all(runs).await.into_iter().map(|end| end.expect("no panic")).collect();
    assert!(ends.iter().all(|end| matches!(end, Ok(()) | Err(jobs::Trouble::Retry("somebody_is_at_it")))), "{ends:?}");
    assert_eq!((server.taken().len(), notice(&stage).await.0.as_str()), (1, "handed_over"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_mail_server_that_never_answers() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[Plan::Silent; 20]).await;
    let mail = to(&server.url());
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::ApplicationReceived).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let patient = to(&server.url()).with_patience(Patience::default());
    let registry = Registry::new(context(&stage, &patient), 2).with::<SendNotice>();
    let worker = tokio::spawn(registry.run(async {
        drop(stopped.await);
    }));
    server.met(1).await;

    // While a job hangs on it, messages are written and pages are read as ever.
    let mut anna = stage.signed_in("anna").await;
    let start = Instant::now();
    post(&stage, MessageKind::Decision).await;
    let answer = anna.get("/mina-sidor/meddelanden").await;
    let took = start.elapsed();
    assert_eq!(answer.status, 200);
    assert!(took < Duration::from_secs(2), "{took:?}");
    worker.abort();
    drop((stop, worker.await));

    // A job itself waits no longer than it was told.
    let start = Instant::now();
    let refused = mail.hand_over(&letter("anna@post.example")).await;
    assert_eq!(refused, Err(Refusal::Later("mail_slow")));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

fn letter(to: &str) -> Letter {
    let Notice { subject, text, html } = something_new(Locale::ar, HOME);
    let date = "2026-11-23T08:00:00Z".parse().expect("a time");
    Letter { id: "0123456789abcdef".to_owned(), to: to.to_owned(), date, subject, text, html }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_letters_are_files() {
    let data = tempfile::tempdir().expect("a folder");
    let mail = mailer(&[("PORTEN_DATA", data.path().to_str().expect("a path"))]);
    for _ in 0..2 {
        assert_eq!(mail.hand_over(&letter("anna@post.example")).await, Ok(()));
    }
    let outbox = data.path().join("outbox");
    let names: Vec<String> = std::fs::read_dir(&outbox)
        .expect("the outbox")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["0123456789abcdef.eml"], "one letter is one file, and nothing unfinished lies about");
    let text = std::fs::read_to_string(outbox.join(&names[0])).expect("a letter");
    assert!(
        text.contains("\r\nTo: anna@post.example\r\n") && text.contains("From: no-reply@porten.invalid\r\n"),
        "{text}"
    );
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a mode").permissions().mode() & 0o777;
    assert_eq!((mode(&outbox), mode(&outbox.join(&names[0]))), (0o700, 0o600));

    // As the demo does it.
    let stage = Stage::new().await;
    contact(&stage, "email", "ar").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &stage.mail).await;
    assert_eq!(notice(&stage).await, is("handed_over", 1, 0));
    assert_eq!(std::fs::read_dir(stage.data.path().join("outbox")).expect("the outbox").count(), 1);

    // Where nothing can be written the letter waits.
    let blocked = tempfile::NamedTempFile::new().expect("a file");
    let mail = mailer(&[("PORTEN_DATA", blocked.path().to_str().expect("a path"))]);
    assert_eq!(mail.hand_over(&letter("anna@post.example")).await, Err(Refusal::Later("outbox")));
}

#[test]
fn the_notice_is_this() {
    for (locale, code) in LOCALES {
        let Notice { subject, text, html } = something_new(locale, HOME);
        insta::assert_snapshot!(format!("notice_{code}"), format!("{subject}\n----\n{text}----\n{html}"));
    }
}
