//! What a unit of work must get right, on tables that were made to get it wrong: keys that are foreign keys, names that are words of
//! SQL, rows that take the place of others, rows that the server leaves out.

use crate::{
    DIALECT,
    database::{Log, connect, skipped, url},
};
use aludel::{ErrorKind, prelude::*, schema::MetaData, session::State, types::Json};
use uuid::Uuid;

async fn engine(tables: MetaData) -> aludel::Result<Engine> {
    let engine = connect(&url("").await).await?;
    tables.create_all(&engine).await?;
    Ok(engine)
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("citizens")]
#[has_one(passport: Passport.citizen_id)]
pub struct Citizen {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 20)]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("passports")]
#[has_many(visas: Visa.passport_id)]
pub struct Passport {
    #[column(primary_key, autoincrement = false, foreign_key = Citizen.id, relation = citizen)]
    pub citizen_id: i64,
    #[column(length = 20)]
    pub number: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("visas")]
pub struct Visa {
    #[column(primary_key, foreign_key = Passport.citizen_id, relation = passport)]
    pub passport_id: i64,
    #[column(primary_key, length = 20)]
    pub country: String,
}

#[tokio::test]
async fn a_key_that_is_a_foreign_key_comes_from_the_parent() -> aludel::Result<()> {
    let engine = engine(metadata![Citizen, Passport, Visa]).await?;
    let mut session = engine.session();
    let visa = session.add(Visa { country: "Peru".into(), ..Default::default() });
    let passport = session.add(Passport { number: "X1".into(), ..Default::default() });
    let ada = session.add(Citizen { name: "Ada".into(), ..Default::default() });
    session.relate(visa, Visa.passport, passport)?;
    session.relate(passport, Passport.citizen, ada)?;
    session.commit().await?;
    let id = session[ada].id;
    assert_eq!((session[passport].citizen_id, session[visa].passport_id), (id, id));
    assert_eq!(session.get(Visa, (id, "Peru")).await?, Some(session[visa].clone()));
    let rows = query(Citizen).with(Citizen.passport).on(&engine).all().await?;
    assert_eq!(rows, [(session[ada].clone(), Some(session[passport].clone()))]);

    for handle in [session.delete(ada), session.delete(passport), session.delete(visa)] {
        handle?;
    }
    session.commit().await?;
    assert_eq!(query(Visa).on(&engine).count().await?, 0);
    Ok(())
}

/// Words of SQL, and the names that statements over many rows give to what they make.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("order")]
#[has_many(parts: Part.group)]
pub struct Order {
    #[column(primary_key, name = "select")]
    pub id: i64,
    #[column(length = 20, name = "where")]
    pub place: String,
    #[column(name = "from")]
    pub count: Option<i32>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("changed")]
pub struct Part {
    #[column(primary_key, name = "k_0")]
    pub id: i64,
    #[column(foreign_key = Order.id, relation = order)]
    pub group: i64,
    #[column(name = "a_0", length = 20)]
    pub name: String,
    #[column(version, name = "values")]
    pub version: i32,
}

