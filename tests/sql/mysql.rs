//! What MySQL and MariaDB have that others lack, and what they lack.

use crate::{fixture, fixture::User, servers::Database};
use aludel::{DbEnum, ErrorKind, compile::Dialect, dialects::mysql::MysqlDialect, prelude::*, schema::MetaData};
use rust_decimal::Decimal;

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
#[db_enum(storage = "native")]
enum Size {
    #[default]
    Large,
    #[db_enum(label = "it's\\small")]
    Small,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("shirts", comment = "what's \\ worn")]
struct Shirt {
    #[column(primary_key)]
    id: i64,
    #[column(comment = "how wide")]
    size: Size,
    #[column(server_default = "a\\b")]
    note: Option<String>,
}

#[tokio::test]
async fn enums_comments_and_defaults_are_the_columns_own() {
    for dialect in ["mariadb", "mysql"] {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = crate::connect(database.url()).await.expect("an engine");
        metadata![Shirt].create_all(&engine).await.expect("a table");
        let mut session = engine.session();
        let sizes = [Size::Small, Size::Large, Size::Small];
        let shirts = session.add_all(sizes.map(|size| Shirt { size, ..Shirt::default() }));
        session.commit().await.expect("rows");
        assert!(shirts.into_iter().all(|shirt| session[shirt].note.as_deref() == Some("a\\b")));
        let small = query(Shirt.id).filter(Shirt.size.eq(Size::Small)).order_by(Shirt.id).on(&engine).all().await;
        assert_eq!(small.expect("rows"), [1, 3]);
        let comments = "SELECT table_comment FROM information_schema.tables WHERE table_schema = database() UNION ALL \
            SELECT column_comment FROM information_schema.columns WHERE table_schema = database() AND column_name = 'size'";
        let comments = text(comments).rows::<String>().on(&engine).all().await.expect("comments");
        assert_eq!(comments, ["what's \\ worn", "how wide"]);
        let kind = engine.run_script("INSERT INTO shirts (size) VALUES ('huge')").await.expect_err("no size").kind();
        assert_eq!(kind, ErrorKind::Encode);
    }
}

/// No LIMIT may stand in IN itself.
#[tokio::test]
async fn a_list_can_be_the_first_rows_of_a_query() {
    for dialect in ["mariadb", "mysql"] {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = fixture::engine(database.url()).await;
        let boss = User.alias("boss");
        let eldest = query(boss.id).order_by(boss.age.desc()).limit(2);
        let found = query(User.id).filter(User.id.in_(eldest)).order_by(User.id).on(&engine).all().await;
        assert_eq!(found.expect("rows"), [1, 4]);
    }
}

#[test]
fn what_cannot_be_kept_is_refused() {
    #[derive(Model, Debug, Clone, Default)]
    #[table("t")]
    struct Unscaled {
        #[column(primary_key)]
        id: i64,
        amount: Decimal,
    }
    #[derive(Model, Debug, Clone, Default)]
    #[table("t")]
    struct Unlimited {
        #[column(primary_key)]
        id: i64,
        #[column(unique)]
        name: String,
    }
    #[derive(Model, Debug, Clone, Default)]
    #[table("t")]
    struct Long {
        #[column(primary_key, length = 1000)]
        name: String,
    }
    #[derive(Model, Debug, Clone, Default)]
    #[table("t")]
    struct Arrays {
        #[column(primary_key)]
        id: i64,
        names: Vec<String>,
    }
    const DIALECTS: [MysqlDialect; 2] = [MysqlDialect::mysql(), MysqlDialect::mariadb()];
    for dialect in &DIALECTS {
        let message = |metadata: MetaData| metadata.create_all_sql(dialect).expect_err("an error").to_string();
        let name = dialect.name();
        assert_eq!(
            message(metadata![Unscaled]),
            format!(
                "not supported: {name} has no decimals of any number of digits; say how many: precision = 18, scale = 6 \
                 (column t.amount)"
            )
        );
        assert_eq!(
            message(metadata![Unlimited]),
            format!(
                "not supported: {name} has no keys of unlimited length; give the column one of at most 768: length = 190 \
                 (column t.name)"
            )
        );
        assert_eq!(
            message(metadata![Long]),
            format!("not supported: {name} has no keys of 1000 characters; at most 768 fit (column t.name)")
        );
        assert!(message(metadata![Arrays]).contains("has no type for Array"));
    }
}

/// Not of 1,024 bytes, nor of a mebibyte.
#[tokio::test]
async fn joined_texts_are_of_any_length() {
    for dialect in ["mariadb", "mysql"] {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = fixture::engine(database.url()).await;
        let long = func::string_agg(func!("repeat", User.name, 500_000_i64 => String), "");
        let length = query(func::length(query(long).scalar_subquery())).on(&engine).one().await;
        assert_eq!(length.expect("a length"), Some(7_500_000));
    }
}
