//! What differs between a model's table and the one that is there.

use crate::{DIALECTS, empty};
use aludel::{
    inspect::{Change, Difference, differences, expected},
    prelude::*,
    schema::{GeneratedKey, IndexKey, NamingConvention, ReferentialAction, ReflectedKey, ReflectedTable},
};

#[derive(Model, Debug, Clone)]
#[table("shelves")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone)]
#[table("books", comment = "what can be read", check("pages < 5000"), index(name = "ix_both", columns(title, pages)))]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(length = 50, unique, comment = "on the cover")]
    title: String,
    #[column(server_default = -1)]
    pages: i32,
    #[column(server_default = sql("CURRENT_TIMESTAMP"))]
    since: Option<chrono::NaiveDateTime>,
    #[column(foreign_key = Shelf.id, on_delete = "cascade")]
    shelf_id: Option<i64>,
}

/// The differences as words: which part, how, and its name.
fn words(found: &ReflectedTable, engine: &Engine) -> Vec<String> {
    fn change<T>(part: &str, change: &Change<T>, name: impl Fn(&T) -> Option<String>) -> String {
        let (how, thing) = match change {
            Change::Missing(thing) => ("missing", thing),
            Change::Surplus(thing) => ("surplus", thing),
            Change::Other { wanted, .. } => ("other", wanted),
        };
        format!("{how} {part} {}", name(thing).unwrap_or_default())
    }
    let wanted = expected(Book::table(), &NamingConvention::default(), engine.dialect()).unwrap();
    let words = |difference: &Difference| match difference {
        Difference::Comment(it) => change("comment", it, |text| Some(text.clone())),
        Difference::Column(it) => change("column", it, |column| Some(column.name.clone())),
        Difference::PrimaryKey(it) => change("primary key", it, |key| key.name.clone()),
        Difference::Unique(it) => change("unique", it, |key| key.name.clone()),
        Difference::ForeignKey(it) => change("foreign key", it, |key| key.name.clone()),
        Difference::Check(it) => change("check", it, |check| check.name.clone()),
        Difference::Index(it) => change("index", it, |index| Some(index.name.clone())),
        other => panic!("{other:?}"),
    };
    differences(&wanted, found, engine.dialect()).unwrap().iter().map(words).collect()
}

#[tokio::test]
async fn each_change_is_one_difference() -> aludel::Result<()> {
    for &dialect in DIALECTS {
        let Some((_database, engine)) = empty(dialect).await else { continue };
        metadata![Shelf, Book].create_all(&engine).await?;
        let found = engine.inspect().table("books").await?;
        assert_eq!(words(&found, &engine), [""; 0], "{found:?}");
        let changed = |change: fn(&mut ReflectedTable)| {
            let mut found = found.clone();
            change(&mut found);
            words(&found, &engine).join(", ")
        };
        let longer = |table: &mut ReflectedTable| table.columns[1].data_type.name = "varchar(51)".into();
        assert_eq!(changed(longer), "other column title");
        assert_eq!(changed(|table| table.columns[1].nullable = true), "other column title");
        assert_eq!(changed(|table| table.columns[2].default = Some("1".into())), "other column pages");
        assert_eq!(changed(|table| table.columns[2].default = None), "other column pages");
        assert_eq!(changed(|table| table.columns[0].generated_key = None), "other column id");
        let counted = |table: &mut ReflectedTable| table.columns[2].generated_key = Some(GeneratedKey::AutoIncrement);
        assert_eq!(changed(counted), "other column pages");
        assert_eq!(
            changed(|table| table.columns[3].name = "SINCE".into()),
            "missing column since, surplus column SINCE"
        );
        assert_eq!(changed(|table| table.uniques[0].columns = vec!["pages".into()]), "other unique uq_books_title");
        assert_eq!(changed(|table| table.uniques[0].name = Some("u".into())), "other unique uq_books_title");
        assert_eq!(changed(|table| table.uniques[0].name = None), "");
        let two = |table: &mut ReflectedTable| {
            table.uniques.push(ReflectedKey { name: None, columns: vec!["pages".into()] });
        };
        assert_eq!(changed(two), "surplus unique ");
        let key = "other foreign key fk_books_shelf_id_shelves";
        assert_eq!(changed(|table| table.foreign_keys[0].on_delete = ReferentialAction::NoAction), key);
        assert_eq!(changed(|table| table.foreign_keys[0].deferred = true), key);
        assert_eq!(changed(|table| table.foreign_keys.clear()), "missing foreign key fk_books_shelf_id_shelves");
        let check = table_check(&found);
        assert_eq!(check, "ck_books_1");
        let renamed = |table: &mut ReflectedTable| table.checks[0].name = Some("c".into());
        let text = |table: &mut ReflectedTable| table.checks[0].sql = "pages < 6000".into();
        if dialect == "sqlite" {
            assert_eq!(
                (changed(renamed), changed(text)),
                ("other check ck_books_1".into(), "other check ck_books_1".into())
            );
        } else {
            // The server does not keep the text.
            assert_eq!(
                (changed(renamed), changed(text)),
                ("missing check ck_books_1, surplus check c".into(), "".into())
            );
            assert_eq!(changed(|table| table.comment = None), "missing comment what can be read");
            assert_eq!(changed(|table| table.columns[1].comment = Some("x".into())), "other column title");
        }
        assert_eq!(changed(|table| table.indexes[0].unique = true), "other index ix_both");
        assert_eq!(changed(|table| table.indexes[0].parts.reverse()), "other index ix_both");
        let lower =
            |table: &mut ReflectedTable| table.indexes[0].parts[0].key = IndexKey::Expression("lower(title)".into());
        assert_eq!(changed(lower), "other index ix_both");
        assert_eq!(changed(|table| table.primary_key = None).split(' ').next(), Some("missing"));
    }
    Ok(())
}

fn table_check(table: &ReflectedTable) -> &str {
    table.checks[0].name.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn a_change_of_the_table_is_seen() -> aludel::Result<()> {
    for &dialect in DIALECTS {
        let Some((_database, engine)) = empty(dialect).await else { continue };
        metadata![Shelf, Book].create_all(&engine).await?;
        let on = if ["mariadb", "mysql"].contains(&dialect) { " ON books" } else { "" };
        let script = format!(
            "DROP INDEX ix_both{on}; CREATE INDEX ix_both ON books (pages);
             ALTER TABLE books ADD COLUMN isbn TEXT; ALTER TABLE books RENAME COLUMN since TO printed"
        );
        // What is described goes between tasks, as everything here does.
        let task = tokio::spawn(async move {
            engine.run_script(&script).await?;
            let mut transaction = engine.begin().await?;
            let found = transaction.inspect().tables().await?.remove(0);
            transaction.rollback().await?;
            aludel::Result::Ok((found, engine))
        });
        let (found, engine) = task.await.unwrap()?;
        let surplus = ["missing column since", "surplus column printed", "surplus column isbn", "other index ix_both"];
        assert_eq!(words(&found, &engine), surplus);
    }
    Ok(())
}
