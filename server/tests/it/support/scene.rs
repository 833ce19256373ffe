//! One thing of every kind, each somebody's: the sample's cases, and what its people have done since.

use super::{
    Answer, Browser, Setting, Stage,
    look::{booked, text},
};
use axum::{body::Body, http::Method};
use domain::id::PersonId;
use serde_json::json;
use server::auth::session::{self, Subject};
use uuid::Uuid;

const BOUNDARY: &str = "----porten-scene";

/// A form with one paper, as a browser sends it.
pub async fn send_paper(browser: &mut Browser, path: &str, key: &str) -> Answer {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"idempotency_key\"\r\n\r\n{key}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"hyra.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n%PDF-1.7\n% and a letter\n%%EOF\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type", kind.as_str()), ("idempotency-key", key)];
    browser.send(Method::POST, path, &headers, Body::from(body)).await
}

/// What somebody may find or not.
#[derive(Debug, Clone)]
pub struct Thing {
    /// As a table names it, for example "case: maria".
    pub name: &'static str,
    pub id: Uuid,
}

impl Thing {
    /// What it is: the part of its name before the colon.
    pub fn kind(&self) -> &'static str {
        self.name.split(':').next().unwrap_or_default()
    }
}

pub struct Scene {
    pub stage: Stage,
    pub things: Vec<Thing>,
    /// A time at Södra that anybody may book.
    pub slot: String,
    tomas: PersonId,
    /// The browser tomas applied with, without e-ID.
    guest: Browser,
}

impl Scene {
    pub async fn set() -> Self {
        let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
        // The sample's guest is tomas.
        let of_tomas = "FROM application WHERE door = 'guest'";
        let tomas = PersonId(stage.id(&format!("SELECT person_id {of_tomas}")).await);
        let mut guest = stage.browser();
        let token = session::begin(&stage.db, &stage.world, stage.municipality, Subject::Guest(tomas)).await;
        guest.cookies.insert("porten_guest".to_owned(), token.expect("a session"));
        let (mut anna, mut maria) = (stage.signed_in("anna").await, stage.signed_in("maria").await);
        let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);

        let own = booked(&mut anna, "scene", &stage.slot("2026-11-24").await).await;
        let norra = text(&stage.slots("norra", "2026-11-24", "2026-11-24").await[0], "slot_id");
        let at_norra = booked(&mut maria, "scene", &norra).await;
        let paper = send_paper(&mut maria, "/api/v1/documents", "scene").await;
        assert_eq!(paper.status, 201, "{}", paper.text);
        let sent = send_paper(&mut guest, "/ansok/handlingar", "scene").await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        stage
            .arrange(&format!(
                "UPDATE document SET application_id = (SELECT application_id {of_tomas}) WHERE person_id = '{tomas}'"
            ))
            .await;
        let ticket = rut.command("/api/v1/walk-ins", "scene", &json!({ "name": "Någon" })).await;
        assert_eq!(ticket.status, 201, "{}", ticket.text);
        stage
            .arrange(
                "INSERT INTO reception_ticket
                     (municipality_id, ticket_id, office_id, day, number, status, registered_by, registered_at)
                 SELECT municipality_id, gen_random_uuid(), office.office_id, day, number, status, registered_by, registered_at
                 FROM reception_ticket JOIN office USING (municipality_id) WHERE slug = 'norra'",
            )
            .await;
        let case = stage.id(&format!("SELECT case_id {of_tomas}")).await;
        let application = stage.id(&format!("SELECT application_id {of_tomas}")).await;
        assert_eq!(karin.command(&format!("/api/v1/cases/{case}/take"), "scene", &json!({})).await.status, 200);
        let draft = json!({ "version": 0, "content": { "period": "2026-11", "lines": [] } }).to_string();
        let path = format!("/api/v1/cases/{case}/decisions/{application}");
        let saved = karin.send(Method::PUT, &path, &[("content-type", "application/json")], Body::from(draft)).await;
        assert_eq!(saved.status, 200, "{}", saved.text);

