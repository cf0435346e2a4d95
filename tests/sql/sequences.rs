//! Sequences: created, asked, dropped.

use crate::sheet::{DIALECTS, Sheet, kept, parsed};
use aludel::{
    ErrorKind,
    prelude::*,
    schema::{MetaData, Sequence},
};

const NONE: &[&str] = &["sqlite", "mysql"];

fn tickets() -> Sequence {
    Sequence::new("tickets_seq").start(1_000).increment(5)
}

#[tokio::test]
async fn numbers_of_a_sequence() {
    let metadata = MetaData::new().with_sequence(tickets()).with_sequence(tickets());
    let mut sheet = Sheet::new().await;
    for engine in sheet.engines() {
        let has_sequences = engine.dialect().capabilities().sequences.is_some();
        for _ in 0..2 {
            match metadata.create_all(engine).await {
                Ok(()) => assert!(has_sequences),
                Err(error) => assert!(!has_sequences && error.kind() == ErrorKind::NotSupported, "{error}"),
            }
        }
    }
    sheet.lacking(NONE).rows(query(tickets().next_value()), [1_000]).await;
    sheet.lacking(NONE).rows(query(tickets().next_value() + 1), [1_006]).await;
    for engine in sheet.engines().filter(|engine| engine.dialect().capabilities().sequences.is_some()) {
        for _ in 0..2 {
            metadata.drop_all(engine).await.expect("it goes, once");
        }
        metadata.create_all(engine).await.expect("it begins anew");
    }
    sheet.lacking(NONE).rows(query(tickets().next_value()), [1_000]).await;
    sheet.finish("numbers_of_a_sequence");
}

#[test]
fn scripts_of_sequences() {
    let odd = Sequence::new("Order").schema("sales");
    for &dialect in DIALECTS {
        let metadata = MetaData::new().with_sequence(tickets()).with_sequence(odd.clone());
        let text = match (metadata.create_all_sql(dialect), metadata.drop_all_sql(dialect)) {
            (Ok(create), Ok(drop)) => create + &drop,
            (create, drop) => {
                assert!(create.is_err() && drop.is_err());
                create.expect_err("no sequences").to_string()
            }
        };
        if dialect.capabilities().sequences.is_some() {
            parsed(&text, dialect);
        }
        kept("scripts_of_sequences", dialect, &text);
    }
}
