//! Adding a paper: its first bytes say what it is, then it is staged, stored, and becomes visible in one transaction
//! (change + audit row). Whether there is room, and whether who sends it is still signed in, is asked before a byte is
//! stored and again at the end, when others can no longer come in between.

use super::{
    content,
    jobs::discard,
    quota,
    service::{DocumentService, store_fault},
    store,
};
use crate::{
    auth::{policy, session},
    db::{
        audit, draft,
        idempotency::{self, Key},
    },
    error::Error,
    limit::{self, Action},
    storage::{StorageError, Stored},
};
use app::document::port::{ByteStream, NewPaper};
use domain::{
    Actor, Fault, FieldCode, FieldFault,
    document::{DocumentInfo, MAX_FILE, MediaType, PaperKind, clean_name},
    id::{ApplicationId, DocumentId, ObjectId, PersonId},
};
use futures::FutureExt;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::fmt::Write;

/// What makes two uploads the same act.
#[derive(Debug, Serialize)]
struct AddDocument {
    to: Option<ApplicationId>,
    sha256: [u8; 32],
    /// Absent where none was named, so that a key from before this was asked still means the same act.
    #[serde(skip_serializing_if = "Option::is_none")]
    paper: Option<PaperKind>,
}

/// Something is wrong with the file itself, or there is no room for it.
fn faulty(code: FieldCode) -> Error {
    Error::invalid(vec![FieldFault::new("", code)])
}

impl DocumentService {
    /// Whose papers they are, if the actor may add to that application.
    pub(super) async fn adds_to(
        tx: &mut PgConnection,
        actor: &Actor,
        to: Option<ApplicationId>,
    ) -> Result<PersonId, Error> {
        let person = policy::papers(actor)?;
        match to {
            Some(application) if !store::is_own_application(tx, actor, person, application).await? => {
                Err(Error::not_found())
            }
            _ => Ok(person),
        }
    }

    pub(super) async fn add_inner(
        &self,
        actor: &Actor,
        key: &str,
        to: Option<ApplicationId>,
        new: NewPaper<'_>,
        mut bytes: ByteStream<'_>,
    ) -> Result<DocumentInfo, Error> {
        policy::papers(actor)?;
        if Key::new(key).is_none() {
            return Err(Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]));
        }
        limit::take(&self.db, &self.world, actor, Action::Upload).await?;
        let first = content::first(&mut bytes).await.map_err(|_| faulty(FieldCode::Malformed))?;
        if first.is_empty() {
            return Err(faulty(FieldCode::FileEmpty));
        }
        let media_type = MediaType::of(&first).ok_or_else(|| faulty(FieldCode::UnknownFileType))?;

        let object = ObjectId(self.world.id());
        let room = self.stage(actor, to, object).await?;
        let (most, why) =
            if room < MAX_FILE { (room, FieldCode::PapersFull) } else { (MAX_FILE, FieldCode::FileTooLarge) };
        let bytes = content::limited(first, bytes, most);
        let stored = match self.storage.write(actor.municipality, object, bytes).await {
            Ok(stored) => stored,
            Err(error) => {
                discard(&self.db, &self.storage, actor.municipality, object).await;
                return Err(match error {
                    StorageError::Source(error) if content::is_too_large(&error) => faulty(why),
                    StorageError::Source(_) => faulty(FieldCode::Malformed),
                    other => store_fault(&other),
                });
            }
        };
        let info = DocumentInfo {
            document_id: DocumentId(self.world.id()),
            application_id: to,
            paper: new.paper,
            name: clean_name(new.name, media_type),
            media_type,
            size: stored.size,
            uploaded_at: self.world.now(),
        };
        let kept = self.keep(actor, &file_key(key, &stored.sha256, new.paper), &info, stored).await;
        // Refused, or sent before with the same key: then that one is the answer.
        if kept.as_ref().map_or_else(is_refusal, |kept| kept.document_id != info.document_id) {
            discard(&self.db, &self.storage, actor.municipality, object).await;
        }
        kept
    }

    /// Notes that an object is begun, if there is room for one. Gives how many bytes it may have.
    async fn stage(&self, actor: &Actor, to: Option<ApplicationId>, object: ObjectId) -> Result<u64, Error> {
        let mut tx = self.db.begin(actor).await?;
        session::stands(&mut tx, &self.world, actor).await?;
        let person = Self::adds_to(&mut tx, actor, to).await?;
        let room = quota::room(&mut tx, actor, person, to).await?;
        if room == 0 {
            return Err(faulty(FieldCode::PapersFull));
        }
        store::stage(&mut tx, actor, object, self.world.now()).await?;
        tx.commit().await?;
        Ok(room)
    }

    /// The last step: the document becomes visible, all at once. After an error of the database here nobody knows whether
    /// it did, so the bytes are left to the job, which looks.
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
        let command = AddDocument { to: info.application_id, sha256: stored.sha256, paper: info.paper };
        let info = info.clone();
        idempotency::once(&self.db, &self.world, actor, "document.add", &key, &command, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.write_down(tx, &actor, info, stored).await.map(Ok) }.boxed()
        })
        .await
    }

    /// In the caller's transaction. The person is locked from the first line, so papers of hers that come at once are
    /// counted one after the other.
    async fn write_down(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        info: DocumentInfo,
        stored: Stored,
    ) -> Result<DocumentInfo, Error> {
        session::stands(tx, &self.world, actor).await?;
        let person = Self::adds_to(tx, actor, info.application_id).await?;
        if info.size > quota::room(tx, actor, person, info.application_id).await? {
            return Err(faulty(FieldCode::PapersFull));
        }
        if !store::keep(tx, actor, stored.object).await? {
            return Err(Fault::Unavailable.into());
        }
        let new = store::NewDocument {
            info: &info,
            person,
            object: stored.object,
            sha256: stored.sha256,
            format: stored.format,
        };
        store::insert(tx, actor, &new).await?;
        if info.is_unsent() {
            // The form it belongs to lives as long as it does.
            draft::touch(tx, actor, person, self.world.now()).await?;
        }
        let ids = [info.document_id.0, person.0].into_iter().chain(info.application_id.map(|id| id.0));
        // Not which paper it is: a doctor's certificate would stand here when it has long been taken back.
        let entry =
            audit::Entry::new(actor, self.world.id(), self.world.now(), "document.add", "document").objects(ids);
        audit::write(tx, &entry).await?;
        Ok(info)
    }
}

/// Whether it is known that nothing was done.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Fault(_))
}

/// One request carries many files under one key: a file's own key is made of that, of what is in it and of the paper it is.
/// So a request sent again adds nothing, and other files sent from the same old page are other acts.
fn file_key(key: &str, sha256: &[u8; 32], paper: Option<PaperKind>) -> String {
    let mut digest = Sha256::new().chain_update(sha256).chain_update(key);
    if let Some(paper) = paper {
        // No key has a space in it.
        digest = digest.chain_update(" ").chain_update(paper.as_str());
    }
    digest.finalize().iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _written = write!(digits, "{byte:02x}");
        digits
    })
}
