//! What is in JSON columns.

use crate::sheet::Sheet;
use aludel::prelude::*;
use serde_json::json;

#[derive(Model, Debug, Clone, PartialEq)]
#[table("profiles")]
struct Profile {
    #[column(primary_key)]
    id: i64,
    data: serde_json::Value,
    more: Option<Json<Vec<String>>>,
}

async fn sheet() -> Sheet {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        metadata![Profile].create_all(engine).await.expect("a table");
        let full = json!({
            "name": "Ada", "age": 36, "score": 9.5, "here": true, "gone": false, "nothing": null, "a key": {"x\"y": 1, "é": "ü"},
            "address": {"city": "Ur", "lines": ["1st", {"no": 2}]}, "tags": ["a", "b"], "text": "true", "digits": "12"
        });
        let profiles = [
            Profile { id: 1, data: full, more: Some(Json(vec!["x".into(), "y".into()])) },
            Profile { id: 2, data: json!({"age": -1.75, "address": "none"}), more: None },
            Profile { id: 3, data: json!([{"name": "in a list"}]), more: Some(Json(vec![])) },
        ];
        insert(Profile).values(profiles).on(engine).execute().await.expect("profiles");
    }
    sheet
}

#[tokio::test]
async fn parts_of_json() {
    let mut sheet = sheet().await;
    let some = |text: &str| Some(text.to_owned());
    let texts =
        |path: &'static [&'static str]| query(Profile.data.json(path.iter().copied()).as_text()).order_by(Profile.id);
    sheet.rows(texts(&["name"]), [some("Ada"), None, None]).await;
    sheet.rows(texts(&["address", "city"]), [some("Ur"), None, None]).await;
    sheet.rows(texts(&["a key", "é"]), [some("ü"), None, None]).await;
    sheet.rows(texts(&["age"]), [some("36"), some("-1.75"), None]).await;
    sheet.rows(texts(&["here"]), [some("true"), None, None]).await;
    sheet.rows(texts(&["gone"]), [some("false"), None, None]).await;
    sheet.rows(texts(&["text"]), [some("true"), None, None]).await;
    sheet.rows(texts(&["nothing"]), [None, None, None]).await;
    let line = Profile.data.json(["address", "lines"]).json([1_u32]).json(["no"]);
    sheet.rows(query(line.as_i64()).order_by(Profile.id), [Some(2), None, None]).await;
    let numbers =
        query((Profile.data.json(["age"]).as_i64(), Profile.data.json(["age"]).as_f64())).order_by(Profile.id);
    sheet.rows(numbers, [(Some(36), Some(36.0)), (Some(-1), Some(-1.75)), (None, None)]).await;
    sheet.rows(query(Profile.data.json(["digits"]).as_i64()).filter(Profile.id.eq(1)), [None]).await;
    let flags = |key| query(Profile.data.json([key]).as_bool()).filter(Profile.id.eq(1));
    sheet.rows(flags("here"), [Some(true)]).await;
    sheet.rows(flags("gone"), [Some(false)]).await;
    sheet.rows(flags("text"), [None]).await;
    let objects = query(Profile.data.json(["address"]).as_json()).order_by(Profile.id);
    let address = json!({"city": "Ur", "lines": ["1st", {"no": 2}]});
    sheet.rows(objects, [Some(address), Some(json!("none")), None]).await;
    let lengths =
        query((Profile.data.json(["tags"]).length(), Profile.more.json([0_u32]).as_text())).order_by(Profile.id);
    sheet.rows(lengths, [(Some(2), some("x")), (None, None), (None, None)]).await;
    let there = |key: &'static str| query(Profile.id).filter(Profile.data.json([key]).exists()).order_by(Profile.id);
    sheet.rows(there("nothing"), [1]).await;
    sheet.rows(there("address"), [1, 2]).await;
    sheet.rows(query(Profile.id).filter(!Profile.data.json(["age"]).exists()), [3]).await;
    let grown =
        query(Profile.id).filter(Profile.data.json(["age"]).as_i64().ge(18) & Profile.data.json(["here"]).as_bool());
    sheet.rows(grown, [1]).await;
    let named = query(Profile.id).filter(Profile.data.json(["name"]).as_text().concat("!").eq("Ada!"));
    sheet.rows(named, [1]).await;
    sheet.finish("parts_of_json");
}

#[tokio::test]
async fn containment() {
    let mut sheet = sheet().await;
    let with = |value| query(Profile.id).filter(Profile.data.json_contains(value)).order_by(Profile.id);
    for (value, ids) in [
        (json!({"tags": ["b"]}), &[1][..]),
        (json!({"address": {"city": "Ur"}}), &[1]),
        (json!({"age": -1.75}), &[2]),
        (json!({"age": "36"}), &[]),
    ] {
        sheet.lacking(&["sqlite"]).rows(with(value), ids).await;
    }
    sheet.finish("containment");
}