#[tokio::test]
async fn words_of_sql_are_names() -> aludel::Result<()> {
    let engine = engine(metadata![Order, Part]).await?;
    let mut session = engine.session();
    let orders = session.add_all((0..3).map(|count| Order { place: "here".into(), count: Some(count), id: 0 }));
    let parts = session.add_all((0..5).map(|n| Part { name: format!("p{n}"), ..Default::default() }));
    for (n, &part) in parts.iter().enumerate() {
        session.relate(part, Part.order, orders[n % 3])?;
    }
    session.commit().await?;
    for &order in &orders {
        session[order].place = "there".into();
        session[order].count = None;
    }
    for &part in &parts {
        session[part].name += "!";
    }
    session.commit().await?;
    let rows = query(Part).with(Part.order).order_by(Part.id).on(&engine).all().await?;
    assert_eq!(rows.len(), 5);
    for (row, &part) in rows.iter().zip(&parts) {
        assert_eq!((&row.0, row.0.version), (&session[part], 2));
        assert_eq!((&*row.1.place, row.1.count), ("there", None));
    }
    let some = query(Order).filter(Order.parts.any(Part.name.eq("p0!"))).on(&engine).all().await?;
    assert_eq!(some, [session[orders[0]].clone()]);
    parts.into_iter().try_for_each(|part| session.delete(part))?;
    orders.into_iter().try_for_each(|order| session.delete(order))?;
    session.commit().await
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("Straßen")]
#[has_many(häuser: Haus.straße)]
pub struct Straße {
    #[column(primary_key)]
    pub nr: i64,
    #[column(name = "имя", length = 40)]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("家")]
pub struct Haus {
    #[column(primary_key)]
    pub nr: i64,
    #[column(foreign_key = Straße.nr, relation = liegt_an)]
    pub straße: i64,
    #[column(length = 40)]
    pub 名前: String,
}

#[tokio::test]
async fn names_and_values_are_of_any_script() -> aludel::Result<()> {
    let engine = engine(metadata![Straße, Haus]).await?;
    let mut session = engine.session();
    let street = session.add(Straße { name: "Große Allee 🌳".into(), nr: 0 });
    let houses = session.add_all(["Ж", "éé", "家家"].map(|name| Haus { 名前: name.into(), ..Default::default() }));
    for &house in &houses {
        session.relate(street, Straße.häuser, house)?;
    }
    session.commit().await?;
    for &house in &houses {
        session[house].名前 += "🏠";
    }
    session.commit().await?;
    let (row, houses) = query(Straße).with(Straße.häuser).on(&engine).one().await?;
    assert_eq!((&*row.name, houses.len()), ("Große Allee 🌳", 3));
    let found = query(Haus).filter_by(Haus.名前, "家家🏠").on(&engine).one().await?;
    assert_eq!(found.straße, row.nr);
    Ok(())
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("codes")]
pub struct Code {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 20, unique, server_default = "none")]
    pub code: Option<String>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("uses")]
pub struct Use {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 20, foreign_key = Code.code, relation = of)]
    pub code: Option<String>,
}

#[tokio::test]
async fn what_the_server_fills_in_is_referred_to() -> aludel::Result<()> {
    let engine = engine(metadata![Code, Use]).await?;
    let mut session = engine.session();
    let used = session.add(Use::default());
    let code = session.add(Code::default());
    session.relate(used, Use.of, code)?;
    session.commit().await?;
    assert_eq!((session[code].code.as_deref(), session[used].code.as_deref()), (Some("none"), Some("none")));
    let rows = query(Use).with(Use.of).on(&engine).all().await?;
    assert_eq!(rows, [(session[used].clone(), Some(session[code].clone()))]);
    Ok(())
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("papers")]
pub struct Paper {
    #[column(primary_key)]
    pub id: Uuid,
    pub scan: Vec<u8>,
    pub marks: Option<Json<Vec<i32>>>,
    pub signed: bool,
    pub weight: f64,
}

#[tokio::test]
async fn what_is_equal_is_no_change() -> aludel::Result<()> {
    let engine = engine(metadata![Paper]).await?;
    let paper = |n: u128| Paper {
        id: Uuid::from_u128(n),
        scan: vec![0, 255],
        marks: Some(Json(vec![1])),
        ..Default::default()
    };
    let mut session = engine.session();
    let papers = session.add_all([3, 1, 2].map(paper));
    session.commit().await?;
    let log = Log::start();
    for &paper in &papers {
        session[paper].scan = vec![0, 255];
        session[paper].marks = Some(Json(vec![1]));
        session[paper].signed = false;
        session[paper].weight = 0.0;
    }
    session.commit().await?;
    assert_eq!(log.take(), <[&str; 0]>::default());
    session[papers[0]].marks = None;
    session[papers[1]].signed = true;
    session[papers[1]].weight = f64::MAX;
    session.commit().await?;
    let rows = query(Paper).order_by(Paper.id).on(&engine).all().await?;
    assert_eq!(rows, [1, 2, 0].map(|n| session[papers[n]].clone()));
    Ok(())
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("shelves")]
#[has_many(books: Book.shelf, on_delete = "cascade")]
pub struct Shelf {
    #[column(primary_key, length = 10)]
    pub code: String,
    #[column(length = 20, unique)]
    pub room: Option<String>,
    #[column(length = 20, server_default = "wood")]
    pub made_of: Option<String>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("books")]
pub struct Book {
    #[column(primary_key, length = 10)]
    pub code: String,
    #[column(length = 10, foreign_key = Shelf.code, relation = on)]
    pub shelf: Option<String>,
    #[column(version)]
    pub version: i32,
}