        let person = stage.who("maria").await;
        let (opened, unopened) = ("EXISTS", "NOT EXISTS");
        let of_maria = |what: &str| {
            format!(
                "SELECT decision_id FROM decision WHERE status = 'published' AND {what}
                     (SELECT FROM decision_receipt WHERE decision_receipt.decision_id = decision.decision_id)"
            )
        };
        let message = |kind: &str| {
            format!(
                "SELECT message_id FROM message WHERE person_id = '{person}' AND kind = '{kind}' ORDER BY sent_at LIMIT 1"
            )
        };
        let norra = "FROM application JOIN casework_case USING (municipality_id, case_id)
                     JOIN office USING (municipality_id, office_id) WHERE slug = 'norra'";
        let at = |slug: &str| {
            format!("FROM reception_ticket JOIN office USING (municipality_id, office_id) WHERE slug = '{slug}'")
        };
        let mut things = vec![
            Thing { name: "person: maria", id: person },
            Thing { name: "person: tomas", id: tomas.0 },
            Thing { name: "case: tomas", id: case },
            Thing { name: "application: tomas", id: application },
            Thing { name: "visit: anna at Södra", id: own.parse().expect("an id") },
            Thing { name: "visit: maria at Norra", id: at_norra.parse().expect("an id") },
        ];
        for (name, sql) in [
            ("case: maria", format!("SELECT case_id FROM casework_party WHERE person_id = '{person}'")),
            ("person: at Norra", format!("SELECT application.person_id {norra}")),
            ("case: at Norra", format!("SELECT case_id {norra}")),
            (
                "application: maria",
                format!(
                    "SELECT application_id FROM application WHERE person_id = '{person}' ORDER BY arrived_at LIMIT 1"
                ),
            ),
            ("application: at Norra", format!("SELECT application_id {norra}")),
            ("decision: maria has opened", of_maria(opened)),
            ("decision: maria has not opened", of_maria(unopened)),
            ("decision: a draft", "SELECT decision_id FROM decision WHERE status = 'draft'".to_owned()),
            ("message: maria's receipt", message("application_received")),
            ("message: of maria's decision", message("decision")),
            ("document: maria has not sent", format!("SELECT document_id FROM document WHERE person_id = '{person}'")),
            ("document: tomas has sent", format!("SELECT document_id FROM document WHERE person_id = '{tomas}'")),
            (
                "visit: somebody today at Södra",
                "SELECT visit_id FROM visit WHERE day = '2026-11-23' ORDER BY number LIMIT 1".to_owned(),
            ),
            ("ticket: at Södra", format!("SELECT ticket_id {}", at("sodra"))),
            ("ticket: at Norra", format!("SELECT ticket_id {}", at("norra"))),
        ] {
            things.push(Thing { name, id: stage.id(&sql).await });
        }
        let slot = stage.slot("2026-11-26").await;
        Self { stage, things, slot, tomas, guest }
    }

    /// The browser of somebody: a persona of the sample; tomas without e-ID, afterwards (`tomas-confirmed`) or signed in
    /// when the desk has confirmed who he is; or `nobody`.
    pub async fn browser(&self, who: &str) -> Browser {
        match who {
            "nobody" => self.stage.browser(),
            "tomas" => self.guest.clone(),
            "tomas-confirmed" => {
                self.confirm().await;
                self.guest.clone()
            }
            "tomas-signed-in" => {
                self.confirm().await;
                let (stage, subject) = (&self.stage, Subject::Person(self.tomas));
                let token = session::begin(&stage.db, &stage.world, stage.municipality, subject).await;
                let mut browser = stage.browser();
                browser.cookies.insert("porten".to_owned(), token.expect("a session"));
                browser
            }
            persona => self.stage.signed_in(persona).await,
        }
    }

    /// Rut has seen an ID paper of tomas.
    async fn confirm(&self) {
        let mut root = self.stage.root().await;
        let number: String = sqlx::query_scalar(
            "SELECT number FROM application JOIN casework_case USING (municipality_id, case_id) WHERE door = 'guest'",
        )
        .fetch_one(&mut root)
        .await
        .expect("a number");
        let mut rut = self.stage.signed_in("rut").await;
        let path = "/personal/reception/identitet";
        let page = rut.post(path, &[("case_number", &number)]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let key = page.hidden("idempotency_key");
        let fields = [
            ("step", "confirm"),
            ("idempotency_key", key.as_str()),
            ("case_number", number.as_str()),
            // Of the published test series.
            ("personal_number", "19121212-1212"),
        ];
        let done = rut.post(path, &fields).await;
        assert_eq!(done.status, 303, "{}", done.text);
    }
}
