//! A municipality (kommun) as its pages need to know it.

use crate::id::MunicipalityId;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// What every page of a municipality shows or needs. No personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    pub municipality_id: MunicipalityId,
    pub name: String,
    /// IANA name of the local time, for example `Europe/Stockholm`.
    pub time_zone: String,
    /// Switchboard of the social services, office hours.
    pub phone: String,
    /// On weekdays `phone` is answered from this wall-clock time …
    pub phone_opens: Time,
    /// … to this.
    pub phone_closes: Time,
    /// Evenings, nights and weekends (socialjouren).
    pub urgent_phone: String,
    pub email: String,
}