fn shelf(code: &str, room: Option<&str>) -> Shelf {
    Shelf { code: code.into(), room: room.map(Into::into), made_of: None }
}

fn book(code: &str, shelf: Option<&str>) -> Book {
    Book { code: code.into(), shelf: shelf.map(Into::into), version: 0 }
}

#[tokio::test]
async fn a_new_row_takes_the_place_of_one_that_goes() -> aludel::Result<()> {
    let engine = engine(metadata![Shelf, Book]).await?;
    let mut session = engine.session();
    let old = session.add(Shelf { made_of: Some("iron".into()), ..shelf("A", Some("hall")) });
    let books = session.add_all([book("a", Some("A")), book("b", Some("A"))]);
    session.commit().await?;

    // The key of the row, its unique column and the keys of what goes with it.
    session.delete(old)?;
    let new = session.add(shelf("A", Some("hall")));
    let again = session.add_all([book("a", Some("A")), book("c", None)]);
    session.commit().await?;
    assert_eq!([session.state(old), session.state(books[0]), session.state(books[1])], [State::Detached; 3]);
    assert_eq!(session[new].made_of.as_deref(), Some("wood"), "nothing of the old row is left");
    assert_eq!((session[again[0]].version, session[again[1]].version), (1, 1));
    assert_eq!(query(Shelf).on(&engine).all().await?, [session[new].clone()]);
    let rows = query(Book).order_by(Book.code).on(&engine).all().await?;
    assert_eq!(rows, [session[again[0]].clone(), session[again[1]].clone()]);

    // A row that has None takes the place of one that had a value.
    session.delete(again[0])?;
    let none = session.add(book("a", None));
    session.commit().await?;
    assert_eq!(session.get(Book, "a").await?, Some(book("a", None)).map(|book| Book { version: 1, ..book }));
    session[none].shelf = Some("A".into());
    session.commit().await?;

    // Two rows that change places, and one that takes the key of another that took a new one.
    let other = session.add(shelf("B", Some("loft")));
    session.commit().await?;
    session.delete(new)?;
    session[other].room = Some("hall".into());
    session.commit().await?;
    assert_eq!(query((Shelf.code, Shelf.room)).on(&engine).all().await?, [("B".into(), Some("hall".into()))]);
    Ok(())
}

#[tokio::test]
async fn what_moves_away_does_so_before_the_place_is_taken() -> aludel::Result<()> {
    let engine = engine(metadata![Shelf, Book, Slot]).await?;
    let mut session = engine.session();
    let old = session.add(shelf("A", Some("hall")));
    session.add(shelf("B", None));
    let books = session.add_all([book("a", Some("A")), book("b", Some("A")), book("c", Some("B"))]);
    let slots = session.add_all([(1, "x", None), (2, "y", None), (3, "z", Some(1))].map(Slot::new));
    session.commit().await?;

    session.delete(old)?;
    session.add(shelf("C", Some("hall")));
    session[books[0]].shelf = Some("B".into());
    session[books[1]].shelf = None;
    // In one table that refers to itself.
    session.delete(slots[0])?;
    session.add(Slot::new((4, "x", None)));
    session[slots[2]].under = Some(2);
    session.commit().await?;
    let found = query((Book.code, Book.shelf)).order_by(Book.code).on(&engine).all().await?;
    assert_eq!(found, [("a", Some("B")), ("b", None), ("c", Some("B"))].map(|(a, b)| (a.into(), b.map(Into::into))));
    let found = query(Slot).order_by(Slot.id).on(&engine).all().await?;
    assert_eq!(found, [(2, "y", None), (3, "z", Some(2)), (4, "x", None)].map(Slot::new));

    // One that moves to a row that comes goes after it.
    session.delete(slots[1])?;
    session.add(Slot::new((5, "w", None)));
    session[slots[2]].under = Some(5);
    session.commit().await?;
    let found = query(Slot).order_by(Slot.id).on(&engine).all().await?;
    assert_eq!(found, [(3, "z", Some(5)), (4, "x", None), (5, "w", None)].map(Slot::new));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("slots")]
pub struct Slot {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 10, unique)]
    pub label: String,
    #[column(foreign_key = Self.id, relation = above)]
    pub under: Option<i64>,
}

impl Slot {
    fn new((id, label, under): (i64, &str, Option<i64>)) -> Self {
        Self { id, label: label.into(), under }
    }
}

