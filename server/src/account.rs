//! Accounts: the directory of municipalities by host name.

use crate::{db::Db, error::Error};
use domain::{id::MunicipalityId, municipality::Municipality};
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

/// A municipality with its time zone looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub municipality: Arc<Municipality>,
    pub zone: TimeZone,
}

/// Which host means which municipality, as last read from the database.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Directory {
    by_host: HashMap<String, Arc<Place>>,
    by_id: HashMap<MunicipalityId, Arc<Place>>,
    /// With exactly one municipality any host means it.
    only: Option<Arc<Place>>,
}

impl Directory {
    /// Reads the directory. No personal data, no municipality set.
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
            places.insert(row.municipality_id, Arc::new(Place { municipality: Arc::new(municipality), zone }));
        }
        let hosts =
            sqlx::query!("SELECT host, municipality_id FROM municipality_host").fetch_all(&mut *connection).await?;
        let by_host = hosts
            .into_iter()
            .filter_map(|row| places.get(&row.municipality_id).map(|place| (row.host, place.clone())))
            .collect();
        let only = if places.len() == 1 { places.values().next().cloned() } else { None };
        let by_id = places.into_iter().map(|(id, place)| (MunicipalityId(id), place)).collect();
        Ok(Self { by_host, by_id, only })
    }

    /// The local time of a municipality.
    pub fn zone(&self, municipality: MunicipalityId) -> Option<TimeZone> {
        self.by_id.get(&municipality).map(|place| place.zone.clone())
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

    pub fn replace(&self, directory: Directory) {
        let directory = Arc::new(directory);
        match self.0.write() {
            Ok(mut current) => *current = directory,
            Err(poisoned) => *poisoned.into_inner() = directory,
        }
    }
}
