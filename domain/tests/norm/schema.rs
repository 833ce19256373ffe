//! The API document says what really travels.

use domain::norm::{
    ChangeKind, CompareRequest, Comparison, CostKind, Estimate, EstimateRequest, IncomeKind, NormCode, NormView,
    NoticeCode, Partner, Situation, Status, Why,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::{PartialSchema, ToSchema};

/// The schema of a type and of all it refers to.
fn schemas<T: ToSchema>() -> BTreeMap<String, Value> {
    let mut all = Vec::new();
    T::schemas(&mut all);
    all.push((T::name().into_owned(), T::schema()));
    all.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect()
}

#[test]
fn codes_are_the_codes_that_travel() {
    fn listed<T: PartialSchema>() -> Value {
        serde_json::to_value(T::schema()).unwrap()["enum"].take()
    }
    assert_eq!(listed::<IncomeKind>(), json!(IncomeKind::ALL));
    assert_eq!(listed::<CostKind>(), json!(CostKind::ALL));
    assert_eq!(listed::<Situation>(), json!(Situation::ALL));
    assert_eq!(listed::<Partner>(), json!(Partner::ALL));
    assert_eq!(listed::<Status>(), json!(Status::ALL));
    assert_eq!(listed::<NormCode>(), json!(NormCode::ALL));
    assert_eq!(listed::<NoticeCode>(), json!(NoticeCode::ALL));
    assert_eq!(listed::<Why>(), json!(Why::ALL));
    assert_eq!(listed::<ChangeKind>(), json!(ChangeKind::ALL));
}

#[test]
fn every_reference_leads_somewhere() {
    for all in [
        schemas::<EstimateRequest>(),
        schemas::<Estimate>(),
        schemas::<NormView>(),
        schemas::<CompareRequest>(),
        schemas::<Comparison>(),
    ] {
        let text = json!(all).to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(all.contains_key(name), "{name}");
        }
        assert!(!text.contains("\"default\":null"), "{text}");
    }
}

#[test]
fn the_request_is_described_as_what_should_be_sent_not_as_what_may_arrive() {
    let all = schemas::<EstimateRequest>();
    let request = &all["EstimateRequest"];
    assert_eq!(request["required"], json!(["month", "household"]));
    assert_eq!(request["properties"]["month"]["type"], "string");
    let amount = &all["CostRequest"]["properties"]["amount"];
    assert_eq!(
        [&amount["type"], &amount["minimum"], &amount["maximum"]],
        [&json!("integer"), &json!(0), &json!(1_000_000)]
    );
    assert_eq!(all["IncomeRequest"]["required"], json!(["kind", "amount"]));
    // What is unknown is refused, so it has no place in the document.
    assert!(request["properties"].get("unknown").is_none());
}
