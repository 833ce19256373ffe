//! What people read on the pages of papers.

use super::{API, DRAFT, EXE, apply, id, one, send, send_api, stored};
use crate::support::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn names_are_shown_and_nothing_else() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    for (given, name, header) in [
        ("../../etc/passwd", "passwd.pdf", "attachment; filename=\"passwd.pdf\"; filename*=UTF-8''passwd.pdf"),
        (
            "kontoutdrag\u{202e}fdp.exe",
            "kontoutdragfdp.exe.pdf",
            "attachment; filename=\"kontoutdragfdp.exe.pdf\"; filename*=UTF-8''kontoutdragfdp.exe.pdf",
        ),
        (
            "a\"; x=\"b.pdf",
            "a%22; x=%22b.pdf",
            "attachment; filename=\"a_22; x=_22b.pdf\"; filename*=UTF-8''a%2522%3B%20x%3D%2522b.pdf",
        ),
        ("<script>.pdf", "<script>.pdf", "attachment; filename=\"<script>.pdf\"; filename*=UTF-8''%3Cscript%3E.pdf"),
        ("å.pdf", "å.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A5.pdf"),
        ("..", "papper.pdf", "attachment; filename=\"papper.pdf\"; filename*=UTF-8''papper.pdf"),
    ] {
        let content = format!("%PDF-1.7 {given}");
        let key = format!("key-{}", name.len());
        let answer = send_api(&mut anna, &key, &[(given, content.as_bytes())]).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let document = answer.json()[0].clone();
        assert_eq!(document["name"], name);
        let file = anna.get(&format!("{API}/{}/content", id(&document))).await;
        assert_eq!(file.header("content-disposition"), header);
    }
    let page = anna.get(DRAFT).await;
    assert!(page.text.contains("&lt;script") && !page.text.contains("<script>.pdf"), "{}", page.text);
    let paths: Vec<String> = stored(&stage).iter().map(|path| path.display().to_string()).collect();
    assert!(paths.iter().all(|path| !path.contains("passwd") && !path.contains("pdf")), "{paths:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_read_in_three_languages() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    one(&mut anna, "key").await;
    for (language, words) in [("sv", "Dina papper"), ("en", "Your papers"), ("ar", "أوراقك")] {
        anna.cookies.insert("porten_lang".to_owned(), language.to_owned());
        for path in [DRAFT, "/mina-sidor/handlingar"] {
            let page = anna.get(path).await;
            assert_eq!(page.page().only("h1").text, words, "{path}");
            let answer = send(&mut anna, DRAFT, "bad", &[("a.exe", EXE)]).await;
            assert_eq!(answer.status, 422);
            assert_eq!(answer.page().only("h1").text, words);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_says_what_helps_and_that_one_may_do_without() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    for (language, helps, without, kept) in [
        ("sv", "hyresavi, kontoutdrag", "Du kan ansöka även om du inte har dem", "sparar vi i 30 dagar"),
        ("en", "the rent notice, statements", "You can apply even if you do not have them", "for 30 days"),
        ("ar", "وإشعار الإيجار", "يمكنك تقديم الطلب حتى لو لم تكن لديك", "لمدة 30 يوماً"),
    ] {
        anna.cookies.insert("porten_lang".to_owned(), language.to_owned());
        for path in [DRAFT, "/mina-sidor/handlingar"] {
            let text = anna.get(path).await.text;
            assert!(text.contains(helps) && text.contains(without), "{path}: {text}");
        }
        assert!(anna.get(DRAFT).await.text.contains(kept), "{language}");
        assert!(anna.get("/mina-sidor/handlingar").await.text.contains("href=\"/ansok/handlingar\""));
    }
    anna.cookies.insert("porten_lang".to_owned(), "sv".to_owned());
    one(&mut anna, "key").await;
    for path in [DRAFT, "/mina-sidor/handlingar"] {
        let text = anna.get(path).await.text;
        assert!(!text.contains("brukar hjälpa") && text.contains("sparar vi i 30 dagar"), "{path}: {text}");
    }
    // What is sent is kept with the case: nothing is said of thirty days.
    let application = apply(&stage, "anna", "sodra").await;
    for path in ["/mina-sidor/handlingar".to_owned(), format!("/mina-sidor/handlingar/{application}")] {
        assert!(!anna.get(&path).await.text.contains("30 dagar"), "{path}");
    }
}
