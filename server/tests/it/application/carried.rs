//! Figures on their way from the estimate are taken in by a POST and never by a GET; what a whole form sent by REST does
//! to a draft is nothing.

use super::{CHECK, FIGURES, count, form, guest, hers, leads, send, step};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{
        Browser, Stage,
        look::{code, text},
    },
};

const TAKE: &str = "/ansok/ta-med";
const KEEP: &str = "/ansok/behall";

/// A browser in which figures wait.
async fn waiting(stage: &Stage) -> Browser {
    let mut browser = stage.browser();
    leads(&browser.post("/ansok/fran-raknaren", &FIGURES).await, "/ansok");
    assert!(browser.cookies.contains_key("porten_carry"));
    browser
}

async fn rent(browser: &mut Browser) -> Option<String> {
    let page = browser.get("/ansok/kostnader").await.page();
    page.by_id("f-cost.0.amount").get("value").map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_23_looking_takes_nothing_in_and_a_button_does() {
    let stage = Stage::new().await;
    // Signed in on another way than from the start page.
    let mut anna = waiting(&stage).await;
    anna.post("/demo/login", &[("persona", "anna"), ("till", "/mina-sidor")]).await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(anna.clone(), language).await;
        let asked = anna.get("/ansok").await;
        assert_eq!((asked.status, asked.header("cache-control")), (200, "no-store"));
        let page = sound(&asked, language);
        assert_eq!(page.form(TAKE).get("method"), Some("post"));
        assert_eq!(page.form(KEEP).get("method"), Some("post"), "and the way without them");
        let words = words(language, "application");
        assert!(asked.text.contains(word(&words, "waiting.without")));
        assert!(!asked.text.contains(word(&words, "waiting.replace")), "there is nothing to replace");
    }
    assert_eq!(count(&stage, "draft").await, 0, "a GET changes nothing");
    assert!(anna.cookies.contains_key("porten_carry"), "nor is anything lost");
    assert_ne!(rent(&mut anna).await.as_deref(), Some("8200"));

    leads(&anna.post(TAKE, &[]).await, "/ansok/kontakt");
    assert!(!anna.cookies.contains_key("porten_carry"), "gone with the arrival");
    assert_eq!(rent(&mut anna).await.as_deref(), Some("8200"));
    let saved = "SELECT max(version) FROM draft";
    let version = stage.number(saved).await;
    leads(&anna.post(TAKE, &[]).await, "/ansok/kontakt");
    leads(&anna.get("/ansok").await, "/ansok/kontakt");
    assert_eq!(stage.number(saved).await, version, "once");
    leads(&anna.get(TAKE).await, "/ansok");
    leads(&stage.browser().post(TAKE, &[]).await, "/ansok");
    assert_eq!(count(&stage, "draft").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_in_brings_her_figures() {
    let stage = Stage::new().await;
    // From the start page by signing in.
    let mut anna = waiting(&stage).await;
    anna.post("/demo/login", &[("persona", "anna"), ("till", "/ansok")]).await;
    assert!(!anna.cookies.contains_key("porten_carry"));
    assert_eq!(count(&stage, "draft").await, 1);
    assert_eq!(rent(&mut anna).await.as_deref(), Some("8200"));
    // Without e-ID.
    let mut new = waiting(&stage).await;
    assert_eq!(new.post("/ansok/utan-inloggning", &[]).await.status, 200);
    assert!(!new.cookies.contains_key("porten_carry"));
    assert_eq!(rent(&mut new).await.as_deref(), Some("8200"));
    // With a code, into what she has written already.
    let (mut first, code) = guest(&stage).await;
    leads(&step(&mut first, "/ansok/kontakt", &super::CONTACT).await, "/ansok/hushall");
    let mut back = waiting(&stage).await;
    leads(&back.post("/ansok/kod", &[("code", &code)]).await, "/ansok");
    assert!(!back.cookies.contains_key("porten_carry"));
    assert_eq!(rent(&mut back).await.as_deref(), Some("8200"));
    assert!(back.get("/ansok/kontakt").await.text.contains("Tomas Test"), "the rest is still there");
    // Signed in: at once, and what waited from before goes with it.
    server::demo::seed_persons(&stage.owner, &stage.world, 1).await.expect("a person");
    let mut known = waiting(&stage).await;
    known.post("/demo/login", &[("persona", "seed-0001"), ("till", "/mina-sidor")]).await;
    leads(&known.post("/ansok/fran-raknaren", &FIGURES).await, "/ansok/kontakt");
    assert!(!known.cookies.contains_key("porten_carry"));
    assert_eq!(rent(&mut known).await.as_deref(), Some("8200"));
    // Staff have no application to take anything into.
    let mut rut = waiting(&stage).await;
    rut.post("/demo/login", &[("persona", "rut"), ("till", "/ansok")]).await;
    assert_eq!(count(&stage, "draft").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_she_has_written_is_replaced_without_asking() {
    let stage = Stage::new().await;
    let (mut first, code) = guest(&stage).await;
    leads(&step(&mut first, "/ansok/kontakt", &super::CONTACT).await, "/ansok/hushall");
    let hers = [("cost.0.kind", "rent"), ("cost.0.amount", "5900")];
    leads(&step(&mut first, "/ansok/kostnader", &hers).await, "/ansok/behov");
    let mut anna = stage.signed_in("anna").await;
    leads(&step(&mut anna, "/ansok/kostnader", &hers).await, "/ansok/behov");
    let saved = "SELECT sum(version)::bigint FROM draft";
    let before = stage.number(saved).await;

    // With a code, by signing in from the start page, and known already.
    let mut back = waiting(&stage).await;
    leads(&back.post("/ansok/kod", &[("code", &code)]).await, "/ansok");
    let mut signed_in = waiting(&stage).await;
    leads(&signed_in.post("/demo/login", &[("persona", "anna"), ("till", "/ansok")]).await, "/ansok");
    leads(&anna.post("/ansok/fran-raknaren", &FIGURES).await, "/ansok");
    for browser in [&mut back, &mut signed_in, &mut anna] {
        assert!(browser.cookies.contains_key("porten_carry"), "they wait");
        for (language, _) in LANGUAGES {
            let mut browser = speaking(browser.clone(), language).await;
            let asked = browser.get("/ansok").await;
            assert_eq!(asked.status, 200);
            let page = sound(&asked, language);
            let words = words(language, "application");
            for (action, said) in [(TAKE, "waiting.take"), (KEEP, "waiting.keep")] {
                assert_eq!(page.form(action).get("method"), Some("post"));
                assert!(asked.text.contains(word(&words, said)), "{language} {said}");
            }
            assert!(asked.text.contains(word(&words, "waiting.replace")), "{language}: it says what is replaced");
        }
        assert_eq!(rent(browser).await.as_deref(), Some("5900"));
    }
    assert_eq!(stage.number(saved).await, before, "nothing was saved over");

    // She keeps what she wrote.
    leads(&back.post(KEEP, &[]).await, "/ansok/kontakt");
    assert!(!back.cookies.contains_key("porten_carry"), "forgotten");
    leads(&back.get("/ansok").await, "/ansok/kontakt");
    assert_eq!((rent(&mut back).await.as_deref(), stage.number(saved).await), (Some("5900"), before));
    leads(&back.get(KEEP).await, "/ansok");
    leads(&stage.browser().post(KEEP, &[]).await, "/ansok");
    // Or has said that they are to replace it.
    leads(&anna.post(TAKE, &[]).await, "/ansok/kontakt");
    assert_eq!(rent(&mut anna).await.as_deref(), Some("8200"));

    // More than waits anywhere: it is said, and what she wrote stays.
    let long = "9".repeat(4000);
    let much = anna.post("/ansok/fran-raknaren", &[("adults", "1"), ("cost.rent", &long)]).await;
    leads(&much, "/ansok?for-mycket");
    for (language, _) in LANGUAGES {
        let mut anna = speaking(anna.clone(), language).await;
        let said = anna.get("/ansok?for-mycket").await;
        sound(&said, language);
        assert!(said.text.contains(word(&words(language, "application"), "waiting.too_much")));
    }
    assert_eq!(rent(&mut anna).await.as_deref(), Some("8200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_by_rest_ends_no_draft() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    super::fill(&mut anna).await;
    let window = anna.get("/ansok/behov").await;
    assert_eq!(anna.command("/api/v1/applications", "rest", &form("2026-11")).await.status, 201);
    // What she types meanwhile in her window is saved as if nothing had happened.
    let version = window.hidden("version");
    let typed = [("version", version.as_str()), ("month", "2026-11"), ("need", "Skrivet under tiden.")];
    leads(&anna.post("/ansok/behov", &typed).await, "/ansok/konto");
    assert!(anna.get(CHECK).await.text.contains("Skrivet under tiden."));
    let mut root = stage.root().await;
    let receipt = send(&mut anna).await;
    let id = receipt.rsplit('/').next().expect("an id").to_owned();
    let sent: String = sqlx::query_scalar("SELECT content->>'need' FROM application WHERE application_id = $1::uuid")
        .bind(&id)
        .fetch_one(&mut root)
        .await
        .expect("a need");
    assert_eq!(sent, "Skrivet under tiden.");
    assert_eq!((hers(&stage, "application").await, count(&stage, "draft").await), (2, 0));
    let both = anna.get("/api/v1/applications").await.json();
    let kinds: Vec<String> = both["items"].as_array().expect("items").iter().map(|one| text(one, "kind")).collect();
    assert!(kinds.contains(&"supplementary".to_owned()), "{kinds:?}");
    // The same key again is the same act, draft or no draft.
    assert_eq!(anna.command("/api/v1/applications", "rest", &form("2026-11")).await.status, 201);
    assert_eq!(code(&anna.command("/api/v1/applications", "rest", &form("2026-12")).await), "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_childs_wage_and_what_is_over_come_along() {
    let stage = Stage::new().await;
    let mut anna = stage.browser();
    let figures = [
        ("month", "2026-11"),
        ("adults", "1"),
        ("child_rows", "3"),
        ("child.1.age", "16"),
        ("child.1.pupil_wage", "40 000"),
        ("child.2.age", "18"),
        ("child.2.pupil_wage", "500"),
        ("child.2.pupil_year", "60 000"),
        ("income.wage", "9000"),
        ("stimulus", "over"),
    ];
    leads(&anna.post("/ansok/fran-raknaren", &figures).await, "/ansok");
    anna.post("/demo/login", &[("persona", "anna"), ("till", "/ansok")]).await;
    let page = anna.get("/ansok/inkomster").await.page();
    let sent = page.controls(page.form("/ansok/inkomster"));
    let told = [
        ("income.0.kind", "wage"),
        ("income.1.kind", "pupil_wage"),
        ("income.1.amount", "40000"),
        ("income.1.person", "child1"),
        ("income.1.year_to_date", ""),
        ("income.2.person", "child2"),
        ("income.2.year_to_date", "60000"),
        ("stimulus", "over"),
    ];
    for (name, value) in told {
        assert!(sent.contains(&(name.to_owned(), value.to_owned())), "{name}={value}: {sent:?}");
    }
    // Whose it is can be chosen among the children there are, and is said in words before it is sent.
    let pairs: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    leads(&anna.post("/ansok/inkomster", &pairs).await, "/ansok/kostnader");
    let norm = words("sv", "norm");
    let second = word(&norm, "compare.child").replace("{{ number }}", "2").replace("{{ age }}", "18");
    let wage = format!("{} ({second})", word(&norm, "income.pupil_wage"));
    let check = anna.get(CHECK).await;
    for said in [wage.as_str(), word(&norm, "stimulus_over")] {
        assert!(check.text.contains(said), "{said}");
    }
}
