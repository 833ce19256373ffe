//! The use cases of papers.

use async_trait::async_trait;
use axum::body::Bytes;
use domain::{
    Actor, Fault,
    document::{
        DocumentInfo, JointApplication, NeededPaper, PaperKind, PaperRule, PaperSetting, PapersQuestion, SavePaper,
        SentApplication,
    },
    id::{ApplicationId, DocumentId},
};
use futures::stream::BoxStream;
use jiff::Timestamp;
use std::io;

/// A file on its way, in pieces.
pub type ByteStream<'a> = BoxStream<'a, io::Result<Bytes>>;

/// A paper given out. The stream breaks off with an error if the bytes are not those that were taken in.
pub struct Download {
    pub info: DocumentInfo,
    pub bytes: ByteStream<'static>,
}

/// What a file is called and which paper it is, as its sender says.
#[derive(Debug, Clone, Copy)]
pub struct NewPaper<'a> {
    pub name: &'a str,
    /// Which of the papers that are needed; none: another paper.
    pub paper: Option<PaperKind>,
}

/// How the municipality asks for a paper, for its administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperToSettle {
    pub rule: PaperRule,
    /// What holds, and who said so when; none: the built-in reading.
    pub settled: Option<SettledPaper>,
}

/// A setting with who saved it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledPaper {
    pub setting: PaperSetting,
    pub by: String,
    pub at: Timestamp,
}

/// What one can do with papers. Authorisation is the service's: every call takes who acts.
#[async_trait]
pub trait DocumentPort: Send + Sync {
    /// Whether the actor may add papers, to her draft or to an application of her own. Asked before a byte is read.
    async fn may_add(&self, actor: &Actor, to: Option<ApplicationId>) -> Result<(), Fault>;

    /// Takes one file in, once per key and content. Faults of the file itself (empty, too large, of no known kind) are
    /// `Invalid` with an empty pointer, and so is that there is no room for it. Nothing of a file that breaks off is ever
    /// seen.
    async fn add(
        &self,
        actor: &Actor,
        key: &str,
        to: Option<ApplicationId>,
        new: NewPaper<'_>,
        bytes: ByteStream<'_>,
    ) -> Result<DocumentInfo, Fault>;

    /// The actor's own papers, oldest first.
    async fn list(&self, actor: &Actor) -> Result<Vec<DocumentInfo>, Fault>;

    /// The actor's own applications that have been sent, latest first.
    async fn applications(&self, actor: &Actor) -> Result<Vec<SentApplication>, Fault>;

    /// What others have sent in cases in which the actor is a party too, latest first, with the papers.
    async fn joint(&self, actor: &Actor) -> Result<Vec<JointApplication>, Fault>;

    /// A paper's bytes: for its owner, for whoever is a party of the case it was sent in, and for staff who work on that
    /// (the last two are recorded before a byte flows).
    async fn open(&self, actor: &Actor, document: DocumentId) -> Result<Download, Fault>;

    /// Removes a paper of one's own that has not been sent; once per key, where there is one.
    async fn take_back(&self, actor: &Actor, key: Option<&str>, document: DocumentId) -> Result<(), Fault>;

    /// All papers, as the municipality asks for them. Says nothing of anybody, so everybody may ask.
    async fn rules(&self, actor: &Actor) -> Result<Vec<PaperRule>, Fault>;

    /// The papers a household needs, by whom they concern. Open to all; nothing of the question is kept.
    async fn needed(&self, actor: &Actor, question: &PapersQuestion) -> Result<Vec<NeededPaper>, Fault> {
        Ok(domain::document::needed(&self.rules(actor).await?, question))
    }

    /// All papers with what has been settled about each: for the administrator.
    async fn to_settle(&self, actor: &Actor) -> Result<Vec<PaperToSettle>, Fault>;

    /// Settles how the municipality asks for a paper, once per key: for the administrator. What held before stays written.
    async fn settle(&self, actor: &Actor, key: &str, command: SavePaper) -> Result<PaperSetting, Fault>;
}
