//! The use cases of papers: authorise → one transaction (change + audit row). Adding one is in `adding.rs`.

use super::{
    content::{self, Seal},
    jobs::discard,
    joint, store,
};
use crate::{
    account::SharedDirectory,
    auth::policy,
    db::{
        Db, audit,
        idempotency::{self, Key},
    },
    error::Error,
    storage::{Storage, StorageError},
    world::World,
};
use app::document::port::{ByteStream, DocumentPort, Download, NewPaper, PaperToSettle};
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    document::{DocumentInfo, JointApplication, PaperRule, PaperSetting, Papers, SavePaper, SentApplication},
    id::{ApplicationId, DocumentId, ObjectId},
};
use futures::{FutureExt, StreamExt};
use serde::Serialize;
use sqlx::PgConnection;
use std::sync::Arc;

#[derive(Clone)]
pub struct DocumentService {
    pub(super) db: Db,
    pub(super) world: World,
    pub(super) storage: Storage,
    pub(super) directory: SharedDirectory,
    pub(super) papers: Arc<Papers>,
}

/// What makes two takings back the same act.
#[derive(Debug, Serialize)]
struct TakeBack {
    document: DocumentId,
}

/// A store that does not answer is a passing trouble: trying again is safe.
pub(super) fn store_fault(error: &StorageError) -> Error {
    tracing::warn!(%error, "the object store could not do it");
    Fault::Unavailable.into()
}

impl DocumentService {
    pub fn new(db: Db, world: World, storage: Storage, directory: SharedDirectory, papers: Papers) -> Self {
        Self { db, world, storage, directory, papers: Arc::new(papers) }
    }

    async fn may_add_inner(&self, actor: &Actor, to: Option<ApplicationId>) -> Result<(), Error> {
        policy::papers(actor)?;
        let mut tx = self.db.begin(actor).await?;
        Self::adds_to(&mut tx, actor, to).await.map(|_| ())
    }

    async fn list_inner(&self, actor: &Actor) -> Result<Vec<DocumentInfo>, Error> {
        let person = policy::papers(actor)?;
        let mut tx = self.db.begin(actor).await?;
        store::of_person(&mut tx, actor, person).await
    }

    async fn applications_inner(&self, actor: &Actor) -> Result<Vec<SentApplication>, Error> {
        let person = policy::papers(actor)?;
        let mut tx = self.db.begin(actor).await?;
        store::applications(&mut tx, actor, person).await
    }

    async fn joint_inner(&self, actor: &Actor) -> Result<Vec<JointApplication>, Error> {
        let Some(party) = policy::party(actor) else { return Ok(Vec::new()) };
        let mut tx = self.db.begin(actor).await?;
        let mut joint = Vec::new();
        for sent in joint::applications(&mut tx, actor, party).await? {
            let documents = store::of_application(&mut tx, actor, sent.application_id).await?;
            joint.push(JointApplication { sent, documents });
        }
        Ok(joint)
    }

