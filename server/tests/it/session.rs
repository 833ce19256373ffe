//! Security rows 1-6, 20, 63: sessions are long random numbers, known to the database by their hash only, and end when
//! they should.

use crate::support::{Answer, Browser, Setting, Stage, look::code};
use jiff::SignedDuration;
use server::jobs::{Job, tidy::Tidy};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text").to_owned()).collect()
}

/// Whether the session of this browser still lives: its own list, or the desk's.
async fn lives(browser: &mut Browser, path: &str) -> bool {
    let answer = browser.get(path).await;
    assert!([200, 401].contains(&answer.status), "{}: {}", answer.status, answer.text);
    answer.status == 200
}

const MINE: &str = "/api/v1/visits";
const DESK: &str = "/api/v1/desk/today";

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_the_cookie_is_long_and_the_database_has_its_hash_only() {
    let stage = Stage::new().await;
    let (anna, rut) = (stage.signed_in("anna").await, stage.signed_in("rut").await);
    let tokens = [anna.cookies["porten"].clone(), rut.cookies["porten_staff"].clone()];
    let again = stage.signed_in("anna").await.cookies["porten"].clone();
    assert_ne!(tokens[0], again);
    assert!(tokens.iter().all(|token| token.len() * 4 >= 128 && token.bytes().all(|byte| byte.is_ascii_hexdigit())));

    let mut root = stage.root().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p')
         AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))",
    )
    .fetch_all(&mut root)
    .await
    .expect("tables");
    assert!(tables.len() > 15, "{tables:?}");
    for token in &tokens {
        let hash = hex(&Sha256::digest(token.as_bytes()));
        let mut found = 0;
        for table in &tables {
            let mut count = async |needle: &str| -> i64 {
                sqlx::query_scalar(AssertSqlSafe(format!(
                    "SELECT count(*) FROM {table} x WHERE strpos(lower(x::text), $1) > 0"
                )))
                .bind(needle)
                .fetch_one(&mut root)
                .await
                .expect("a count")
            };
            // As text, as the bytes it stands for, as bytes of the text.
            for needle in [token.clone(), hex(token.as_bytes())] {
                assert_eq!(count(&needle).await, 0, "{table} knows the cookie");
            }
            found += count(&hash).await;
        }
        assert_eq!(found, 1, "the search finds what is there: the hash, once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_2_signing_in_makes_a_new_session_and_ends_the_old() {
    let stage = Stage::new().await;
    let mut browser = stage.signed_in("anna").await;
    let mut old = browser.clone();
    assert_eq!(browser.post("/demo/login", &[("persona", "maria")]).await.status, 303);
    assert_ne!(browser.cookies["porten"], old.cookies["porten"]);
    assert!(lives(&mut browser, MINE).await);
    assert!(!lives(&mut old, MINE).await, "the old one is dead on the server");
    assert_eq!(stage.number("SELECT count(*) FROM session").await, 1);
    // A value chosen by somebody else never becomes a session.
    let mut fixed = stage.browser();
    let planted = "a".repeat(64);
    fixed.cookies.insert("porten".to_owned(), planted.clone());
    fixed.post("/demo/login", &[("persona", "anna")]).await;
    assert_ne!(fixed.cookies["porten"], planted);
    fixed.cookies.insert("porten".to_owned(), planted);
    assert!(!lives(&mut fixed, MINE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_3_cookies_have_the_right_attributes() {
    let http = Stage::new().await;
    let https = Stage::with(Setting { https: true, ..Setting::default() }).await;
    for (stage, secure) in [(&http, false), (&https, true)] {
        let mut browser = stage.browser();
        let mut lines = Vec::new();
        for persona in ["anna", "rut"] {
            lines.extend(cookies(&browser.post("/demo/login", &[("persona", persona)]).await));
        }
        lines.extend(cookies(&browser.get("/?lang=ar").await));
        assert_eq!(browser.cookies.len(), 3);
        lines.extend(cookies(&browser.post("/logga-ut", &[]).await));
        // Signing out removes the applicant's, the guest's and the staff's, and what was carried along.
        assert_eq!(lines.len(), 7, "{lines:?}");
        for line in &lines {
            let parts: Vec<&str> = line.split("; ").collect();
            assert!(parts.contains(&"HttpOnly") && parts.contains(&"Path=/"), "{line}");
            assert!(parts.iter().all(|part| !part.to_ascii_lowercase().starts_with("domain")), "{line}");
            let staff_session = line.contains("porten_staff=") && !line.contains("Max-Age");
            assert!(
                parts.contains(if staff_session { &"SameSite=Strict" } else { &"SameSite=Lax" })
                    || line.contains("Max-Age=0"),
                "{line}"
            );
            assert_eq!(parts.contains(&"Secure"), secure, "{line}");
            assert_eq!(line.starts_with("__Host-porten"), secure, "{line}");
        }
        // Session cookies end with the browser.
        assert!(lines[..2].iter().all(|line| !line.contains("Max-Age") && !line.contains("Expires")), "{lines:?}");
    }
    // Over https a plain cookie, which a neighbour could have set, is not even looked at.
    let mut anna = https.signed_in("anna").await;
    assert!(lives(&mut anna, MINE).await);
    let value = anna.cookies.remove("__Host-porten").expect("the cookie");
    anna.cookies.insert("porten".to_owned(), value);
    assert!(!lives(&mut anna, MINE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_4_sessions_end_when_idle_and_in_any_case() {
    let stage = Stage::new().await;
    for (persona, path, idle, absolute) in [("anna", MINE, 30, 4 * 60), ("rut", DESK, 15, 8 * 60)] {
        let mut browser = stage.signed_in(persona).await;
        stage.clock.pass(SignedDuration::new(idle * 60 - 1, 0));
        assert!(lives(&mut browser, path).await, "{persona}: a second before");
        stage.clock.pass(SignedDuration::from_mins(idle));
        assert!(!lives(&mut browser, path).await, "{persona}: idle");
        assert!(!lives(&mut browser, path).await, "{persona}: looking does not wake it");

        let mut browser = stage.signed_in(persona).await;
        for _ in 0..absolute / 10 - 1 {
            stage.clock.pass(SignedDuration::from_mins(10));
            assert!(lives(&mut browser, path).await, "{persona}: in use");
        }
        stage.clock.pass(SignedDuration::new(10 * 60 - 1, 0));
        assert!(lives(&mut browser, path).await, "{persona}: a second before");
        stage.clock.pass(SignedDuration::from_secs(1));
        assert!(!lives(&mut browser, path).await, "{persona}: long enough");
    }
    stage.clock.pass(SignedDuration::from_hours(1));
    let mut alive = stage.signed_in("anna").await;
    Tidy {}.run(&stage.job_context()).await.expect("tidied");
    assert_eq!(stage.number("SELECT count(*) FROM session").await, 1, "what is over is removed");
    assert!(lives(&mut alive, MINE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_5_signing_out_ends_the_session_on_the_server() {
    let stage = Stage::new().await;
    let mut browser = stage.signed_in("anna").await;
    browser.post("/demo/login", &[("persona", "rut")]).await;
    let mut kept = browser.clone();
    assert_eq!(browser.get("/logga-ut").await.status, 405, "a link or an image signs nobody out");
    assert!(lives(&mut kept, DESK).await);
    let out = browser.post("/logga-ut", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, "/logga-in?utloggad"));
    assert!(out.header("clear-site-data").contains("\"storage\""), "{:?}", out.headers);
    assert!(browser.cookies.is_empty());
    assert!(!lives(&mut kept, DESK).await && !lives(&mut kept, MINE).await, "the old cookies are worth nothing");
    for page in ["/mina-sidor", "/mina-sidor/besok", "/personal", "/personal/reception"] {
        assert_eq!(kept.get(page).await.status, 303, "{page}");
    }
    assert_eq!(stage.number("SELECT count(*) FROM session").await, 0);
    // Only this browser's: the others live on.
    let (mut one, mut two) = (stage.signed_in("anna").await, stage.signed_in("anna").await);
    one.post("/logga-ut", &[]).await;
    assert!(lives(&mut two, MINE).await);
    assert_eq!(stage.browser().post("/logga-ut", &[]).await.status, 303, "nobody to sign out: fine");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_6_a_disabled_member_of_staff_is_out_at_once() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let mut joel = stage.signed_in("joel").await;
    assert!(lives(&mut rut, DESK).await);
    stage.arrange("UPDATE staff SET active = false WHERE display_name = 'Rut'").await;
    assert!(!lives(&mut rut, DESK).await);
    assert_eq!(rut.get("/personal/reception").await.status, 303);
    assert!(lives(&mut joel, DESK).await, "only she");
    let mut again = stage.browser();
    again.post("/demo/login", &[("persona", "rut")]).await;
    assert_eq!(again.get(DESK).await.status, 401, "nor by signing in anew");
    // A right that is taken away is gone at the next request.
    stage.arrange("UPDATE staff SET roles = '{caseworker}' WHERE display_name = 'Joel'").await;
    assert_eq!(code(&joel.get(DESK).await), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn applicants_and_staff_have_separate_sessions() {
    let stage = Stage::new().await;
    let (mut anna, mut rut) = (stage.signed_in("anna").await, stage.signed_in("rut").await);
    for path in ["/personal", "/personal/reception"] {
        assert_eq!(anna.get(path).await.status, 303, "{path}");
        assert_eq!(rut.get(path).await.status, 200, "{path}");
    }
    for path in ["/mina-sidor", "/mina-sidor/besok", "/mina-sidor/besok/boka"] {
        assert_eq!(rut.get(path).await.status, 303, "{path}");
        assert_eq!(anna.get(path).await.status, 200, "{path}");
    }
    // Put into the other's cookie a session is none.
    let (hers, theirs) = (anna.cookies["porten"].clone(), rut.cookies["porten_staff"].clone());
    let mut swapped = stage.browser();
    swapped.cookies.insert("porten".to_owned(), theirs);
    swapped.cookies.insert("porten_staff".to_owned(), hers);
    for path in ["/personal", "/mina-sidor"] {
        assert_eq!(swapped.get(path).await.status, 303, "{path}");
    }
    assert_eq!(swapped.get(MINE).await.status, 401);
    // One browser may hold both; each area takes its own.
    anna.post("/demo/login", &[("persona", "rut")]).await;
    assert_eq!((anna.get("/personal").await.status, anna.get("/mina-sidor").await.status), (200, 200));
    assert_eq!(anna.get(DESK).await.status, 200);
    // Where somebody was going is kept within the area she may enter.
    for (persona, till, location) in [
        ("anna", "/mina-sidor/besok", "/mina-sidor/besok"),
        ("anna", "/personal/reception", "/mina-sidor"),
        ("rut", "/mina-sidor/besok", "/personal"),
        ("anna", "//elsewhere.example/mina-sidor", "/mina-sidor"),
        ("anna", "https://elsewhere.example/mina-sidor", "/mina-sidor"),
        ("anna", "/mina-sidor/../../x\r\nset-cookie: a=b", "/mina-sidor"),
    ] {
        let answer = stage.browser().post("/demo/login", &[("persona", persona), ("till", till)]).await;
        assert_eq!(answer.header("location"), location, "{persona} {till}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_63_the_quick_exit_ends_both_sessions_and_leads_away() {
    let stage = Stage::new().await;
    let mut browser = stage.signed_in("anna").await;
    browser.post("/demo/login", &[("persona", "rut")]).await;
    browser.get("/?lang=ar").await;
    let mut kept = browser.clone();
    let away = browser.post("/lamna", &[]).await;
    assert_eq!((away.status, away.header("location")), (303, "/ny-flik"));
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["porten_lang"], "the language stays");
    assert!(away.header("clear-site-data").contains("\"cache\""), "{:?}", away.headers);
    assert!(!lives(&mut kept, DESK).await && !lives(&mut kept, MINE).await);
    let page = browser.get("/ny-flik").await;
    assert_eq!(page.status, 200);
    for word in ["Porten", "bistånd", "socialtjänst", "Exempelstad"] {
        assert!(!page.text.contains(word), "{word}: {}", page.text);
    }
    assert_eq!(stage.browser().post("/lamna", &[]).await.header("location"), "/ny-flik", "for anybody");

    // Even when the database does not answer the person in front of the screen gets away.
    let mut anna = stage.signed_in("anna").await;
    stage.arrange("REVOKE DELETE ON session FROM porten_app").await;
    let away = anna.post("/lamna", &[]).await;
    assert_eq!((away.status, away.header("location")), (303, "/ny-flik"));
    assert!(anna.cookies.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_20_there_is_no_demo_sign_in_without_the_demo() {
    let stage = Stage::with(Setting { demo: false, ..Setting::default() }).await;
    let mut browser = stage.browser();
    for persona in ["anna", "rut"] {
        let answer = browser.post("/demo/login", &[("persona", persona)]).await;
        assert_eq!(answer.status, 404);
        assert_eq!(cookies(&answer), Vec::<String>::new());
    }
    assert_eq!(browser.get("/demo/login").await.status, 404);
    assert!(!browser.get("/logga-in").await.text.contains("/demo/login"));
    assert_eq!(stage.number("SELECT count(*) FROM session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_demo_person_is_nobody() {
    let stage = Stage::new().await;
    for persona in ["nobody", "", "Anna", "anna\0", "\0", "' OR true --", "seed-0001"] {
        let answer = stage.browser().post("/demo/login", &[("persona", persona)]).await;
        let expected = if persona.contains('\0') { 422 } else { 404 };
        assert_eq!(answer.status, expected, "{persona:?}: {}", answer.text);
    }
    assert_eq!(stage.number("SELECT count(*) FROM session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_cookie_is_no_session() {
    let stage = Stage::new().await;
    for value in ["", "x", &"0".repeat(64), &"0".repeat(65), &"'".repeat(64), &"%00".repeat(22)] {
        let mut browser = stage.browser();
        browser.cookies.insert("porten".to_owned(), value.to_owned());
        browser.cookies.insert("porten_staff".to_owned(), value.to_owned());
        assert_eq!(browser.get(MINE).await.status, 401, "{value:?}");
        assert_eq!(browser.get("/mina-sidor").await.status, 303, "{value:?}");
        assert_eq!(browser.get("/").await.status, 200, "{value:?}");
    }
}
