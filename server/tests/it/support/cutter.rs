//! A connection that breaks on purpose: a relay between the program and PostgreSQL that counts statements and cuts the
//! line at a chosen one. So a test can enumerate every point at which the program can be killed.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};

/// Where the line is cut, counted in statements from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The statement never reaches PostgreSQL.
    Before(usize),
    /// PostgreSQL carries it out, but the program never hears of it.
    After(usize),
}

/// The relay. Ends with the test.
pub struct Cutter {
    address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

impl Cutter {
    /// A relay to the server that `options` mean.
    pub async fn start(options: &PgConnectOptions, cut: Cut) -> Self {
        let socket: PathBuf = options.get_socket().expect("a folder").join(format!(".s.PGSQL.{}", options.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = seen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.expect("PostgreSQL");
                tokio::spawn(relay(client, server, counter.clone(), cut));
            }
        });
        Self { address, seen }
    }

    /// The same database and role, through the relay.
    pub fn through(&self, options: &PgConnectOptions) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.address.port())
            .ssl_mode(PgSslMode::Disable)
            .username(options.get_username())
            .database(options.get_database().expect("a database"))
    }

    /// How many statements have come by.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// The length of the first whole message in the buffer, if there is one. The first of a connection has no kind in front.
fn whole(buffer: &[u8], started: bool) -> Option<usize> {
    let at = usize::from(started);
    let length: [u8; 4] = buffer.get(at..at + 4)?.try_into().ok()?;
    let total = at + usize::try_from(u32::from_be_bytes(length)).ok()?;
    (buffer.len() >= total).then_some(total)
}

/// Passes messages on, statement by statement: a simple query (`Q`) or the execution of a prepared one (`E`).
async fn relay(mut client: TcpStream, mut server: UnixStream, seen: Arc<AtomicUsize>, cut: Cut) {
    let (mut from_client, mut to_server) = (vec![0; 16 * 1024], Vec::new());
    let mut from_server = vec![0; 16 * 1024];
    let mut started = false;
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(read @ 1..) = read else { return };
                to_server.extend_from_slice(&from_client[..read]);
                while let Some(length) = whole(&to_server, started) {
                    let message: Vec<u8> = to_server.drain(..length).collect();
                    let statement = started && matches!(message[0], b'Q' | b'E');
                    started = true;
                    let number = if statement { seen.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
                    if cut == Cut::Before(number) && statement {
                        return sever(&mut server).await;
                    }
                    if server.write_all(&message).await.is_err() {
                        return;
                    }
                    if cut == Cut::After(number) && statement {
                        return sever(&mut server).await;
                    }
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(read @ 1..) = read else { return };
                if client.write_all(&from_server[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Ends the line to PostgreSQL and waits until it has finished with it, so that a test sees what became of it. The
/// program's end closes when the caller returns.
async fn sever(server: &mut UnixStream) {
    let _gone_already = server.shutdown().await;
    let mut rest = Vec::new();
    let _until_the_end = server.read_to_end(&mut rest).await;
}
