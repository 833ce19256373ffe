//! Asks a server as fast as it answers. One thread a connection, blocking: two system calls a request and nothing else,
//! so that on a small machine little of the measured time is the asking.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{self, Read, Write},
    net::TcpStream,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A server that is silent for this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one connection saw.
#[derive(Default)]
struct Seen {
    nanoseconds: Vec<u64>,
    statuses: BTreeMap<u16, usize>,
}

/// `file` holds whole requests with a NUL between them. They are sent round and round for `seconds`, or each once if that
/// is 0.
pub fn run(address: &str, file: &str, connections: &str, seconds: &str) -> Result<(), Box<dyn Error>> {
    let file = fs::read(file)?;
    let requests: Vec<&[u8]> = file.split(|byte| *byte == 0).collect();
    let connections: usize = connections.parse()?;
    let span = Duration::from_secs_f64(seconds.parse()?);
    let next = AtomicUsize::new(0);
    // All connect first; the clock starts when the last is ready.
    let start = Barrier::new(connections + 1);
    let (took, seen) = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| {
                    let stream = connect(address);
                    start.wait();
                    ask(stream?, &requests, &next, span)
                })
            })
            .collect();
        start.wait();
        let begun = Instant::now();
        let seen: Result<Vec<Seen>, io::Error> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a connection's thread panicked"))))
            .collect();
        (begun.elapsed(), seen)
    });
    let mut all = Seen::default();
    for one in seen? {
        all.nanoseconds.extend(one.nanoseconds);
        for (status, count) in one.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
    }
    all.nanoseconds.sort_unstable();
    let statuses: Vec<String> = all.statuses.iter().map(|(status, count)| format!("\"{status}\":{count}")).collect();
    writeln!(
        io::stdout(),
        "{{\"requests\":{},\"seconds\":{:.6},\"p50\":{},\"p99\":{},\"statuses\":{{{}}}}}",
        all.nanoseconds.len(),
        took.as_secs_f64(),
        percentile(&all.nanoseconds, 50),
        percentile(&all.nanoseconds, 99),
        statuses.join(",")
    )?;
    Ok(())
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn ask(mut stream: TcpStream, requests: &[&[u8]], next: &AtomicUsize, span: Duration) -> io::Result<Seen> {
    let mut seen = Seen::default();
    let mut buffer = vec![0; 256 * 1024];
    let begun = Instant::now();
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if if span.is_zero() { turn >= requests.len() } else { begun.elapsed() >= span } {
            return Ok(seen);
        }
        let sent = Instant::now();
        stream.write_all(requests[turn % requests.len()])?;
        let status = answer(&mut stream, &mut buffer)?;
        seen.nanoseconds.push(u64::try_from(sent.elapsed().as_nanos()).unwrap_or(u64::MAX));
        *seen.statuses.entry(status).or_default() += 1;
    }
}

/// Reads one whole answer and gives its status.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<u16> {
    let mut length = 0;
    loop {
        let more = stream.read(&mut buffer[length..])?;
        if more == 0 {
            return Err(io::Error::other("the connection ended within an answer, or an answer is too large"));
        }
        length += more;
        let Some(head) = buffer[..length].windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let (status, body) = parse(&buffer[..head]).ok_or(io::Error::other("an answer without a length"))?;
        let mut left = (head + 4 + body).saturating_sub(length);
        while left > 0 {
            let most = left.min(buffer.len());
            let more = stream.read(&mut buffer[..most])?;
            if more == 0 {
                return Err(io::Error::other("the connection ended within an answer"));
            }
            left -= more;
        }
        return Ok(status);
    }
}

/// Status and length of the body.
fn parse(head: &[u8]) -> Option<(u16, usize)> {
    let head = std::str::from_utf8(head).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((status, length.or((status == 204 || status == 304).then_some(0))?))
}

fn percentile(sorted: &[u64], percent: usize) -> u64 {
    sorted.get(sorted.len() * percent / 100).or(sorted.last()).copied().unwrap_or(0)
}