    /// A paper of somebody else in a case in which the actor is a party too. Written down, as the other one may ask.
    async fn open_joint(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        document: DocumentId,
    ) -> Result<store::DocumentRow, Error> {
        let party = policy::party(actor).ok_or_else(Error::not_found)?;
        let row = joint::one(tx, actor, party, document).await?.ok_or_else(Error::not_found)?;
        let ids = [document.0, row.person.0].into_iter().chain(row.info.application_id.map(|id| id.0));
        let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "document.read", "document")
            .objects(ids)
            .because("party");
        audit::write(tx, &entry).await?;
        Ok(row)
    }

    async fn open_inner(&self, actor: &Actor, document: DocumentId) -> Result<Download, Error> {
        let mut tx = self.db.begin(actor).await?;
        let row = if actor.is_staff() {
            let office = policy::casework(actor)?;
            let row = store::at_office(&mut tx, actor, office, document).await?.ok_or_else(Error::not_found)?;
            let ids = [document.0, row.person.0].into_iter().chain(row.info.application_id.map(|id| id.0));
            let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "document.read", "document")
                .objects(ids)
                .because("casework");
            audit::write(&mut tx, &entry).await?;
            row
        } else {
            let person = policy::papers(actor)?;
            match store::own(&mut tx, actor, person, document).await? {
                Some(row) => row,
                None => self.open_joint(&mut tx, actor, document).await?,
            }
        };
        // Nothing is given out that is not written down.
        tx.commit().await?;
        let bytes = match self.storage.read(actor.municipality, row.object, row.format).await {
            Ok(bytes) => bytes,
            Err(StorageError::Missing) => return Err(Error::Broken("a document's bytes are in the store")),
            Err(StorageError::Format(_)) => return Err(Error::Broken("a document's format is known")),
            Err(error) => return Err(store_fault(&error)),
        };
        let seal = Seal { size: row.info.size, sha256: row.sha256 };
        Ok(Download { info: row.info, bytes: content::verified(bytes, seal).boxed() })
    }

    async fn take_back_inner(&self, actor: &Actor, key: Option<&str>, document: DocumentId) -> Result<(), Error> {
        policy::papers(actor)?;
        let object = match key {
            None => {
                let mut tx = self.db.begin(actor).await?;
                let object = self.remove(&mut tx, actor, document).await?;
                tx.commit().await?;
                object
            }
            Some(key) => {
                let key = Key::new(key)
                    .ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))?;
                let command = TakeBack { document };
                let operation = "document.take_back";
                idempotency::once(&self.db, &self.world, actor, operation, &key, &command, move |tx| {
                    let service = self.clone();
                    let actor = actor.clone();
                    async move { service.remove(tx, &actor, document).await.map(Ok) }.boxed()
                })
                .await?
            }
        };
        discard(&self.db, &self.storage, actor.municipality, object).await;
        Ok(())
    }

    /// Removes the paper; its object is staged again, for whoever removes the bytes.
    async fn remove(&self, tx: &mut PgConnection, actor: &Actor, document: DocumentId) -> Result<ObjectId, Error> {
        let person = policy::papers(actor)?;
        let row = store::own(tx, actor, person, document).await?.ok_or_else(Error::not_found)?;
        if !row.info.is_unsent() {
            return Err(Conflict::AlreadySent.into());
        }
        store::delete(tx, actor, document).await?;
        store::let_go(tx, actor, row.object).await?;
        let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "document.take_back", "document")
            .objects([document.0, person.0]);
        audit::write(tx, &entry).await?;
        Ok(row.object)
    }
}

#[async_trait]
impl DocumentPort for DocumentService {
    async fn may_add(&self, actor: &Actor, to: Option<ApplicationId>) -> Result<(), Fault> {
        Ok(self.may_add_inner(actor, to).await?)
    }

    async fn add(
        &self,
        actor: &Actor,
        key: &str,
        to: Option<ApplicationId>,
        new: NewPaper<'_>,
        bytes: ByteStream<'_>,
    ) -> Result<DocumentInfo, Fault> {
        Ok(self.add_inner(actor, key, to, new, bytes).await?)
    }

    async fn list(&self, actor: &Actor) -> Result<Vec<DocumentInfo>, Fault> {
        Ok(self.list_inner(actor).await?)
    }

    async fn applications(&self, actor: &Actor) -> Result<Vec<SentApplication>, Fault> {
        Ok(self.applications_inner(actor).await?)
    }

    async fn joint(&self, actor: &Actor) -> Result<Vec<JointApplication>, Fault> {
        Ok(self.joint_inner(actor).await?)
    }

    async fn open(&self, actor: &Actor, document: DocumentId) -> Result<Download, Fault> {
        Ok(self.open_inner(actor, document).await?)
    }

    async fn take_back(&self, actor: &Actor, key: Option<&str>, document: DocumentId) -> Result<(), Fault> {
        Ok(self.take_back_inner(actor, key, document).await?)
    }

    async fn rules(&self, actor: &Actor) -> Result<Vec<PaperRule>, Fault> {
        Ok(self.rules_inner(actor).await?)
    }

    async fn to_settle(&self, actor: &Actor) -> Result<Vec<PaperToSettle>, Fault> {
        Ok(self.to_settle_inner(actor).await?)
    }

    async fn settle(&self, actor: &Actor, key: &str, command: SavePaper) -> Result<PaperSetting, Fault> {
        Ok(self.settle_inner(actor, key, command).await?)
    }
}
