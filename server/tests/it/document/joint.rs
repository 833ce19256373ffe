//! Both parties of a case may see what was sent in it; neither sees what the other tells alone.

use super::{API, DRAFT, JPEG, PDF, PNG, apply, guest_as, one, send, send_api};
use crate::support::{Browser, Stage};
use uuid::Uuid;

/// Maria's application with one paper, in a case where Anna is the partner; Maria's other case with another paper, hers
/// alone; and a paper of hers that is not sent. Gives the joint application and the three papers.
async fn joint(stage: &Stage) -> (Uuid, [String; 3]) {
    let mut maria = stage.signed_in("maria").await;
    let shared = one(&mut maria, "shared").await;
    let application = apply(stage, "maria", "sodra").await;
    stage
        .arrange(&format!(
            "INSERT INTO casework_party SELECT municipality_id, case_id, '{}', 'partner'
             FROM application WHERE application_id = '{application}'",
            stage.who("anna").await
        ))
        .await;
    let mut add = async |name: &str, content: &[u8]| {
        let answer = send_api(&mut maria, name, &[(name, content)]).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        super::id(&answer.json()[0])
    };
    let alone = add("ensam.png", PNG).await;
    apply(stage, "maria", "norra").await;
    let unsent = add("utkast.jpg", JPEG).await;
    (application, [shared, alone, unsent])
}

async fn content(browser: &mut Browser, document: &str) -> u16 {
    let page = browser.get(&format!("/mina-sidor/handlingar/{document}/fil")).await.status;
    assert_eq!(browser.get(&format!("{API}/{document}/content")).await.status, page, "both doors agree");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_sees_what_was_sent_in_the_case_and_nothing_else() {
    let stage = Stage::new().await;
    let (application, [shared, alone, unsent]) = joint(&stage).await;
    let mut anna = stage.signed_in("anna").await;
    let page = anna.get("/mina-sidor/handlingar").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("hyra.pdf") && page.text.contains("ärendet är ert gemensamma"), "{}", page.text);
    assert!(page.text.contains("2026-00001") && !page.text.contains("2026-00002"), "{}", page.text);
    for never in ["ensam.png", "utkast.jpg", "Lämna fler papper", "Maria"] {
        assert!(!page.text.contains(never), "{never}: {}", page.text);
    }
    assert_eq!(anna.get(&format!("{API}/{shared}/content")).await.bytes, PDF);
    for (document, status) in [(&shared, 200), (&alone, 404), (&unsent, 404)] {
        assert_eq!(content(&mut anna, document).await, status);
    }
    let reads = format!(
        "SELECT count(*) FROM audit WHERE action = 'document.read' AND actor_kind = 'applicant' AND reason = 'party'
           AND object_ids = ARRAY['{shared}', '{}', '{application}']::uuid[]",
        stage.who("maria").await
    );
    assert_eq!(stage.number(&reads).await, 3, "each reading is written down");

    // To read, not to change: the papers are the other's.
    assert_eq!(anna.delete(&format!("{API}/{shared}")).await.status, 404);
    assert_eq!(anna.post(&format!("{DRAFT}/{shared}/ta-bort"), &[("idempotency_key", "k")]).await.status, 404);
    let path = format!("/mina-sidor/handlingar/{application}");
    assert_eq!(anna.get(&path).await.status, 404);
    assert_eq!(send(&mut anna, &path, "k", &[("ny.pdf", PDF)]).await.status, 404);
    assert!(super::list(&mut anna).await.is_empty(), "her own papers are her own");

    // The other way round: what Anna sends in a case of her own is hers alone, though Maria is a party beside her elsewhere.
    let hers = one(&mut anna, "hers").await;
    apply(&stage, "anna", "sodra").await;
    let mut maria = stage.signed_in("maria").await;
    assert_eq!(content(&mut maria, &hers).await, 404);
    let page = maria.get("/mina-sidor/handlingar").await;
    assert!(!page.text.contains("ert gemensamma"), "{}", page.text);
    for document in [&shared, &alone, &unsent] {
        assert_eq!(content(&mut maria, document).await, 200, "her own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_party_or_no_longer_or_only_claims_to_be_sees_nothing() {
    let stage = Stage::new().await;
    let (application, [shared, ..]) = joint(&stage).await;
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(content(&mut anna, &shared).await, 200);
    stage.arrange("DELETE FROM casework_party WHERE role = 'partner'").await;
    assert_eq!(content(&mut anna, &shared).await, 404, "from the next request on");
    assert!(!anna.get("/mina-sidor/handlingar").await.text.contains("hyra.pdf"));

    let person = stage.world.id();
    let mut guest = guest_as(&stage, person).await;
    stage
        .arrange(&format!(
            "INSERT INTO casework_party SELECT municipality_id, case_id, '{person}', 'partner'
             FROM application WHERE application_id = '{application}'"
        ))
        .await;
    assert_eq!(guest.get(&format!("{DRAFT}/{shared}/fil")).await.status, 404);
}
