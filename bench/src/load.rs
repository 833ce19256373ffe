//! Asks a server: as fast as it answers, or so many times a second. One thread a connection, blocking: two system calls a
//! request and nothing else, so that on a small machine little of the measured time is the asking.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{self, Read, Write},
    net::TcpStream,
    sync::{
        Barrier, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A server that is silent for this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one connection saw, in nanoseconds.
#[derive(Default)]
struct Seen {
    /// To the end of each answer.
    whole: Vec<u64>,
    /// To the first byte of each answer.
    first: Vec<u64>,
    statuses: BTreeMap<u16, usize>,
}

/// When requests are due: at random moments, `rate` a second on average (a Poisson process), for all connections
/// together. As `pgbench --rate` does it, so that both sides queue alike.
struct Schedule {
    rate: f64,
    /// The moment that was given last, and the state of the random numbers.
    last: Mutex<(Option<Instant>, u64)>,
}

impl Schedule {
    fn new(rate: f64) -> Self {
        Self { rate, last: Mutex::new((None, 0)) }
    }

    fn next(&self) -> Instant {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, mut state) = *last;
        let gap = -(1.0 - random(&mut state)).ln() / self.rate;
        let due = before.unwrap_or_else(Instant::now) + Duration::from_secs_f64(gap);
        *last = (Some(due), state);
        due
    }
}

/// A number from 0 to below 1 (splitmix64): the same ones every time.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    f64::from(u32::try_from(bits >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

/// `file` holds whole requests with a NUL between them. They are sent round and round for `seconds`, or each once if that
/// is 0. With a `rate` so many a second on average, and times count from the moment a request was due: one that has to
/// wait for a free connection is late.
pub fn run(
    address: &str,
    file: &str,
    connections: &str,
    seconds: &str,
    rate: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let file = fs::read(file)?;
    let requests: Vec<&[u8]> = file.split(|byte| *byte == 0).collect();
    let connections: usize = connections.parse()?;
    let span = Duration::from_secs_f64(seconds.parse()?);
    let schedule = rate.map(str::parse).transpose()?.map(Schedule::new);
    let next = AtomicUsize::new(0);
    // All connect first; the clock starts when the last is ready.
    let start = Barrier::new(connections + 1);
    let (took, seen) = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| {
                    let stream = connect(address);
                    start.wait();
                    ask(stream?, &requests, &next, span, schedule.as_ref())
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
        all.whole.extend(one.whole);
        all.first.extend(one.first);
        for (status, count) in one.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
    }
    all.whole.sort_unstable();
    all.first.sort_unstable();
    let statuses: Vec<String> = all.statuses.iter().map(|(status, count)| format!("\"{status}\":{count}")).collect();
    writeln!(
        io::stdout(),
        "{{\"requests\":{},\"seconds\":{:.6},\"p50\":{},\"p99\":{},\"first50\":{},\"first99\":{},\"statuses\":{{{}}}}}",
        all.whole.len(),
        took.as_secs_f64(),
        percentile(&all.whole, 50),
        percentile(&all.whole, 99),
        percentile(&all.first, 50),
        percentile(&all.first, 99),
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

fn ask(
    mut stream: TcpStream,
    requests: &[&[u8]],
    next: &AtomicUsize,
    span: Duration,
    schedule: Option<&Schedule>,
) -> io::Result<Seen> {
    let mut seen = Seen::default();
    let mut buffer = vec![0; 256 * 1024];
    let begun = Instant::now();
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        let due = schedule.map_or_else(Instant::now, Schedule::next);
        if if span.is_zero() { turn >= requests.len() } else { due.duration_since(begun) >= span } {
            return Ok(seen);
        }
        if schedule.is_some() {
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        stream.write_all(requests[turn % requests.len()])?;
        let (status, first) = answer(&mut stream, &mut buffer)?;
        seen.whole.push(nanoseconds(due.elapsed()));
        seen.first.push(nanoseconds(first.duration_since(due)));
        *seen.statuses.entry(status).or_default() += 1;
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Reads one whole answer and gives its status and when its first byte was there.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<(u16, Instant)> {
    let mut length = 0;
    let mut first = None;
    loop {
        let more = stream.read(&mut buffer[length..])?;
        if more == 0 {
            return Err(io::Error::other("the connection ended within an answer, or an answer is too large"));
        }
        let first = *first.get_or_insert_with(Instant::now);
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
        return Ok((status, first));
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
