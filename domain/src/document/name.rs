//! The names of files: what is left of one when everything that could fool a reader or a program is gone.

use super::MediaType;

/// Characters kept of a name.
pub const MAX_NAME: usize = 120;
/// What a file is called of whose name nothing is left.
const NAMELESS: &str = "papper";

/// A name that is safe to show and to offer when saving: no path, nothing that turns the writing around or cannot be
/// seen, not too long, and with the ending of what the file really is.
pub fn clean_name(given: &str, kind: MediaType) -> String {
    let name = visible(given);
    let name = name.as_str();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending))
            if kind.extensions().contains(&ending.to_ascii_lowercase().as_str()) && !stem.is_empty() =>
        {
            (stem, ending)
        }
        _ => (name, kind.extensions()[0]),
    };
    let room = MAX_NAME - 1 - ending.len();
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_matches(|letter: char| letter == '.' || letter == ' ');
    let bare = stem.is_empty() || kind.extensions().contains(&stem.to_ascii_lowercase().as_str());
    format!("{}.{ending}", if bare { NAMELESS } else { stem })
}

/// A name as it may be shown beside what is wrong with the file; never empty.
pub fn shown_name(given: &str) -> String {
    let name: String = visible(given).chars().take(MAX_NAME).collect();
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// What is left of a name without path and without what cannot be seen.
fn visible(given: &str) -> String {
    // Some browsers sent the whole path, with the one slash or the other.
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = base.chars().filter(|letter| !is_hidden(*letter)).collect();
    let words = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_matches(|letter: char| letter == '.' || letter == ' ').to_owned()
}

/// Control characters, what changes the direction of writing, and what takes no room.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_cleaned() {
        for (given, kind, name) in [
            ("Lönespec oktober.pdf", MediaType::Pdf, "Lönespec oktober.pdf"),
            ("IMG_0042.JPG", MediaType::Jpeg, "IMG_0042.JPG"),
            ("../../etc/passwd", MediaType::Pdf, "passwd.pdf"),
            ("C:\\Users\\Anna\\hyra.png", MediaType::Png, "hyra.png"),
            ("..", MediaType::Png, "papper.png"),
            ("", MediaType::Jpeg, "papper.jpg"),
            (".pdf", MediaType::Pdf, "papper.pdf"),
            ("   ", MediaType::Pdf, "papper.pdf"),
            ("kontoutdrag\u{202e}fdp.exe", MediaType::Pdf, "kontoutdragfdp.exe.pdf"),
            ("a\r\nSet-Cookie: x.pdf", MediaType::Pdf, "aSet-Cookie: x.pdf"),
            ("\"hyra\"; filename=x.exe", MediaType::Png, "\"hyra\"; filename=x.exe.png"),
            ("foto.png", MediaType::Jpeg, "foto.png.jpg"),
            ("رسالة.pdf", MediaType::Pdf, "رسالة.pdf"),
            ("/", MediaType::Pdf, "papper.pdf"),
        ] {
            assert_eq!(clean_name(given, kind), name, "{given:?}");
        }
        assert_eq!(shown_name("../a\u{202e}b.exe"), "ab.exe");
        assert_eq!(shown_name("..\\"), "papper");
        let long = clean_name(&format!("{}.jpeg", "å".repeat(500)), MediaType::Jpeg);
        assert_eq!((long.chars().count(), long.ends_with("å.jpeg")), (MAX_NAME, true));
    }

    proptest! {
        #[test]
        fn whatever_is_given(given: String, which in 0usize..3) {
            let kind = MediaType::ALL[which];
            let name = clean_name(&given, kind);
            prop_assert!((1..=MAX_NAME).contains(&name.chars().count()), "{name:?}");
            prop_assert!(!name.contains(is_hidden) && !name.contains(['/', '\\']) && !name.starts_with('.'), "{name:?}");
            let ending = name.rsplit_once('.').expect("an ending").1.to_ascii_lowercase();
            prop_assert!(kind.extensions().contains(&ending.as_str()), "{name:?}");
            prop_assert_eq!(clean_name(&name, kind), name, "cleaning again changes nothing");
        }
    }
}
