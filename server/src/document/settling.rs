//! What a municipality settles about papers: read by everybody, written by its administrator.

use super::{need, service::DocumentService};
use crate::{
    auth::policy,
    db::{
        audit,
        idempotency::{self, Key},
    },
    error::Error,
};
use app::document::port::{PaperToSettle, SettledPaper};
use domain::{
    Actor, FieldCode, FieldFault,
    document::{PaperRule, PaperSetting, SavePaper},
    id::StaffId,
};
use futures::FutureExt;
use serde_json::json;
use sqlx::PgConnection;

impl DocumentService {
    async fn settled(&self, actor: &Actor) -> Result<Vec<SettledPaper>, Error> {
        let mut tx = self.db.begin(actor).await?;
        need::newest(&mut tx, actor).await
    }

    pub(super) async fn rules_inner(&self, actor: &Actor) -> Result<Vec<PaperRule>, Error> {
        let settings: Vec<_> = self.settled(actor).await?.into_iter().map(|settled| settled.setting).collect();
        Ok(self.papers.rules(&settings))
    }

    pub(super) async fn to_settle_inner(&self, actor: &Actor) -> Result<Vec<PaperToSettle>, Error> {
        policy::administrator(actor)?;
        let settled = self.settled(actor).await?;
        let settings: Vec<_> = settled.iter().map(|settled| settled.setting.clone()).collect();
        let rules = self.papers.rules(&settings).into_iter();
        Ok(rules
            .map(|rule| {
                let settled = settled.iter().find(|one| one.setting.paper == rule.paper).cloned();
                PaperToSettle { rule, settled }
            })
            .collect())
    }

    pub(super) async fn settle_inner(
        &self,
        actor: &Actor,
        key: &str,
        command: SavePaper,
    ) -> Result<PaperSetting, Error> {
        let staff = policy::administrator(actor)?;
        let zone = self.directory.current().zone(actor.municipality);
        let zone = zone.ok_or(Error::Broken("the actor's municipality is known"))?;
        let key = Key::new(key)
            .ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))?;
        let today = zone.to_datetime(self.world.now()).date();
        let setting = command.check(today).map_err(Error::invalid)?;
        let again = setting.clone();
        idempotency::once(&self.db, &self.world, actor, "document.settle", &key, &setting, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move { service.write_setting(tx, &actor, staff, again).await.map(Ok) }.boxed()
        })
        .await
    }

    async fn write_setting(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        staff: StaffId,
        setting: PaperSetting,
    ) -> Result<PaperSetting, Error> {
        let (need, now) = (self.world.id(), self.world.now());
        need::insert(tx, actor, need, staff, now, &setting).await?;
        let entry = audit::Entry::new(actor, self.world.id(), now, "document.settle", "paper")
            .objects([need])
            .because("settings")
            .detail(&json!({ "paper": setting.paper }));
        audit::write(tx, &entry).await?;
        Ok(setting)
    }
}
