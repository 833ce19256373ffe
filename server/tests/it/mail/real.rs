//! Against a mail server that others have written and others use: its greeting, its STARTTLS, its way to sign in, its
//! answers.

use super::{contact, is, later, notice, post, queue, tls::Authority, work};
use crate::support::Stage;
use domain::message::MessageKind;
use serde::Deserialize;
use serde_json::json;
use std::{path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// nodemailer's smtp-server, ended when dropped.
struct Real {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    child: Child,
}

#[derive(Deserialize)]
struct Port {
    port: u16,
}

#[derive(Debug, Deserialize)]
struct Taken {
    from: String,
    to: Vec<String>,
    secure: bool,
    text: String,
}

impl Real {
    /// Refuses the first `busy` tries for the time being.
    async fn start(authority: &Authority, busy: u32, port: u16) -> Self {
        let (cert, key) = authority.issue("127.0.0.1");
        let settings =
            json!({ "cert": cert, "key": key, "user": "porten", "password": "hunter2", "busy": busy, "port": port });
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/smtp-server.mjs");
        let mut child = Command::new("node")
            .arg(program)
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let Port { port } = read(&mut lines).await;
        Self { port, lines, child }
    }

    fn url(&self) -> String {
        format!("smtp://porten:hunter2@127.0.0.1:{}?tls=required", self.port)
    }

    /// The next letter it took.
    async fn taken(&mut self) -> Taken {
        read(&mut self.lines).await
    }

    /// Everything it has said since, and its end.
    async fn end(mut self) -> Vec<String> {
        drop(self.child.stdin.take());
        let mut rest = Vec::new();
        while let Some(line) = self.lines.next_line().await.expect("readable") {
            rest.push(line);
        }
        self.child.wait().await.expect("ended");
        rest
    }
}

async fn read<T: for<'a> Deserialize<'a>>(lines: &mut Lines<BufReader<ChildStdout>>) -> T {
    let line = lines.next_line().await.expect("readable").expect("it says something");
    serde_json::from_str(&line).expect("what it says")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_others_takes_each_letter_once() {
    let authority = Authority::new();
    let stage = Stage::new().await;
    let mut server = Real::start(&authority, 2, 0).await;
    let mail = authority.mailer(&server.url());
    contact(&stage, "email", "ar").await;
    post(&stage, MessageKind::Decision).await;
    for attempts in [1, 2] {
        work(&stage, &mail).await;
        assert_eq!(notice(&stage).await, is("waiting", attempts, 0), "451: later");
        later(&stage).await;
    }
    work(&stage, &mail).await;
    assert_eq!((notice(&stage).await, queue(&stage).await), (is("handed_over", 3, 0), (0, 0)));
    let taken = server.taken().await;
    assert_eq!(
        (taken.from.as_str(), taken.to.as_slice(), taken.secure),
        ("no-reply@post.example", ["anna@post.example".to_owned()].as_slice(), true)
    );
    assert!(taken.text.contains("Auto-Submitted: auto-generated"), "{}", taken.text);

    // Down for a while, and back on the same port.
    let port = server.port;
    assert_eq!(server.end().await, Vec::<String>::new(), "one letter was one");
    post(&stage, MessageKind::Decision).await;
    for _ in 0..2 {
        work(&stage, &mail).await;
        later(&stage).await;
    }
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'waiting' AND attempts = 2").await, 1);
    let mut server = Real::start(&authority, 0, port).await;
    work(&stage, &mail).await;
    assert_eq!(queue(&stage).await, (0, 0));
    assert_eq!(server.taken().await.to, ["anna@post.example"]);
    assert_eq!(server.end().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_others_that_says_never_is_believed() {
    let authority = Authority::new();
    let stage = Stage::new().await;
    let server = Real::start(&authority, 0, 0).await;
    contact(&stage, "email", "sv").await;
    stage.arrange("UPDATE account_contact SET email = 'gone@post.example'").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &authority.mailer(&server.url())).await;
    assert_eq!((notice(&stage).await, queue(&stage).await), (is("failed", 1, 0), (0, 1)));

    // A password it does not know is ours to mend: the letter waits.
    let stage = Stage::new().await;
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &authority.mailer(&server.url().replace("hunter2", "hunter3"))).await;
    assert_eq!(notice(&stage).await, is("waiting", 1, 0));
    assert_eq!(server.end().await, Vec::<String>::new());
}
