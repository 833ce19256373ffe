//! Papers (handlingar): what somebody shows together with an application, as a picture or a PDF.
//!
//! A paper missing never stops an application, and nobody has to know what a file format is: what a file is, its first
//! bytes say, never its name or what the browser claims. The bytes lie in the object store; here is what they are.

mod name;
mod needed;
mod paper;
mod papers;
mod quota;
mod setting;

pub use name::{MAX_NAME, clean_name, shown_name};
pub use needed::{Fact, NeededPaper, PaperRule, PaperTime, PapersQuestion, Words, needed};
pub use paper::{Also, Concerns, Home, Occasion, PaperAnswer, PaperKind};
pub use papers::{Papers, PapersFault, PapersFile};
pub use quota::{
    Amount, Held, MAX_APPLICATION, MAX_MUNICIPALITY_CLAIMED, MAX_MUNICIPALITY_UNSENT, MAX_PERSON, MAX_UNSENT,
    UNSENT_DAYS, UNSENT_KEPT,
};
pub use setting::{MOST_MONTHS, MOST_WORDS, PaperSetting, SavePaper};

use crate::id::{ApplicationId, DocumentId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest file taken, in bytes (people read "20 MB").
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Most files sent at once.
pub const MAX_FILES: usize = 20;
/// The most bytes of files sent at once.
pub const MAX_REQUEST: u64 = 200 * 1024 * 1024;

/// The kinds of file we can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum MediaType {
    /// A photo.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A screenshot.
    #[serde(rename = "image/png")]
    Png,
    /// What banks and authorities send.
    #[serde(rename = "application/pdf")]
    Pdf,
}

impl MediaType {
    pub const ALL: [MediaType; 3] = [MediaType::Jpeg, MediaType::Png, MediaType::Pdf];
    /// This many first bytes tell the kinds apart.
    pub const SIGNATURE: usize = 8;

    /// The name in the database, in REST and as `Content-Type`.
    pub fn as_str(self) -> &'static str {
        match self {
            MediaType::Jpeg => "image/jpeg",
            MediaType::Png => "image/png",
            MediaType::Pdf => "application/pdf",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What a file is, by its first bytes ([`MediaType::SIGNATURE`] of them are enough). A PDF with anything in front of
    /// its header is refused: some readers open such files, and so do readers of other formats.
    pub fn of(first: &[u8]) -> Option<Self> {
        if first.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Some(MediaType::Jpeg)
        } else if first.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(MediaType::Png)
        } else if first.starts_with(b"%PDF-") {
            Some(MediaType::Pdf)
        } else {
            None
        }
    }

    /// What such a file's name ends with; the first is ours.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            MediaType::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            MediaType::Png => &["png"],
            MediaType::Pdf => &["pdf"],
        }
    }
}

/// A paper as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DocumentInfo {
    pub document_id: DocumentId,
    /// The application it belongs to; none until that is sent.
    pub application_id: Option<ApplicationId>,
    /// Which of the papers that are needed it is, if its sender said; none: another paper.
    #[serde(default)]
    pub paper: Option<PaperKind>,
    /// The name the file had, cleaned. Only shown, never used as a path.
    pub name: String,
    pub media_type: MediaType,
    /// Bytes.
    pub size: u64,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub uploaded_at: Timestamp,
}

impl DocumentInfo {
    /// Whether it can still be taken back: until the application is sent.
    pub fn is_unsent(&self) -> bool {
        self.application_id.is_none()
    }
}

/// An application of one's own that papers can be sent to afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentApplication {
    pub application_id: ApplicationId,
    /// The number of its case.
    pub number: String,
    pub arrived_at: Timestamp,
}

/// An application that somebody else sent in a case in which one is a party too, with its papers: whoever is a party may
/// see what is in the case (10 § förvaltningslagen). Never papers that are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointApplication {
    pub sent: SentApplication,
    pub documents: Vec<DocumentInfo>,
}

#[cfg(test)]
mod tests {
    use super::MediaType;

    #[test]
    fn the_first_bytes_tell_what_a_file_is() {
        for (first, kind) in [
            (&b"\xFF\xD8\xFF\xE0\0\x10JF"[..], Some(MediaType::Jpeg)),
            (b"\xFF\xD8\xFF", Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(MediaType::Png)),
            (b"%PDF-1.7", Some(MediaType::Pdf)),
            (b"", None),
            (b"\xFF\xD8", None),
            (b"\x89PNG\n\x1a\n.", None),
            (b" %PDF-1.", None),
            (b"%PDF", None),
            (b"MZ\x90\0\x03\0\0\0", None),
            (b"PK\x03\x04....", None),
            (b"<!DOCTYP", None),
            (b"GIF89a..", None),
        ] {
            assert_eq!(MediaType::of(first), kind, "{first:?}");
        }
    }

    #[test]
    fn names_of_kinds_lead_back() {
        for kind in MediaType::ALL {
            assert_eq!(MediaType::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
        }
    }
}
