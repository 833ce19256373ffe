//! What a notice tells whoever sees it: neither what it is about nor who writes, and the same whatever it is.

use super::{HOME, LOCALES, contact, post, to, work};
use crate::support::{
    Stage,
    mail_server::{MailServer, Taken},
};
use app::message::notice::something_new;
use domain::message::MessageKind;
use uuid::Uuid;

/// A body as a mail program shows it: the parts of a kind, decoded.
pub fn part(taken: &Taken, kind: &str) -> String {
    let boundary = taken.text.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a boundary");
    let part = taken.text.split(&format!("--{boundary}")).find(|part| part.contains(&format!("Content-Type: {kind}")));
    let (head, body) = part.expect("the part").split_once("\r\n\r\n").expect("a body");
    if head.contains("quoted-printable") {
        quoted(body)
    } else if head.contains("base64") {
        unbase64(body)
    } else {
        body.replace("\r\n", "\n")
    }
}

fn quoted(body: &str) -> String {
    let mut bytes = Vec::new();
    let joined = body.replace("=\r\n", "").replace("\r\n", "\n");
    let mut rest = joined.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("digits").to_owned();
            bytes.push(u8::from_str_radix(&digits, 16).expect("hexadecimal"));
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn unbase64(body: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for byte in body.bytes() {
        let Some(digit) = DIGITS.iter().position(|known| *known == byte) else { continue };
        bits = (bits << 6) | u32::try_from(digit).expect("small");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("a byte"));
        }
    }
    String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
}

#[test]
fn the_notice_tells_neither_what_it_is_nor_who_writes() {
    // What would tell, in three languages; the municipality of the sample too.
    const TELLING: [&str; 44] = [
        "bistånd",
        "bistand",
        "beslut",
        "ansök",
        "socialtj",
        "försörjning",
        "kommun",
        "stad",
        "kontor",
        "nämnd",
        "myndighet",
        "ärende",
        "handlägg",
        "bidrag",
        "pengar",
        "kronor",
        "besök",
        "avslag",
        "bevilj",
        "överklag",
        "application",
        "apply",
        "decision",
        "welfare",
        "benefit",
        "social",
        "municipal",
        "allowance",
        "money",
        "case",
        "authority",
        "appeal",
        "office",
        "exempelstad",
        "porten",
        "قرار",
        "طلب",
        "مساعدة",
        "بلدية",
        "الاجتماعي",
        "إعانة",
        "مال",
        "موعد",
        "مكتب",
    ];
    for (locale, code) in LOCALES {
        let notice = something_new(locale, HOME);
        for part in [&notice.subject, &notice.text, &notice.html] {
            let words = part.to_lowercase();
            for telling in TELLING {
                assert!(!words.contains(telling), "{code}: {telling} in {part}");
            }
        }
        // The only link is the root of the public address, and nothing is fetched when it is opened.
        assert_eq!(notice.html.matches("href=").count(), 1, "{}", notice.html);
        assert!(notice.html.contains("href=\"http://127.0.0.1:3000/\""), "{}", notice.html);
        assert!(notice.text.ends_with("\nhttp://127.0.0.1:3000/\n"), "{}", notice.text);
        for fetched in ["src=", "<img", "<link", "<script", "style"] {
            assert!(!notice.html.contains(fetched), "{code}: {fetched}");
        }
        assert!(!notice.html.contains("<!>") && !notice.html.contains("<!--"), "{}", notice.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_and_a_decision_look_the_same_from_outside() {
    let stage = Stage::new().await;
    let server = MailServer::start(&[]).await;
    let mail = to(&server.url());
    for (kind, language) in MessageKind::ALL.into_iter().zip(["ar", "ar"]) {
        contact(&stage, "email", language).await;
        post(&stage, kind).await;
        work(&stage, &mail).await;
    }
    let taken = server.taken();
    assert_eq!(taken.len(), 2);
    for kind in ["text/plain", "text/html"] {
        assert_eq!(part(&taken[0], kind), part(&taken[1], kind));
    }
    assert_eq!(taken[0].header("subject"), taken[1].header("subject"));
    assert_ne!(taken[0].header("message-id"), taken[1].header("message-id"));
    let ids: Vec<Uuid> = {
        let mut root = stage.root().await;
        sqlx::query_scalar("SELECT message_id FROM message UNION SELECT municipality_id FROM message")
            .fetch_all(&mut root)
            .await
            .expect("ids")
    };
    for (mail, id) in taken.iter().flat_map(|mail| ids.iter().map(move |id| (mail, id))) {
        let text = mail.text.to_lowercase();
        assert!(!text.contains(&id.to_string()) && !text.contains(&id.simple().to_string()), "an id of ours in {text}");
    }
}
