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

/// More digits than a `Decimal` has.
#[cfg(feature = "bigdecimal")]
mod big {
    use super::{Database, connect};
    use aludel::{ErrorKind, prelude::*};
    use bigdecimal::{BigDecimal, num_bigint::BigInt};
    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    #[derive(Model, Debug, Clone, Default, PartialEq)]
    #[table("ledgers")]
    struct Ledger {
        #[column(primary_key)]
        id: i64,
        #[column(precision = 38, scale = 10, server_default = "0.5")]
        amount: BigDecimal,
        #[column(precision = 38)]
        units: Option<BigDecimal>,
    }

    fn big(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn decimals_of_38_digits() -> aludel::Result<()> {
        for dialect in ["postgresql", "mariadb", "mysql"] {
            let Some(database) = Database::of(dialect).await else { continue };
            let engine = connect(database.url()).await?;
            metadata![Ledger].create_all(&engine).await?;
            let mut runner = TestRunner::deterministic();
            let digits = (-(10_i128.pow(38) - 1)..10_i128.pow(38), 0_i64..=10);
            let mut amounts = vec![big("9999999999999999999999999999.9999999999"), big("-0.0000000001"), big("0")];
            for _ in 0..100 {
                let (mantissa, scale) = digits.new_tree(&mut runner).unwrap().current();
                amounts.push(BigDecimal::new(BigInt::from(mantissa / 10_i128.pow(10 - scale as u32)), scale));
            }
            let ledger = |(index, amount): (usize, &BigDecimal)| Ledger {
                id: index as i64 + 1,
                amount: amount.clone(),
                units: (index % 3 == 0).then(|| amount.with_scale(0)),
            };
            let (first, rest) = amounts.split_at(50);
            insert(Ledger).values(first.iter().enumerate().map(ledger)).on(&engine).execute().await?;
            let rest = rest.iter().enumerate().map(|(index, amount)| ledger((index + 50, amount))).collect::<Vec<_>>();
            bulk_load(rest).on(&engine).execute().await?;
            let back = query(Ledger).order_by(Ledger.id).on(&engine).all().await?;
            for (ledger, (index, amount)) in back.iter().zip(amounts.iter().enumerate()) {
                assert_eq!(&ledger.amount, amount, "{dialect}");
                assert_eq!(ledger.units, (index % 3 == 0).then(|| amount.with_scale(0)), "{dialect}");
            }
            assert_eq!(back.len(), amounts.len());
            for amount in &amounts {
                assert!(query(Ledger).filter_by(Ledger.amount, amount.clone()).on(&engine).exists().await?, "{amount}");
            }
            let sum = query(func::sum(Ledger.amount)).filter(Ledger.id.le(3)).on(&engine).one().await?;
            assert_eq!(sum, Some(big("9999999999999999999999999999.9999999998")), "{dialect}");
            let twice =
                query(Ledger.amount * Ledger.id + Ledger.amount).filter(Ledger.id.eq(2)).on(&engine).one().await?;
            assert_eq!(twice, big("-0.0000000003"));
            for lost in ["0.00000000001", "10000000000000000000000000000"] {
                let ledger = Ledger { amount: big(lost), ..Ledger::default() };
                let inserted = insert(Ledger).values([ledger.clone()]).on(&engine).execute().await.unwrap_err();
                assert_eq!((inserted.kind(), inserted.column()), (ErrorKind::Encode, Some("amount")), "{inserted}");
                assert_eq!(bulk_load([ledger]).on(&engine).execute().await.unwrap_err().kind(), ErrorKind::Encode);
            }
        }
        let error = metadata![Ledger].create_all(&connect("sqlite://").await?).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSupported);
        Ok(())
    }
}
