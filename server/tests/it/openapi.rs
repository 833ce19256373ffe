//! The description of REST: the one checked in is the true one, and everything in it is there.

use crate::support::Stage;
use axum::{body::Body, http::Method};
use serde_json::Value;

fn document() -> Value {
    serde_json::from_str(&server::http::api::document()).expect("JSON")
}

/// (method, path, operation).
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (name, operation) in operations.as_object().expect("operations") {
            found.push((name.to_uppercase().parse().expect("a method"), path.clone(), operation.clone()));
        }
    }
    found
}

#[test]
fn the_snapshot_is_the_document() {
    let path = format!("{}/../docs/openapi.json", env!("CARGO_MANIFEST_DIR"));
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == server::http::api::document(),
        "docs/openapi.json is not what the handlers say. Look at the difference and write it anew:\n\
         cargo run -p server -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_error_is_described_as_a_problem() {
    let document = document();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut names = std::collections::BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        assert!(path.starts_with("/api/v1/"), "{path}");
        assert!(names.insert(operation["operationId"].to_string()), "{method} {path}: an operation's name is its own");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}: no success");
        assert!(responses.contains_key("default"), "{method} {path}: other errors are problems too");
        for (status, response) in responses {
            let described = response["description"].as_str().is_some_and(|words| !words.is_empty());
            assert!(described, "{method} {path} {status}: OpenAPI asks for words");
            if status.starts_with('2') {
                // Bytes are bytes, events are events; everything else is JSON.
                let kind = if path.ends_with("/content") {
                    "application/octet-stream"
                } else if path.ends_with("events") {
                    "text/event-stream"
                } else {
                    "application/json"
                };
                let described = response["content"][kind]["schema"].is_object();
                assert_eq!(described, status != "204", "{method} {path} {status}");
                continue;
            }
            let content =
                response["content"].as_object().unwrap_or_else(|| panic!("{method} {path} {status}: no body"));
            let kinds: Vec<_> = content.keys().map(String::as_str).collect();
            assert_eq!(kinds, ["application/problem+json"], "{method} {path} {status}");
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
        }
        let key = operation["parameters"].as_array().is_some_and(|parameters| {
            parameters
                .iter()
                .any(|one| one["name"] == "Idempotency-Key" && one["in"] == "header" && one["required"] == true)
        });
        // These change nothing: a question in a body.
        let asks = ["/estimates", "/compare", "/needed", "/find", "/search"].iter().any(|end| path.ends_with(end));
        assert_eq!(key, method == Method::POST && !asks, "{method} {path}: Idempotency-Key");
    }
}

#[test]
fn every_reference_in_it_leads_somewhere() {
    fn walk(value: &Value, root: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    let pointer = reference.strip_prefix('#').expect("an own reference");
                    assert!(root.pointer(pointer).is_some(), "{reference} leads nowhere");
                }
                object.values().for_each(|inner| walk(inner, root));
            }
            Value::Array(array) => array.iter().for_each(|inner| walk(inner, root)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
    let fields = document["components"]["schemas"]["Problem"]["properties"].as_object().expect("properties");
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["code", "errors", "reference", "status", "title", "type"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_described_is_there_and_the_served_document_is_the_same() {
    let stage = Stage::new().await;
    let served = stage.browser().get("/api/v1/openapi.json").await;
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    assert_eq!(served.json(), document());
    let slot = stage.slot("2026-11-24").await;
    for (method, path, _) in operations(&document()) {
        let mut rut = stage.signed_in("rut").await;
        let mut there = path.replace("{year}", "2026").replace("{office}", "sodra").replace("{visit_id}", &slot);
        // Other names stand for something that is not there.
        while let (Some(from), Some(to)) = (there.find('{'), there.find('}')) {
            there.replace_range(from..=to, &stage.world.id().to_string());
        }
        let answer = rut.send(method.clone(), &there, &[("content-type", "application/json")], Body::from("{}")).await;
        assert_ne!(answer.status, 405, "{method} {path}");
        // What is not there, or not for her, answers 404 itself: a method nobody has tells that the route exists.
        if answer.status == 404 {
            let other = rut.send("PROPFIND".parse().expect("a method"), &there, &[], Body::empty()).await;
            let allowed: Vec<&str> = other.header("allow").split(',').collect();
            assert_eq!(other.status, 405, "{path}");
            assert!(allowed.contains(&method.as_str()), "{method} {path}: {allowed:?}");
        }
        assert!(answer.status < 500, "{method} {path}: {}", answer.text);
    }
}
