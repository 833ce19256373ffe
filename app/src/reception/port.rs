//! The use cases of the desk.

use async_trait::async_trait;
use domain::{Actor, Fault, reception::DeskDay};

/// What one can do at the desk.
#[async_trait]
pub trait ReceptionPort: Send + Sync {
    /// Today's booked visitors at the actor's own office. For the desk and the on-call caseworker.
    async fn today(&self, actor: &Actor) -> Result<DeskDay, Fault>;
}