#[tokio::test]
async fn rows_are_inserted_in_the_order_of_adding() -> aludel::Result<()> {
    let engine = engine(metadata![Citizen, Order, Part]).await?;
    let mut session = engine.session();
    let mut parts = Vec::new();
    let mut citizens = Vec::new();
    let order = session.add(Order { place: "here".into(), ..Default::default() });
    for n in 0..50 {
        let part = session.add(Part { name: format!("p{n}"), ..Default::default() });
        session.relate(part, Part.order, order)?;
        parts.push(part);
        citizens.push(session.add(Citizen { name: format!("c{n}"), id: 0 }));
    }
    session.commit().await?;
    assert!(parts.is_sorted_by_key(|&part| session[part].id), "{parts:?}");
    assert!(citizens.is_sorted_by_key(|&citizen| session[citizen].id));
    Ok(())
}

#[tokio::test]
async fn a_row_that_the_server_leaves_out_is_told() -> aludel::Result<()> {
    let engine = engine(metadata![Citizen]).await?;
    let trigger = match DIALECT {
        "sqlite" => {
            "CREATE TRIGGER no_ghosts BEFORE INSERT ON citizens WHEN NEW.name = 'ghost' BEGIN SELECT RAISE(IGNORE); END"
        }
        "postgresql" => {
            "CREATE FUNCTION no_ghosts() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN IF NEW.name = 'ghost' THEN RETURN NULL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER no_ghosts BEFORE INSERT ON citizens FOR EACH ROW EXECUTE FUNCTION no_ghosts()"
        }
        _ => return skipped("a trigger cannot leave a row out"),
    };
    engine.run_script(trigger).await?;
    for names in [&["ghost"][..], &["Ada", "ghost", "Bob"]] {
        let mut session = engine.session();
        let all = session.add_all(names.iter().map(|&name| Citizen { name: name.into(), id: 0 }));
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("citizens")));
        assert!(error.message().starts_with("the database did not insert each row"), "{error}");
        assert_eq!(session.state(all[0]), State::Pending);
    }
    assert_eq!(query(Citizen).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn keys_are_those_of_the_rows_whatever_triggers_do() -> aludel::Result<()> {
    let engine = engine(metadata![Citizen, Order]).await?;
    if DIALECT != "sqlite" {
        return skipped("its triggers are tried nowhere else");
    }
    let audit =
        "CREATE TRIGGER audit AFTER INSERT ON citizens BEGIN INSERT INTO \"order\" (\"where\") VALUES (NEW.name); END";
    engine.run_script(audit).await?;
    let citizen = |n: i64| Citizen { name: format!("c{n}"), id: 0 };
    let mut session = engine.session();
    session.add(Citizen { id: 1_000, ..citizen(1_000) });
    session.add_all((0..7).map(|n| Order { place: format!("o{n}"), ..Default::default() }));
    let all = session.add_all((0..200).map(citizen));
    session.commit().await?;
    let names = query((Citizen.id, Citizen.name)).filter(Citizen.id.gt(1_000)).order_by(Citizen.id);
    let names = names.on(&engine).all().await?;
    assert_eq!(names, all.iter().map(|&one| (session[one].id, session[one].name.clone())).collect::<Vec<_>>());
    assert_eq!(query(Order).on(&engine).count().await?, 208);

    // Where nobody knows whose keys they are, nobody guesses.
    let twin = "CREATE TRIGGER twin AFTER INSERT ON citizens WHEN NEW.name LIKE 't%' BEGIN INSERT INTO citizens (name) VALUES ('x'); END";
    engine.run_script(twin).await?;
    let mut session = engine.session();
    let twins = session.add_all((0..2).map(|n| Citizen { name: format!("t{n}"), id: 0 }));
    let error = session.commit().await.unwrap_err();
    assert!(error.message().contains("a trigger leaves out rows of the table or inserts some"), "{error}");
    session.delete(twins[1])?;
    session.commit().await?;
    assert_eq!(query(Citizen.name).filter_by(Citizen.id, session[twins[0]].id).on(&engine).one().await?, "t0");
    Ok(())
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("branches")]
#[has_many(twigs: Branch.grows_on, on_delete = "cascade", delete_orphans)]
pub struct Branch {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Self.id, relation = on)]
    pub grows_on: Option<i64>,
}

fn branch(id: i64, grows_on: Option<i64>) -> Branch {
    Branch { id, grows_on }
}

