//! Staff say that they have told a party of what no e-mail told her of. That is all it says: no receipt is written, and no
//! time to appeal begins (`domain::message::SayTold`).

use super::{
    service::{CaseworkService, Caseworker, key},
    store,
};
use crate::{
    db::{
        audit,
        idempotency::{self, Outcome},
    },
    error::Error,
    message::{self, Said, Teller},
};
use domain::{
    Actor, Conflict, FieldCode, FieldFault,
    id::CaseId,
    message::{SayTold, Told},
};
use futures::FutureExt;
use serde_json::json;
use sqlx::PgConnection;

impl CaseworkService {
    pub(super) async fn told_inner(
        &self,
        actor: &Actor,
        text: &str,
        case: CaseId,
        told: SayTold,
    ) -> Result<Told, Error> {
        let me = Caseworker::of(actor)?;
        let again = told.clone();
        idempotency::once(&self.db, &self.world, actor, "casework.told", &key(text)?, &(case, &told), move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.tell(tx, &actor, me, case, again).await }.boxed()
        })
        .await
    }

    async fn tell(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
        mut told: SayTold,
    ) -> Result<Outcome<Told>, Error> {
        let head = self.head(tx, actor, me, case).await?;
        // Nobody is joined with anybody from here on: whom the case is about stays.
        if !store::hold(tx, actor, case).await? {
            return Ok(Err(Conflict::CaseClosed));
        }
        let fault = |pointer: &str| Error::invalid(vec![FieldFault::new(pointer, FieldCode::DoesNotFit)]);
        // An old page may still name her as she was known before.
        told.person_id =
            store::party_behind(tx, actor, case, told.person_id).await?.ok_or_else(|| fault("/person_id"))?;
        let by = Teller { staff: me.staff, name: store::staff_name(tx, actor, me.staff).await? };
        let (told, said) =
            message::say_told(tx, actor, &self.world, case, told, by).await?.ok_or_else(|| fault("/about"))?;
        if said == Said::Now {
            let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "casework.told", "case")
                .objects([case.0, told.person_id.0, told.about])
                .because(me.reason(&head))
                .detail(&json!({ "kind": told.kind, "how": told.how }));
            audit::write(tx, &entry).await?;
        }
        Ok(Ok(told))
    }
}
