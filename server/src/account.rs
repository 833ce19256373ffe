//! Accounts: the directory of municipalities by host name.

use crate::{db::Db, error::Error, norm};
use domain::{
    Actor,
    id::MunicipalityId,
    municipality::Municipality,
    norm::{PracticeHistory, Practices},
};
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

/// A municipality with its time zone looked up, and how it calculates where no law says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub municipality: Arc<Municipality>,
    pub zone: TimeZone,
    /// None when what it has settled cannot be read: then nothing is calculated, rather than guessed.
    pub settled: Option<Arc<Settled>>,
}

/// What a municipality has settled, as a whole and for calculating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub history: PracticeHistory,
    pub practices: Practices,
}

/// Which host means which municipality, as last read from the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    by_host: HashMap<String, Arc<Place>>,
    by_id: HashMap<MunicipalityId, Arc<Place>>,
    /// With exactly one municipality any host means it.
    only: Option<Arc<Place>>,
}

impl Directory {
    /// Reads the directory. No personal data; no municipality set but for what each has settled.
    pub async fn read(db: &Db) -> Result<Self, Error> {
        let mut connection = db.directory().await?;
        let rows = sqlx::query!(
            r#"SELECT municipality_id, name, time_zone, phone, phone_opens AS "phone_opens: jiff_sqlx::Time",
                      phone_closes AS "phone_closes: jiff_sqlx::Time", urgent_phone, email
               FROM municipality"#
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut places = HashMap::new();
        for row in rows {
            let zone = TimeZone::get(&row.time_zone).map_err(|_| Error::Broken("a municipality's time zone exists"))?;
            let municipality = Municipality {
                municipality_id: MunicipalityId(row.municipality_id),
                name: row.name,
                time_zone: row.time_zone,
                phone: row.phone,
                phone_opens: row.phone_opens.to_jiff(),
                phone_closes: row.phone_closes.to_jiff(),
                urgent_phone: row.urgent_phone,
                email: row.email,
            };
            let place = Place { municipality: Arc::new(municipality), zone, settled: None };
            places.insert(row.municipality_id, place);
        }
        let hosts =
            sqlx::query!("SELECT host, municipality_id FROM municipality_host").fetch_all(&mut *connection).await?;
        drop(connection);
        for (id, place) in &mut places {
            let mut tx = db.begin(&Actor::system(MunicipalityId(*id))).await?;
            place.settled = match norm::history(&mut tx, MunicipalityId(*id)).await {
                Ok(history) => Some(Arc::new(Settled::from(history))),
                // The others do not go without for that.
                Err(error @ (Error::Encoding(_) | Error::Database(sqlx::Error::ColumnDecode { .. }))) => {
                    tracing::error!(municipality = %id, %error, "what a municipality has settled cannot be read");
                    None
                }
                Err(error) => return Err(error),
            };
        }
        let places: HashMap<_, _> = places.into_iter().map(|(id, place)| (id, Arc::new(place))).collect();
        let by_host = hosts
            .into_iter()
            .filter_map(|row| places.get(&row.municipality_id).map(|place| (row.host, place.clone())))
            .collect();
        let only = if places.len() == 1 { places.values().next().cloned() } else { None };
        let by_id = places.into_iter().map(|(id, place)| (MunicipalityId(id), place)).collect();
        Ok(Self { by_host, by_id, only })
    }

    /// A municipality by its id.
    pub fn place(&self, municipality: MunicipalityId) -> Option<&Place> {
        self.by_id.get(&municipality).map(Arc::as_ref)
    }

    /// The local time of a municipality.
    pub fn zone(&self, municipality: MunicipalityId) -> Option<TimeZone> {
        self.place(municipality).map(|place| place.zone.clone())
    }

    /// The same with another way of calculating in one municipality.
    fn with(&self, place: &Arc<Place>) -> Self {
        let id = place.municipality.municipality_id;
        let new = |old: &Arc<Place>| if old.municipality.municipality_id == id { place.clone() } else { old.clone() };
        Self {
            by_host: self.by_host.iter().map(|(host, old)| (host.clone(), new(old))).collect(),
            by_id: self.by_id.iter().map(|(id, old)| (*id, new(old))).collect(),
            only: self.only.as_ref().map(new),
        }
    }

    /// The municipality of a Host header (with or without port).
    pub fn find(&self, host: &str) -> Option<Arc<Place>> {
        if let Some(only) = &self.only {
            return Some(only.clone());
        }
        let name = host
            .rsplit_once(':')
            .map_or(host, |(name, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host });
        self.by_host.get(&name.to_ascii_lowercase()).cloned()
    }
}

impl Place {
    /// The newest version of what it has settled; 0 when there is none. Versions are only added.
    pub fn practice_version(&self) -> i64 {
        self.settled.as_ref().map_or(0, |settled| settled.history.newest())
    }
}

impl From<PracticeHistory> for Settled {
    fn from(history: PracticeHistory) -> Self {
        Self { practices: history.practices(), history }
    }
}

/// The directory as last read, shared by all requests and read anew in the background.
#[derive(Clone, Default)]
pub struct SharedDirectory(Arc<RwLock<Arc<Directory>>>);

impl SharedDirectory {
    pub fn new(directory: Directory) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(directory))))
    }

    pub fn current(&self) -> Arc<Directory> {
        match self.0.read() {
            Ok(current) => current.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Puts in what was read; `true` if anything is different now. What was settled while it was being read stays settled,
    /// and what cannot be read any more stays as it was last read.
    pub fn replace(&self, directory: Directory) -> bool {
        self.change(|current| {
            let mut kept: Vec<Arc<Place>> = Vec::new();
            for (id, read) in &directory.by_id {
                let Some(before) = current.place(*id) else { continue };
                let lost = read.settled.is_none() && before.settled.is_some();
                if lost || read.practice_version() < before.practice_version() {
                    kept.push(Arc::new(Place { settled: before.settled.clone(), ..Place::clone(read) }));
                }
            }
            kept.iter().fold(directory, |directory, place| directory.with(place))
        })
    }

    /// What a municipality has just settled holds from now on. An older history than the one there changes nothing.
    pub fn settle(&self, municipality: MunicipalityId, history: PracticeHistory) {
        self.change(|current| match current.place(municipality) {
            Some(place) if place.practice_version() < history.newest() => {
                current.with(&Arc::new(Place { settled: Some(Arc::new(Settled::from(history))), ..place.clone() }))
            }
            _ => current.clone(),
        });
    }

    fn change(&self, new: impl FnOnce(&Directory) -> Directory) -> bool {
        let mut current = match self.0.write() {
            Ok(current) => current,
            Err(poisoned) => poisoned.into_inner(),
        };
        let new = new(&current);
        let changed = **current != new;
        *current = Arc::new(new);
        changed
    }
}