#[tokio::test]
async fn a_tree_goes_with_its_root() -> aludel::Result<()> {
    let engine = engine(metadata![Branch]).await?;
    let mut session = engine.session();
    session.add(branch(1, None));
    session.add_all((2..=15).map(|id| branch(id, Some(id / 2))));
    session.add_all([branch(20, None), branch(21, Some(20)), branch(22, Some(21))]);
    session.commit().await?;
    session.expunge_all();
    let all = session.query(Branch).order_by(Branch.id).track().await?;
    session[all[1]].grows_on = None;
    session.commit().await?;
    let ids = query(Branch.id).order_by(Branch.id).on(&engine).all().await?;
    assert_eq!(ids, [1, 3, 6, 7, 12, 13, 14, 15, 20, 21, 22], "an orphan goes with what grows on it");

    // Those that refer to each other in a circle.
    session[all[15]].grows_on = Some(22);
    session.commit().await?;
    session.expunge_all();
    let one = session.query(Branch).filter_by(Branch.id, 21).track().await?[0];
    session.delete(one)?;
    let root = session.query(Branch).filter_by(Branch.id, 1).track().await?[0];
    session.delete(root)?;
    session.commit().await?;
    assert_eq!(query(Branch).on(&engine).count().await?, 0);
    Ok(())
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("nodes")]
pub struct Node {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Self.id, relation = parent, on_delete = "cascade")]
    pub parent_id: Option<i64>,
}

#[tokio::test]
async fn what_the_server_deletes_with_another_may_be_deleted_too() -> aludel::Result<()> {
    let engine = engine(metadata![Node]).await?;
    let mut session = engine.session();
    let nodes = session.add_all([
        Node { id: 1, parent_id: None },
        Node { id: 2, parent_id: Some(1) },
        Node { id: 3, parent_id: Some(2) },
    ]);
    session.commit().await?;
    for &node in &nodes {
        session.delete(node)?;
    }
    session.commit().await?;
    assert_eq!(query(Node).on(&engine).count().await?, 0);
    Ok(())
}

/// A child of two parents, that each delete what they lose.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("firms")]
#[has_many(phones: Phone.firm_id, on_delete = "cascade", delete_orphans)]
pub struct Firm {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("desks")]
#[has_one(phone: Phone.desk_id, on_delete = "cascade", delete_orphans)]
pub struct Desk {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("phones")]
pub struct Phone {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Firm.id, relation = firm)]
    pub firm_id: Option<i64>,
    #[column(foreign_key = Desk.id, relation = desk)]
    pub desk_id: Option<i64>,
}

#[tokio::test]
async fn a_child_moves_from_a_parent_that_goes() -> aludel::Result<()> {
    let engine = engine(metadata![Firm, Desk, Phone]).await?;
    for delete_old in [true, false] {
        let mut session = engine.session();
        let (old, desk, phone) =
            (session.add(Firm::default()), session.add(Desk::default()), session.add(Phone::default()));
        session.relate(old, Firm.phones, phone)?;
        session.relate(desk, Desk.phone, phone)?;
        session.flush().await?;
        if delete_old {
            session.delete(old)?;
        }
        let new = session.add(Firm::default());
        session.relate(new, Firm.phones, phone)?;
        session.commit().await?;
        assert_eq!(session.related(new, Firm.phones).await?, [session[phone].clone()]);
        assert_eq!(session[phone].desk_id, Some(session[desk].id));

        // Either parent that loses it deletes it.
        session.unrelate(desk, Desk.phone, phone).await?;
        session.commit().await?;
        assert_eq!((session.state(phone), query(Phone).on(&engine).count().await?), (State::Detached, 0));
    }
    Ok(())
}

#[tokio::test]
async fn a_new_child_that_is_taken_away_is_not_inserted() -> aludel::Result<()> {
    let engine = engine(metadata![Firm, Desk, Phone]).await?;
    let mut session = engine.session();
    let firm = session.add(Firm::default());
    let phones = session.add_all([Phone::default(), Phone::default()]);
    session.relate(firm, Firm.phones, phones[0])?;
    session.unrelate(firm, Firm.phones, phones[0]).await?;
    session.commit().await?;
    assert_eq!([session.state(phones[0]), session.state(phones[1])], [State::Detached, State::Persistent]);
    assert_eq!(query(Phone).on(&engine).count().await?, 1);
    Ok(())
}
