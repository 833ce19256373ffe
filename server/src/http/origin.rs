//! Where a request came from, for the limits: the address at the other end of the connection, or what a proxy that the
//! settings trust says about it. Anybody may write `X-Forwarded-For`; from others it counts for nothing.
//!
//! The address goes no further than here: the rest of the program sees keyed hashes of it and of its network ([`Origin`]).

use crate::{auth::kept, config::Network, world::World};
use axum::{extract::Request, http::HeaderMap};
use domain::account::Origin;
use ring::hmac;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
};

const FILE: &str = "limit.key";
const FORWARDED: &str = "x-forwarded-for";

/// The other end of the connection; put into each request by the listener.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Knows where requests come from.
#[derive(Clone)]
pub struct Origins {
    key: hmac::Key,
    proxies: Arc<[Network]>,
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origins")
    }
}

impl Origins {
    /// With the key kept in the data folder: an address counts on after a restart. Servers that do not share it count each
    /// for itself.
    pub fn kept(data: &Path, world: &World, proxies: &[Network]) -> Self {
        Self::new(&kept::key(data, FILE, world), proxies)
    }

    /// With a key that lasts as long as the program.
    pub fn passing(world: &World, proxies: &[Network]) -> Self {
        Self::new(&world.bytes(), proxies)
    }

    fn new(key: &[u8; 32], proxies: &[Network]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), proxies: proxies.into() }
    }

    pub fn of(&self, request: &Request) -> Origin {
        let Some(Peer(peer)) = request.extensions().get().copied() else { return Origin::default() };
        let client = client(&self.proxies, peer, request.headers());
        // An IPv6 household has every address that begins with the same 64 bits.
        Origin { address: self.hash(client, 32, 64), network: self.hash(client, 24, 48) }
    }

    /// Hashes so many first bits of an address of the fourth and of the sixth version.
    fn hash(&self, client: IpAddr, v4: u32, v6: u32) -> [u8; 32] {
        let (version, bits, first) = match client {
            IpAddr::V4(address) => (4, u128::from(address.to_bits()) << 96, v4),
            IpAddr::V6(address) => (6, address.to_bits(), v6),
        };
        let mut hash = hmac::Context::with_key(&self.key);
        hash.update(format!("{version}/{first} ").as_bytes());
        hash.update(&(bits >> (128 - first)).to_be_bytes());
        hash.sign().as_ref().try_into().unwrap_or_default()
    }
}

/// The client: from the connection backwards, the first address that is no trusted proxy's. What stands before it is
/// hearsay, and so is everything before a word that is no address.
fn client(proxies: &[Network], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let lines: Vec<&str> = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    let mut client = peer.to_canonical();
    for said in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !trusted(client) {
            break;
        }
        let Some(before) = address(said.trim()) else { break };
        client = before.to_canonical();
    }
    client
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Flags};
    use axum::body::Body;

    fn networks(text: &str) -> Vec<Network> {
        let source = |name: &str| (name == "PORTEN_TRUSTED_PROXIES" && !text.is_empty()).then(|| text.to_owned());
        Config::load(&source, Flags::default()).expect("settings").trusted_proxies.unwrap_or_default()
    }

    fn seen(proxies: &str, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().expect("a line"));
        }
        client(&networks(proxies), peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        for lines in [&[][..], &["198.51.100.7"], &["198.51.100.7", "10.0.0.1"]] {
            assert_eq!(seen("", "192.0.2.1", lines), "192.0.2.1");
            assert_eq!(seen("10.0.0.0/8", "192.0.2.1", lines), "192.0.2.1");
        }
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.0/8", "10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.0/8", "::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn of_several_proxies_the_last_stranger_counts() {
        let believed = |lines: &[&str]| seen("10.0.0.0/8,fd00::/8", "10.0.0.1", lines);
        assert_eq!(believed(&["203.0.113.9, 198.51.100.7"]), "198.51.100.7", "what the client wrote itself");
        assert_eq!(believed(&["203.0.113.9, 198.51.100.7, 10.1.1.1", "10.2.2.2"]), "198.51.100.7");
        assert_eq!(believed(&["198.51.100.7", "fd00::1"]), "198.51.100.7");
        assert_eq!(believed(&["10.3.3.3,10.2.2.2"]), "10.3.3.3", "a client among the proxies");
        assert_eq!(believed(&["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(believed(&["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(believed(&["[2001:db8::7]"]), "2001:db8::7");
        for hidden in ["", "unknown", "198.51.100.7, _hidden", "198.51.100.7,"] {
            assert_eq!(believed(&[hidden]), "10.0.0.1", "{hidden}");
        }
    }

    #[test]
    fn an_origin_is_a_household_in_its_network_and_no_address() {
        let world = World::real();
        let origins = Origins::passing(&world, &[]);
        let of = |origins: &Origins, peer: Option<&str>| {
            let mut request = Request::new(Body::empty());
            if let Some(peer) = peer {
                request.extensions_mut().insert(Peer(peer.parse().expect("an address")));
            }
            origins.of(&request)
        };
        let same = |one: &str, other: &str| {
            let (one, other) = (of(&origins, Some(one)), of(&origins, Some(other)));
            (one.address == other.address, one.network == other.network)
        };
        let one = of(&origins, Some("2001:db8:0:1::1"));
        assert_eq!(one, of(&origins, Some("2001:db8:0:1:ffff::2")));
        assert_ne!(one.address, one.network);
        assert_eq!(same("2001:db8:0:1::1", "2001:db8:0:2::1"), (false, true));
        assert_eq!(same("2001:db8:0:1::1", "2001:db8:1:1::1"), (false, false));
        assert_eq!(same("192.0.2.1", "192.0.2.2"), (false, true));
        assert_eq!(same("192.0.2.1", "192.0.3.1"), (false, false));
        assert_eq!(same("192.0.2.1", "c000:201::"), (false, false), "the same first bits of the other version");
        assert_eq!(of(&origins, Some("192.0.2.1")), of(&origins, Some("::ffff:192.0.2.1")));
        assert_ne!(one, of(&Origins::passing(&world, &[]), Some("2001:db8:0:1::1")), "another key");
        assert_eq!(of(&origins, None), Origin::default());
    }
}
