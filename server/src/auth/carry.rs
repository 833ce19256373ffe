//! Figures on their way from the estimate to an application: sealed into a cookie that only the button "apply with these
//! figures" sets, and gone when they arrive or after half an hour. Nothing is kept on the server.
//!
//! ChaCha20-Poly1305 with a random nonce; the municipality and the time are sealed in with the figures. The key lies in
//! the data folder, made at the first start: who can read it can read half an hour of cookies, if they have those too.
//! Servers that do not share the folder cannot open each other's: the person then types her figures again.

use crate::world::World;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{id::MunicipalityId, norm::EstimateRequest};
use jiff::Timestamp;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

/// How long the figures wait, in seconds.
pub const SECONDS: i64 = 30 * 60;
/// Browsers keep 4096 bytes of a cookie, its name and attributes included.
const MOST: usize = 3900;
/// Bytes of a nonce, of the time.
const NONCE: usize = 12;
const TIME: usize = 8;
const FILE: &str = "carry.key";

/// The key that seals.
#[derive(Clone)]
pub struct CarryKey(Arc<LessSafeKey>);

impl fmt::Debug for CarryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CarryKey")
    }
}

/// Why figures cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsealed {
    /// They are more than a cookie holds.
    TooMuch,
    /// Our fault.
    Broken,
}

impl CarryKey {
    /// A key of these bytes. None never happens: the length is right.
    fn new(bytes: &[u8; 32]) -> Option<Self> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, bytes).ok()?;
        Some(Self(Arc::new(LessSafeKey::new(key))))
    }

    /// The key kept in the data folder, made if there is none. A folder that cannot be written gives a key that lasts as
    /// long as the program: only figures on their way at a restart are lost.
    pub fn kept(data: &Path, world: &World) -> Option<Self> {
        let path = data.join(FILE);
        let fresh = world.bytes::<32>();
        let bytes = read(&path).or_else(|_| make(data, &path, &fresh)).unwrap_or_else(|error| {
            tracing::warn!(kind = %error.kind(), "the key for carried figures cannot be kept in the data folder");
            fresh
        });
        Self::new(&bytes)
    }

    /// A key that lasts as long as the program.
    pub fn passing(world: &World) -> Option<Self> {
        Self::new(&world.bytes())
    }

    /// The figures as a cookie's value.
    pub fn seal(
        &self,
        world: &World,
        municipality: MunicipalityId,
        request: &EstimateRequest,
    ) -> Result<String, Unsealed> {
        let mut sealed = world.now().as_second().to_be_bytes().to_vec();
        serde_json::to_writer(&mut sealed, request).map_err(|_| Unsealed::Broken)?;
        let nonce = world.bytes::<NONCE>();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(municipality.0.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Unsealed::Broken)?;
        let value = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        if value.len() <= MOST { Ok(value) } else { Err(Unsealed::TooMuch) }
    }

    /// The figures in a cookie's value: none if it is not ours, of another municipality, changed or too old.
    pub fn open(&self, now: Timestamp, municipality: MunicipalityId, value: &str) -> Option<EstimateRequest> {
        let mut bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.0.open_in_place(nonce, Aad::from(municipality.0.as_bytes()), sealed).ok()?;
        let (time, figures) = plain.split_at_checked(TIME)?;
        let sealed_at = i64::from_be_bytes(time.try_into().ok()?);
        let age = now.as_second().checked_sub(sealed_at)?;
        if !(0..=SECONDS).contains(&age) {
            return None;
        }
        serde_json::from_slice(figures).ok()
    }
}

fn read(path: &Path) -> io::Result<[u8; 32]> {
    fs::read(path)?.try_into().map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Writes the key beside its place and puts it there whole. Whoever comes second takes the first one's.
fn make(data: &Path, path: &Path, key: &[u8; 32]) -> io::Result<[u8; 32]> {
    fs::create_dir_all(data)?;
    let beside = data.join(format!("{FILE}.{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(key)?;
    file.sync_all()?;
    let placed = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    match placed {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::norm::{CostRequest, Field};

    fn request(costs: usize) -> EstimateRequest {
        let cost = CostRequest { kind: Field::from("rent"), amount: Field::from(8200), ..CostRequest::default() };
        EstimateRequest { costs: vec![cost; costs].into_iter().collect(), ..EstimateRequest::default() }
    }

    #[test]
    fn figures_come_out_as_they_went_in_and_nobody_elses_do() {
        let world = World::real();
        let (here, there) = (MunicipalityId(world.id()), MunicipalityId(world.id()));
        let key = CarryKey::passing(&world).expect("a key");
        let value = key.seal(&world, here, &request(2)).expect("a value");
        assert!(!value.contains("rent"));
        let now = world.now();
        assert_eq!(key.open(now, here, &value), Some(request(2)));
        assert_eq!(key.open(now, there, &value), None);
        assert_eq!(key.open(now + jiff::SignedDuration::from_secs(SECONDS + 2), here, &value), None);
        assert_eq!(CarryKey::passing(&world).expect("a key").open(now, here, &value), None);
        for changed in ["", "x", "abcdefghijklmnopqrstuvwxyz", &value[1..], &format!("{value}A")] {
            assert_eq!(key.open(now, here, changed), None, "{changed}");
        }
        assert_eq!(key.seal(&world, here, &request(200)), Err(Unsealed::TooMuch));
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (world, folder) = (World::real(), tempfile::tempdir().expect("a folder"));
        let data = folder.path().join("data");
        let here = MunicipalityId(world.id());
        let value = CarryKey::kept(&data, &world).expect("a key").seal(&world, here, &request(1)).expect("a value");
        let again = CarryKey::kept(&data, &world).expect("a key");
        assert_eq!(again.open(world.now(), here, &value), Some(request(1)));
        let mode = fs::metadata(data.join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data).expect("a folder").count(), 1);
    }
}
