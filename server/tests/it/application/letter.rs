//! Who wants letters says where to: asked for in the portal, shown to her before sending and to the caseworker after it.

use super::{CHECK, STEPS, fill_from, leads, send, step};
use crate::{
    pages::{LANGUAGES, faults, sound, speaking, word, words},
    support::Stage,
};

const ADDRESS: &str = "c/o Ek, Storgatan 1, 123 45 Exempelstad";

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_has_an_address_and_the_caseworker_sees_it() {
    let stage = Stage::new().await;
    let letter = [("office", "sodra"), ("way", "letter"), ("language", "sv")];
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let texts = words(language, "application");
        let refused = step(&mut anna, STEPS[0], &letter).await;
        assert_eq!(refused.status, 422);
        let page = sound(&refused, language);
        let at: Vec<String> = faults(&page).into_iter().map(|(id, _)| id).collect();
        assert_eq!(at, ["f-postal_address"], "{language}");
        for key in ["contact.address", "contact.address_hint", "contact.address_missing"] {
            assert!(refused.text.contains(word(&texts, key)), "{language} {key}");
        }
    }
    let mut anna = stage.signed_in("anna").await;
    let whole: Vec<_> = letter.into_iter().chain([("postal_address", ADDRESS)]).collect();
    leads(&step(&mut anna, STEPS[0], &whole).await, STEPS[1]);
    fill_from(&mut anna, 1).await;
    assert!(anna.get(CHECK).await.text.contains(ADDRESS), "before sending");
    let receipt = send(&mut anna).await;
    assert!(anna.get(&receipt).await.text.contains(ADDRESS), "in her copy");
    let hers = "SELECT case_id FROM application JOIN demo_persona USING (person_id) WHERE persona = 'anna'
                ORDER BY arrived_at DESC LIMIT 1";
    let case = stage.id(hers).await;
    let page = stage.signed_in("karin").await.get(&format!("/personal/mottagning/{case}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(ADDRESS), "{}", page.text);
}
