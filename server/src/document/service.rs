//! The use cases of papers: authorise → look at the bytes → stage, store, one transaction (change + audit row).

use super::{
    content::{self, Seal},
    jobs::discard,
    store,
};
use crate::{
    auth::policy,
    db::{
        Db, audit,
        idempotency::{self, Key},
    },
    error::Error,
    storage::{Storage, StorageError, Stored},
    world::World,
};
use app::document::port::{ByteStream, DocumentPort, Download};
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    document::{DocumentInfo, MAX_FILE, MediaType, SentApplication, clean_name},
    id::{ApplicationId, DocumentId, ObjectId, PersonId},
};
use futures::{FutureExt, StreamExt};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::fmt::Write;

#[derive(Clone)]
pub struct DocumentService {
    db: Db,
    world: World,
    storage: Storage,
}

/// What makes two uploads the same act.
#[derive(Debug, Serialize)]
struct AddDocument {
    to: Option<ApplicationId>,
    sha256: [u8; 32],
}

/// What makes two takings back the same act.
#[derive(Debug, Serialize)]
struct TakeBack {
    document: DocumentId,
}

/// Something is wrong with the file itself.
fn faulty(code: FieldCode) -> Error {
    Error::invalid(vec![FieldFault::new("", code)])
}

/// A store that does not answer is a passing trouble: trying again is safe.
fn store_fault(error: &StorageError) -> Error {
    tracing::warn!(%error, "the object store could not do it");
    Fault::Unavailable.into()
}

impl DocumentService {
    pub fn new(db: Db, world: World, storage: Storage) -> Self {
        Self { db, world, storage }
    }

    /// Whose papers they are, if the actor may add to that application.
    async fn adds_to(tx: &mut PgConnection, actor: &Actor, to: Option<ApplicationId>) -> Result<PersonId, Error> {
        let person = policy::papers(actor)?;
        match to {
            Some(application) if !store::is_own_application(tx, actor, person, application).await? => {
                Err(Error::not_found())
            }
            _ => Ok(person),
        }
    }

    async fn may_add_inner(&self, actor: &Actor, to: Option<ApplicationId>) -> Result<(), Error> {
        policy::papers(actor)?;
        let mut tx = self.db.begin(actor).await?;
        Self::adds_to(&mut tx, actor, to).await.map(|_| ())
    }

    async fn add_inner(
        &self,
        actor: &Actor,
        key: &str,
        to: Option<ApplicationId>,
        name: &str,
        mut bytes: ByteStream<'_>,
    ) -> Result<DocumentInfo, Error> {
        policy::papers(actor)?;
        if Key::new(key).is_none() {
            return Err(Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]));
        }
        let first = content::first(&mut bytes).await.map_err(|_| faulty(FieldCode::Malformed))?;
        if first.is_empty() {
            return Err(faulty(FieldCode::FileEmpty));
        }
        let media_type = MediaType::of(&first).ok_or_else(|| faulty(FieldCode::UnknownFileType))?;

        let object = ObjectId(self.world.id());
        let mut tx = self.db.begin(actor).await?;
        store::stage(&mut tx, actor, object, self.world.now()).await?;
        tx.commit().await?;

        let bytes = content::limited(first, bytes, MAX_FILE);
        let stored = match self.storage.write(actor.municipality, object, bytes).await {
            Ok(stored) => stored,
            Err(error) => {
                discard(&self.db, &self.storage, actor.municipality, object).await;
                return Err(match error {
                    StorageError::Source(error) if content::is_too_large(&error) => faulty(FieldCode::FileTooLarge),
                    StorageError::Source(_) => faulty(FieldCode::Malformed),
                    other => store_fault(&other),
                });
            }
        };
        let info = DocumentInfo {
            document_id: DocumentId(self.world.id()),
            application_id: to,
            name: clean_name(name, media_type),
            media_type,
            size: stored.size,
            uploaded_at: self.world.now(),
        };
        let kept = self.keep(actor, &file_key(key, &stored.sha256), &info, stored).await?;
        if kept.document_id != info.document_id {
            // Sent before with the same key: that one is the answer.
            discard(&self.db, &self.storage, actor.municipality, object).await;
        }
        Ok(kept)
    }

    /// The last step: the document becomes visible, all at once. After an error here nobody knows whether it did, so the
    /// bytes are left to the job, which looks.
    async fn keep(&self, actor: &Actor, key: &str, info: &DocumentInfo, stored: Stored) -> Result<DocumentInfo, Error> {
        let kept = self.keep_once(actor, key, info, stored).await?;
        if kept.document_id == info.document_id {
            return Ok(kept);
        }
        let person = policy::papers(actor)?;
        let mut tx = self.db.begin(actor).await?;
        if store::own(&mut tx, actor, person, kept.document_id).await?.is_some() {
            return Ok(kept);
        }
        drop(tx);
        // It was taken back in between and is sent anew from an old page: that is meant.
        self.keep_once(actor, &self.world.hex::<16>(), info, stored).await
    }

    async fn keep_once(
        &self,
        actor: &Actor,
        key: &str,
        info: &DocumentInfo,
        stored: Stored,
    ) -> Result<DocumentInfo, Error> {
        let key = Key::new(key).ok_or(Error::Broken("digits are a key"))?;
        let command = AddDocument { to: info.application_id, sha256: stored.sha256 };
        let info = info.clone();
        idempotency::once(&self.db, &self.world, actor, "document.add", &key, &command, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move {
                let person = Self::adds_to(tx, &actor, info.application_id).await?;
                if !store::keep(tx, &actor, stored.object).await? {
                    return Err(Fault::Unavailable.into());
                }
                let new = store::NewDocument {
                    info: &info,
                    person,
                    object: stored.object,
                    sha256: stored.sha256,
                    format: stored.format,
                };
                store::insert(tx, &actor, &new).await?;
                let ids = [info.document_id.0, person.0].into_iter().chain(info.application_id.map(|id| id.0));
                let entry =
                    audit::Entry::new(&actor, service.world.id(), service.world.now(), "document.add", "document")
                        .objects(ids);
                audit::write(tx, &entry).await?;
                Ok(Ok(info))
            }
            .boxed()
        })
        .await
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
            store::own(&mut tx, actor, person, document).await?.ok_or_else(Error::not_found)?
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

/// One request carries many files under one key: a file's own key is made of that and of what is in it. So a request sent
/// again adds nothing, and other files sent from the same old page are other acts.
fn file_key(key: &str, sha256: &[u8; 32]) -> String {
    let digest = Sha256::new().chain_update(sha256).chain_update(key).finalize();
    digest.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _written = write!(digits, "{byte:02x}");
        digits
    })
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
        name: &str,
        bytes: ByteStream<'_>,
    ) -> Result<DocumentInfo, Fault> {
        Ok(self.add_inner(actor, key, to, name, bytes).await?)
    }

    async fn list(&self, actor: &Actor) -> Result<Vec<DocumentInfo>, Fault> {
        Ok(self.list_inner(actor).await?)
    }

    async fn applications(&self, actor: &Actor) -> Result<Vec<SentApplication>, Fault> {
        Ok(self.applications_inner(actor).await?)
    }

    async fn open(&self, actor: &Actor, document: DocumentId) -> Result<Download, Fault> {
        Ok(self.open_inner(actor, document).await?)
    }

    async fn take_back(&self, actor: &Actor, key: Option<&str>, document: DocumentId) -> Result<(), Fault> {
        Ok(self.take_back_inner(actor, key, document).await?)
    }
}
