//! A mail server that does as it is told: a real SMTP conversation over TCP on this machine, one plan a connection.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// What the server does with one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Takes the mail.
    Take,
    /// Answers `RCPT` with this.
    AtRecipient(&'static str),
    /// Answers the finished mail with this, and does not keep it.
    AtEnd(&'static str),
    /// Keeps the mail and closes before it says so.
    TakeAndClose,
    /// Closes after `DATA` has been answered, without a mail.
    CloseAtData,
    /// Closes at once.
    Close,
    /// Never says a word.
    Silent,
}

/// How the server protects a connection.
#[derive(Clone)]
pub enum Protection {
    /// Not at all.
    None,
    /// When it is asked to.
    StartTls(Arc<ServerConfig>),
    /// From the first byte.
    Tls(Arc<ServerConfig>),
}

/// A line to a client, protected or not.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}
type Talk = BufReader<Box<dyn Line>>;

/// A mail that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    /// As sent, lines ended by CR LF, dots unstuffed.
    pub text: String,
}

impl Taken {
    /// The value of a header that stands on one line.
    pub fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let start = format!("{}:", name.to_ascii_lowercase());
        let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with(&start));
        line.unwrap_or_else(|| panic!("no {name}: {head}"))[start.len()..].trim()
    }
}

#[derive(Default)]
struct State {
    plans: VecDeque<Plan>,
    taken: Vec<Taken>,
    connections: usize,
    /// Every line a client said outside of a mail.
    said: Vec<String>,
    /// Those of them that anybody on the way could read.
    open: Vec<String>,
}

/// Stops when dropped.
pub struct MailServer {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl MailServer {
    /// Follows the plans, one a connection, then takes everything.
    pub async fn start(plans: &[Plan]) -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address"), plans).await
    }

    pub async fn start_at(address: SocketAddr, plans: &[Plan]) -> Self {
        Self::start_with(address, plans, Protection::None).await
    }

    /// Takes everything, protected like this.
    pub async fn protected(protection: Protection) -> Self {
        Self::start_with("127.0.0.1:0".parse().expect("an address"), &[], protection).await
    }

    async fn start_with(address: SocketAddr, plans: &[Plan], protection: Protection) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State { plans: plans.iter().copied().collect(), ..State::default() }));
        let shared = state.clone();
        let serving = tokio::spawn(async move {
            // The conversations end with the server.
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (state, protection) = (shared.clone(), protection.clone());
                let plan = {
                    let mut state = state.lock().expect("the state");
                    state.connections += 1;
                    state.plans.pop_front().unwrap_or(Plan::Take)
                };
                talks.spawn(async move {
                    // A client that goes away ends the talk.
                    let _gone = talk(stream, plan, protection, &state).await;
                });
            }
        });
        Self { address, state, serving }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().expect("the state").taken.clone()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().expect("the state").connections
    }

    pub fn said(&self) -> Vec<String> {
        self.state.lock().expect("the state").said.clone()
    }

    /// What anybody on the way could read.
    pub fn open(&self) -> Vec<String> {
        self.state.lock().expect("the state").open.clone()
    }

    /// Waits until so many connections have come.
    pub async fn met(&self, connections: usize) {
        for _ in 0..500 {
            if self.connections() >= connections {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {connections} connections came", self.connections());
    }
}

async fn talk(stream: TcpStream, plan: Plan, protection: Protection, state: &Mutex<State>) -> std::io::Result<()> {
    if plan == Plan::Close {
        return Ok(());
    }
    let (mut lines, mut offer): (Talk, _) = match protection {
        Protection::None => (BufReader::new(Box::new(stream)), None),
        Protection::StartTls(config) => (BufReader::new(Box::new(stream)), Some(config)),
        Protection::Tls(config) => (protect(Box::new(stream), config).await?, None),
    };
    let mut open = offer.is_some();
    if plan == Plan::Silent {
        // Until the client has had enough.
        let mut line = String::new();
        while lines.read_line(&mut line).await? > 0 {}
        return Ok(());
    }
    say(&mut lines, "220 mail.example ESMTP").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        {
            let mut state = state.lock().expect("the state");
            state.said.push(line.clone());
            if open {
                state.open.push(line.clone());
            }
        }
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let offers = if offer.is_some() { "250-STARTTLS\r\n" } else { "250-AUTH PLAIN\r\n" };
                say(&mut lines, &format!("250-mail.example\r\n250-8BITMIME\r\n{offers}250 SIZE 1000000")).await?;
            }
            "STARTTLS" if offer.is_some() => {
                say(&mut lines, "220 go on").await?;
                if let Some(config) = offer.take() {
                    lines = protect(lines.into_inner(), config).await?;
                    open = false;
                }
            }
            "AUTH" => say(&mut lines, "235 welcome").await?,
            "MAIL" => {
                from = between(&line);
                say(&mut lines, "250 ok").await?;
            }
            "RCPT" => {
                if let Plan::AtRecipient(answer) = plan {
                    say(&mut lines, answer).await?;
                } else {
                    to.push(between(&line));
                    say(&mut lines, "250 ok").await?;
                }
            }
            "DATA" => {
                say(&mut lines, "354 go on").await?;
                if plan == Plan::CloseAtData {
                    return Ok(());
                }
                let text = letter(&mut lines).await?;
                if let Plan::AtEnd(answer) = plan {
                    say(&mut lines, answer).await?;
                    continue;
                }
                let taken = Taken { from: from.clone(), to: std::mem::take(&mut to), text };
                state.lock().expect("the state").taken.push(taken);
                if plan == Plan::TakeAndClose {
                    return Ok(());
                }
                say(&mut lines, "250 taken").await?;
            }
            "QUIT" => {
                say(&mut lines, "221 bye").await?;
                return Ok(());
            }
            _ => say(&mut lines, "502 what?").await?,
        }
    }
}

async fn protect(stream: Box<dyn Line>, config: Arc<ServerConfig>) -> std::io::Result<Talk> {
    Ok(BufReader::new(Box::new(TlsAcceptor::from(config).accept(stream).await?)))
}

async fn say(talk: &mut Talk, line: &str) -> std::io::Result<()> {
    talk.write_all(format!("{line}\r\n").as_bytes()).await?;
    talk.flush().await
}

/// `MAIL FROM:<address> …`.
fn between(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_owned()).expect("<>")
}

async fn letter(lines: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
