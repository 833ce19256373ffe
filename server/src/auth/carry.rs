//! Figures on their way from the estimate to an application: sealed into a cookie that only the button "apply with these
//! figures" sets, and gone when they arrive or after half an hour. Nothing is kept on the server.
//!
//! ChaCha20-Poly1305 with a random nonce; the municipality and the time are sealed in with the figures. The key lies in
//! the data folder, made at the first start: who can read it can read half an hour of cookies, if they have those too.
//! Servers that do not share the folder cannot open each other's: the person then types her figures again.

use super::kept;
use crate::world::World;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{id::MunicipalityId, norm::EstimateRequest};
use jiff::Timestamp;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, path::Path, sync::Arc};

/// How long the figures wait, in seconds.
pub const SECONDS: i64 = 30 * 60;
/// Browsers keep 4096 bytes of a cookie, its name and attributes included.
const MOST: usize = 3900;
/// Bytes of a nonce, of the time.
const NONCE: usize = 12;
const TIME: usize = 8;
const FILE: &str = "carry.key";

/// What the figures are sealed for.
const FIGURES: &str = "figures";

/// What is sealed in with the content without being in it: for what, and of which municipality.
fn about(purpose: &str, municipality: MunicipalityId) -> Vec<u8> {
    [municipality.0.as_bytes(), purpose.as_bytes()].concat()
}

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

    /// The key kept in the data folder. Where that cannot be written only figures on their way at a restart are lost.
    pub fn kept(data: &Path, world: &World) -> Option<Self> {
        Self::new(&kept::key(data, FILE, world))
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
        self.seal_for(FIGURES, world, municipality, request)
    }

    /// Anything small as a text that only this program opens, and only for the same purpose.
    pub fn seal_for<T: Serialize>(
        &self,
        purpose: &str,
        world: &World,
        municipality: MunicipalityId,
        what: &T,
    ) -> Result<String, Unsealed> {
        let mut sealed = world.now().as_second().to_be_bytes().to_vec();
        serde_json::to_writer(&mut sealed, what).map_err(|_| Unsealed::Broken)?;
        let nonce = world.bytes::<NONCE>();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(about(purpose, municipality)),
                &mut sealed,
            )
            .map_err(|_| Unsealed::Broken)?;
        let value = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        if value.len() <= MOST { Ok(value) } else { Err(Unsealed::TooMuch) }
    }

    /// The figures in a cookie's value: none if it is not ours, of another municipality, changed or too old.
    pub fn open(&self, now: Timestamp, municipality: MunicipalityId, value: &str) -> Option<EstimateRequest> {
        self.open_for(FIGURES, SECONDS, now, municipality, value)
    }

    /// What was sealed for that purpose at most so many seconds ago.
    pub fn open_for<T: DeserializeOwned>(
        &self,
        purpose: &str,
        seconds: i64,
        now: Timestamp,
        municipality: MunicipalityId,
        value: &str,
    ) -> Option<T> {
        let mut bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.0.open_in_place(nonce, Aad::from(about(purpose, municipality)), sealed).ok()?;
        let (time, figures) = plain.split_at_checked(TIME)?;
        let sealed_at = i64::from_be_bytes(time.try_into().ok()?);
        let age = now.as_second().checked_sub(sealed_at)?;
        if !(0..=seconds).contains(&age) {
            return None;
        }
        serde_json::from_slice(figures).ok()
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
        use std::{fs, os::unix::fs::PermissionsExt};
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
