//! From text to typed values. Parsers of secrets never quote what they were given.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::Problem;

pub(super) fn listen(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            format!("is `{text}`, which is not an IP address with a port"),
            "Write for example 127.0.0.1:3000, 0.0.0.0:3000 or [::]:3000.",
        )
    })
}

/// An absolute path, so that a later change of folder does not move it. It need not exist.
pub(super) fn folder(text: &str) -> Result<PathBuf, Problem> {
    std::path::absolute(text)
        .map_err(|error| Problem::new(format!("is `{text}`, which is not a path ({error})"), "Write an absolute path."))
}

pub(super) fn database_url(text: &str) -> Result<SecretString, Problem> {
    let fix = "Write postgres://user:password@host/database, with special characters in the password percent-encoded.";
    if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        return Err(Problem::new("does not start with postgres://", fix));
    }
    match PgConnectOptions::from_str(text) {
        Ok(_) => Ok(SecretString::from(text)),
        // The error may quote a part of the address, so it is not passed on.
        Err(_) => Err(Problem::new("is not an address of a PostgreSQL database", fix)),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, Problem> {
    let fix = "Write a level (error, warn, info, debug, trace, off), or a list such as info,sqlx=warn.";
    // To EnvFilter a bare word that is no level is the name of a module, and all else is silent: a slip of the pen
    // would switch the log off.
    let bare = text.split(',').map(str::trim).filter(|part| !part.is_empty() && !part.contains(['=', '[']));
    for word in bare {
        if LevelFilter::from_str(word).is_err() {
            return Err(Problem::new(format!("has `{word}`, which is not a level"), fix));
        }
    }
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Problem::new(format!("is `{text}`, which is not a log filter ({error})"), fix)),
    }
}

pub(super) fn number(text: &str, range: RangeInclusive<u32>) -> Result<u32, Problem> {
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        Problem::new(format!("is `{text}`"), format!("Write a whole number from {} to {}.", range.start(), range.end()))
    })
}

/// Networks by commas, or `none`.
pub(super) fn networks(text: &str) -> Result<Vec<Network>, Problem> {
    if text == "none" {
        return Ok(Vec::new());
    }
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Network::parse).collect()
}

/// An address, or a range of addresses by prefix (CIDR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, Problem> {
        let fix = "Write addresses and networks such as 10.0.0.7 or 10.0.0.0/24, separated by commas.";
        let bad = || Problem::new(format!("has `{text}`, which is neither an IP address nor a network"), fix);
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let Some(prefix) = prefix else {
            let address = address.to_canonical();
            return Ok(Self { address, prefix: width(address) });
        };
        if address.to_canonical() != address {
            return Err(Problem::new(format!("has `{text}`, an IPv4 network in IPv6 notation"), "Write it as IPv4."));
        }
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= width(address)).ok_or_else(bad)?;
        if prefix == 0 {
            return Err(Problem::new(
                format!("has `{text}`, which trusts every sender, so anybody could claim any address"),
                "Name the proxies.",
            ));
        }
        if bits(address) << (128 - width(address) + prefix - 1) << 1 != 0 {
            return Err(Problem::new(
                format!("has `{text}`, which names a single address and a prefix"),
                format!(
                    "Leave out /{prefix} for that address alone, or write the network with zeros after its prefix."
                ),
            ));
        }
        Ok(Self { address, prefix })
    }

    /// Whether the address lies in the network. An IPv4 address in IPv6 notation, as a socket that listens on both gives
    /// it, counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && (bits(address) ^ bits(self.address)) >> (width(address) - self.prefix) == 0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The address in people's browsers: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: Authority,
}

