//! Types that only some databases have, through models: enums of the server's own, arrays, JSON with types.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

#[path = "servers/mod.rs"]
mod servers;

use aludel::{DbEnum, ErrorKind, engine::Engine, expr::Condition, prelude::*, types::Json};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use servers::Database;

const DIALECTS: &[&str] = &[
    "sqlite",
    #[cfg(feature = "postgresql")]
    "postgresql",
];

async fn connect(url: &str) -> aludel::Result<Engine> {
    create_engine(url)?.connect().await
}

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
#[db_enum(storage = "native", name = "Mood of \"it\"")]
enum Mood {
    #[default]
    Calm,
    #[db_enum(label = "it's fine")]
    Fine,
}

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
#[db_enum(storage = "integer")]
enum Level {
    #[default]
    Low = -1,
    High = 10,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("diaries", comment = "It's \"quoted\"")]
struct Diary {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "it's fine", comment = "How it went")]
    mood: Option<Mood>,
    mood_before: Mood,
    level: Level,
    about: Json<Vec<(String, u8)>>,
    at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("lists")]
struct Lists {
    #[column(primary_key)]
    id: i64,
    names: Vec<String>,
    moods: Vec<Mood>,
    levels: Option<Vec<Level>>,
    prices: Vec<Decimal>,
}

async fn ids(engine: &Engine, condition: impl Condition) -> aludel::Result<Vec<i64>> {
    query(Diary.id).filter(condition).order_by(Diary.id).on(engine).all().await
}

#[tokio::test]
async fn enums_are_types_where_there_are_such() -> aludel::Result<()> {
    for dialect in DIALECTS {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = connect(database.url()).await?;
        let metadata = metadata![Diary];
        metadata.create_all(&engine).await?;
        metadata.create_all(&engine).await?;
        let mut session = engine.session();
        let first =
            session.add(Diary { about: Json(vec![("a".into(), 1)]), at: Some(Utc::now()), ..Default::default() });
        session.add(Diary {
            mood: Some(Mood::Calm),
            mood_before: Mood::Fine,
            level: Level::High,
            ..Default::default()
        });
        session.commit().await?;
        session.refresh(first).await?;
        assert_eq!(session[first].mood, Some(Mood::Fine), "by the server");
        let moods = query(Diary.mood).order_by(Diary.id);
        assert_eq!(moods.on(&engine).all().await?, [Some(Mood::Fine), Some(Mood::Calm)]);
        assert_eq!(ids(&engine, Diary.mood.eq(Mood::Fine)).await?, [1]);
        assert_eq!(ids(&engine, Diary.mood.in_([Mood::Fine, Mood::Calm])).await?, [1, 2]);
        assert_eq!(ids(&engine, Diary.mood.not_in([Mood::Fine])).await?, [2]);
        assert_eq!(ids(&engine, Diary.mood.eq(Diary.mood_before)).await?, Vec::<i64>::new());
        assert_eq!(ids(&engine, Diary.level.in_([Level::High])).await?, [2]);
        let about = Json(vec![("a".to_owned(), 1_u8)]);
        assert_eq!(ids(&engine, Diary.about.eq(about)).await?, [1]);
        let mood = func::coalesce(Diary.mood, Mood::Calm).label("mood");
        let tally = query((mood.clone(), func::count_all())).group_by(mood.clone()).order_by(func::min(Diary.id));
        assert_eq!(tally.on(&engine).all().await?, [(Mood::Fine, 1), (Mood::Calm, 1)]);
        let better = case(Diary.level.eq(Level::High), Mood::Fine).otherwise(Mood::Calm);
        query(Diary).all_rows().on(&engine).update(Diary.mood.set(better)).await?;
        assert_eq!(ids(&engine, Diary.mood.eq(Mood::Fine)).await?, [2]);
        metadata.drop_all(&engine).await?;
        metadata.create_all(&engine).await?;
    }
    Ok(())
}

#[tokio::test]
async fn arrays() -> aludel::Result<()> {
    for dialect in DIALECTS {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = connect(database.url()).await?;
        if !engine.dialect().capabilities().arrays {
            let error = metadata![Lists].create_all(&engine).await.unwrap_err();
            assert_eq!((error.kind(), error.column()), (ErrorKind::NotSupported, Some("names")), "{error}");
            continue;
        }
        metadata![Lists].create_all(&engine).await?;
        let mut session = engine.session();
        let full = Lists {
            id: 1,
            names: ["", "a,b", "{\"}", "NULL"].map(str::to_owned).to_vec(),
            moods: vec![Mood::Fine, Mood::Calm],
            levels: Some(vec![Level::High]),
            prices: vec![Decimal::new(150, 2)],
        };
        let handle = session.add(full.clone());
        session.add(Lists { id: 2, ..Default::default() });
        session.commit().await?;
        session[handle].names.push("more".into());
        session.commit().await?;
        let rows = query(Lists).order_by(Lists.id).on(&engine).all().await?;
        let names = [full.names.as_slice(), &["more".to_owned()]].concat();
        assert_eq!(rows, [Lists { names, ..full }, Lists { id: 2, ..Default::default() }]);
        let ids = |condition| query(Lists.id).filter(condition).on(&engine).all();
        assert_eq!(ids(Lists.moods.eq(vec![Mood::Fine, Mood::Calm])).await?, [1]);
        assert_eq!(ids(Lists.names.eq(Vec::<String>::new())).await?, [2]);
        let error = engine.run_script("UPDATE lists SET names = ARRAY[NULL]").await;
        assert!(error.is_ok());
        let error = query(Lists.names).on(&engine).all().await.unwrap_err();
        assert!(error.kind() == ErrorKind::Decode && error.message().contains("NULL in an array"), "{error}");
    }
    Ok(())
}

/// Comments are kept where the database keeps them.
#[cfg(feature = "postgresql")]
#[tokio::test]
async fn comments() -> aludel::Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let engine = connect(database.url()).await?;
    metadata![Diary].create_all(&engine).await?;
    let comments = text("SELECT obj_description('diaries'::regclass), col_description('diaries'::regclass, 2)");
    let comments = comments.rows::<(String, Option<String>)>().on(&engine).one().await?;
    assert_eq!(comments, ("It's \"quoted\"".into(), Some("How it went".into())));
    Ok(())
}
