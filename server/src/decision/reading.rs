//! Reading: the list, the paper, and the receipt that opening it writes. Of a decision that has not been opened nothing
//! leaves this file but its id.

use super::{
    service::{DecisionService, checked},
    store,
};
use crate::{
    auth::policy,
    db::{
        audit,
        idempotency::{self, Outcome},
    },
    error::Error,
    message,
};
use domain::{
    Actor, appeal,
    decision::{DecisionItem, DecisionPaper, DecisionReceipt, ReadDecision},
    id::{DecisionId, PersonId},
    message::MessageKind,
};
use futures::FutureExt;
use jiff::tz::TimeZone;
use serde_json::json;
use sqlx::PgConnection;

impl DecisionService {
    pub(super) async fn list_inner(&self, actor: &Actor) -> Result<Vec<DecisionItem>, Error> {
        let person = policy::decisions_of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let rows = store::of_party(&mut tx, actor, person, None).await?;
        let item = |row: store::PartyRow| DecisionItem {
            decision_id: row.decision,
            opened: row.receipt.is_some(),
            period: row.receipt.map(|_| row.content.period),
            appeal_routes: row.receipt.map(|_| row.content.appeal_routes()).unwrap_or_default(),
            receipt: row.receipt,
        };
        Ok(rows.into_iter().map(item).collect())
    }

    pub(super) async fn read_inner(&self, actor: &Actor, decision: DecisionId) -> Result<ReadDecision, Error> {
        let person = policy::decisions_of(actor)?;
        let zone = self.zone(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let row = store::of_party(&mut tx, actor, person, Some(decision)).await?.pop().ok_or_else(Error::not_found)?;
        let Some(receipt) = row.receipt else {
            return Ok(ReadDecision { decision_id: decision, opened: false, decision: None });
        };
        let day = zone.to_datetime(row.decided_at).date();
        let paper = DecisionPaper {
            outcome: row.content.outcome(),
            amount: row.content.amount(),
            sections: self.cited(&row.content, day),
            content: row.content,
            calculation: row.calculation,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            case_number: row.case_number,
            office_name: row.office_name,
            office_street: row.office_street,
            receipt: Some(receipt),
        };
        Ok(ReadDecision { decision_id: decision, opened: true, decision: Some(paper) })
    }

    pub(super) async fn open_inner(
        &self,
        actor: &Actor,
        key: &str,
        decision: DecisionId,
    ) -> Result<ReadDecision, Error> {
        let person = policy::decisions_of(actor)?;
        let key = checked(key)?;
        let zone = self.zone(actor)?;
        idempotency::once(&self.db, &self.world, actor, "decision.open", &key, &decision, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.receive(tx, &actor, person, decision, &zone).await }.boxed()
        })
        .await?;
        self.read_inner(actor, decision).await
    }

    /// Records the receipt once for this person, and with it her last day to appeal, in the caller's transaction.
    async fn receive(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        person: PersonId,
        decision: DecisionId,
        zone: &TimeZone,
    ) -> Result<Outcome<()>, Error> {
        let row = store::of_party(tx, actor, person, Some(decision)).await?.pop().ok_or_else(Error::not_found)?;
        if row.receipt.is_some() {
            return Ok(Ok(()));
        }
        let now = self.world.now();
        let last_day = appeal::last_day(zone.to_datetime(now).date());
        let receipt = DecisionReceipt { received_at: now, last_day };
        if store::receive(tx, actor, decision, person, receipt).await? {
            message::mark_read(tx, actor, person, MessageKind::Decision, decision.0, now).await?;
            let entry = audit::Entry::new(actor, self.world.id(), now, "decision.open", "decision")
                .objects([decision.0, person.0])
                .detail(&json!({ "last_day": last_day.to_string() }));
            audit::write(tx, &entry).await?;
        }
        Ok(Ok(()))
    }
}