impl PublicUrl {
    /// `https`, or `http` on a loopback host, without path. The host is made lower case and the scheme's own port is left
    /// out, as browsers do in `Origin` and `Host`.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let fix = "Write the address that people use, without a path: https://porten.example.se.";
        let bad = |what: &str| Problem::new(format!("is `{text}`, which {what}"), fix);
        let uri: Uri = text.parse().map_err(|_| bad("is no address"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(bad("lacks scheme or host"));
        };
        let https = *scheme == Scheme::HTTPS;
        if !https && *scheme != Scheme::HTTP {
            return Err(bad("is neither https nor http"));
        }
        if authority.as_str().contains('@') {
            // Not quoted: a password may follow.
            return Err(Problem::new("holds a user name", fix));
        }
        // `Uri` drops a fragment silently.
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
            return Err(bad("has a path"));
        }
        let host = authority.host().to_ascii_lowercase();
        if !https && !is_loopback(&host) {
            return Err(Problem::new(
                format!("is `{text}`, but http is only for this machine itself: on the way to another it can be read"),
                "Write it with https and put a proxy that does TLS in front, or use localhost.",
            ));
        }
        let own_port = if https { 443 } else { 80 };
        let port = match authority.port() {
            Some(port) => Some(port.as_u16()).filter(|port| *port != own_port),
            // `host:` and `host:99999` have no port to `Authority`, but more than a host.
            None if authority.as_str().len() > host.len() => return Err(bad("has no valid port")),
            None => None,
        };
        let authority = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let authority = authority.parse().map_err(|_| bad("is no address"))?;
        Ok(Self { https, authority })
    }

    /// Whether people come by `https`: cookies are then `Secure` with the prefix `__Host-`, and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Host, with the port where it is not the scheme's own: what a browser sends as `Host`.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What a browser sends as `Origin`: scheme, host and port, no slash at the end.
    pub fn origin(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin(text: &str) -> Result<String, String> {
        PublicUrl::parse(text).map(|url| url.origin()).map_err(|problem| problem.what)
    }

    #[test]
    fn a_public_url_is_https_or_loopback() {
        assert_eq!(origin("https://Porten.Example.SE:443/").unwrap(), "https://porten.example.se");
        assert_eq!(origin("https://porten.example.se:8443").unwrap(), "https://porten.example.se:8443");
        assert_eq!(origin("http://localhost:3000").unwrap(), "http://localhost:3000");
        assert_eq!(origin("http://127.0.0.1:80").unwrap(), "http://127.0.0.1");
        assert_eq!(origin("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for (text, why) in [
            ("http://porten.example.se", "only for this machine"),
            ("http://0.0.0.0:3000", "only for this machine"),
            ("http://localhost.example.se", "only for this machine"),
            ("https://porten.example.se/start", "a path"),
            ("https://porten.example.se/?a", "a path"),
            ("https://porten.example.se/#a", "a path"),
            ("https://porten.example.se:99999", "no valid port"),
            ("https://porten.example.se:", "no valid port"),
            ("ftp://porten.example.se", "neither https nor http"),
            ("porten.example.se", "lacks scheme"),
            ("/", "lacks scheme"),
            ("https://", "no address"),
        ] {
            let what = origin(text).unwrap_err();
            assert!(what.contains(why), "{text}: {what}");
        }
        let what = origin("https://porten:hunter2@example.se").unwrap_err();
        assert!(!what.contains("hunter2"), "{what}");
    }

    #[test]
    fn a_log_filter_with_a_slip_of_the_pen_is_refused() {
        for good in ["info", "WARN", "info,sqlx=warn", "off", "info,server[request]=debug"] {
            assert!(log_filter(good).is_ok(), "{good}");
        }
        for bad in ["inof", "info,sqlx", "info,sqlx=loud"] {
            assert!(log_filter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn networks_are_written_as_addresses_or_with_a_prefix() {
        let found = networks("10.0.0.7, 10.1.0.0/16,fd00::/8 , ::ffff:192.0.2.1,").unwrap();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.7/32", "10.1.0.0/16", "fd00::/8", "192.0.2.1/32"]);
        assert!(found[0].contains("::ffff:10.0.0.7".parse().unwrap()));
        assert!(!found[2].contains("10.0.0.7".parse().unwrap()));
        for bad in
            ["10.0.0", "10.0.0.0/33", "::/129", "10.0.0.1/24", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104", "proxy"]
        {
            assert!(networks(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_network_holds_the_addresses_that_share_its_prefix(address: u32, prefix in 1u32..=32, flip in 0u32..32) {
            let base = address & (u32::MAX << (32 - prefix));
            let network = Network::parse(&format!("{}/{prefix}", std::net::Ipv4Addr::from(base))).unwrap();
            let other = std::net::Ipv4Addr::from(address ^ (1 << (31 - flip)));
            prop_assert!(network.contains(std::net::Ipv4Addr::from(address).into()));
            prop_assert!(network.contains(std::net::Ipv4Addr::from(address).to_ipv6_mapped().into()));
            prop_assert_eq!(network.contains(other.into()), flip >= prefix);
        }

        #[test]
        fn the_same_for_ipv6(address: u128, prefix in 1u32..=128, flip in 0u32..128) {
            let base = address & (u128::MAX << (128 - prefix));
            let text = format!("{}/{prefix}", std::net::Ipv6Addr::from(base));
            // Addresses that are IPv4 in disguise are another matter.
            let plain = |bits: u128| std::net::Ipv6Addr::from(bits).to_ipv4_mapped().is_none();
            let other = address ^ (1 << (127 - flip));
            prop_assume!(plain(base) && plain(address) && plain(other));
            let network = Network::parse(&text).unwrap();
            prop_assert!(network.contains(std::net::Ipv6Addr::from(address).into()));
            prop_assert_eq!(network.contains(std::net::Ipv6Addr::from(other).into()), flip >= prefix);
        }
    }
}
