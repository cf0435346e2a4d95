//! What is asked of Chinook, in the query language, and in plain SQL of SQLite on a database made by Chinook's own script.

use crate::{
    DIALECT,
    database::{chinook, differing, same},
    models::{
        Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
    },
};
use aludel::{func, prelude::*};
use rust_decimal::Decimal;

/// A decimal as the original prints it.
fn money(value: Option<Decimal>) -> String {
    format!("{:.2}", value.unwrap_or_default())
}

#[tokio::test]
async fn every_row_came_over() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let engine = &chinook.engine;
    same(engine, chinook.rows::<Artist>()).await?;
    same(engine, chinook.rows::<Album>()).await?;
    same(engine, chinook.rows::<Genre>()).await?;
    same(engine, chinook.rows::<MediaType>()).await?;
    same(engine, chinook.rows::<Track>()).await?;
    same(engine, chinook.rows::<Playlist>()).await?;
    same(engine, chinook.rows::<PlaylistTrack>()).await?;
    same(engine, chinook.rows::<Employee>()).await?;
    same(engine, chinook.rows::<Customer>()).await?;
    same(engine, chinook.rows::<Invoice>()).await?;
    same(engine, chinook.rows::<InvoiceLine>()).await?;
    assert_eq!(query(PlaylistTrack).on(engine).count().await?, 8_715);
    Ok(())
}

/// What the session wrote is what the dialect's own script of Chinook makes.
#[tokio::test]
async fn every_row_is_that_of_the_dialects_script() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    if DIALECT == "sqlite" {
        return Ok(()); // which the others are compared with anyway
    }
    for table in [
        Artist::table(),
        Album::table(),
        Genre::table(),
        MediaType::table(),
        Track::table(),
        Playlist::table(),
        PlaylistTrack::table(),
        Employee::table(),
        Customer::table(),
        Invoice::table(),
        InvoiceLine::table(),
    ] {
        let sql = differing(table, chinook.engine.dialect())?;
        assert_eq!(text(sql).rows::<i64>().on(&chinook.engine).one().await?, 0, "{}", table.name);
    }
    Ok(())
}

#[tokio::test]
async fn how_many_tracks_each_genre_has() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let tracks = func::count(Track.id);
    let ours = query((Genre.name, tracks.clone()))
        .join(Genre.tracks)
        .group_by(Genre.name)
        .having(tracks.clone().ge(20))
        .order_by((tracks.desc(), Genre.name))
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(Option<String>, i64)> = chinook.raw(
        "SELECT g.Name, count(t.TrackId) FROM Genre g JOIN Track t ON t.GenreId = g.GenreId
         GROUP BY g.Name HAVING count(t.TrackId) >= 20 ORDER BY 2 DESC, 1",
    );
    assert!(raw.len() > 10);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn the_customers_who_spent_most() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let name = Customer.first_name.concat(" ").concat(Customer.last_name).label("name");
    let spent = func::sum(Invoice.total).label("spent");
    let ours = query((name, spent.clone()))
        .join(Customer.invoices)
        .group_by(Customer.id)
        .order_by((spent.desc(), Customer.id))
        .limit(10)
        .on(&chinook.engine)
        .all()
        .await?;
    let ours: Vec<(String, String)> = ours.into_iter().map(|(name, spent)| (name, money(spent))).collect();
    let raw: Vec<(String, String)> = chinook.raw(
        "SELECT FirstName || ' ' || LastName, printf('%.2f', sum(Total)) FROM Customer JOIN Invoice USING (CustomerId)
         GROUP BY CustomerId ORDER BY round(sum(Total), 2) DESC, CustomerId LIMIT 10",
    );
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn what_each_genre_earned() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let revenue = func::sum(InvoiceLine.unit_price * InvoiceLine.quantity);
    let ours = query((Genre.name, revenue.clone()))
        .join(Genre.tracks)
        .join(Track.lines)
        .group_by(Genre.name)
        .having(revenue.clone().gt(Decimal::new(1050, 2)))
        .order_by((revenue.desc(), Genre.name))
        .on(&chinook.engine)
        .all()
        .await?;
    let ours: Vec<(Option<String>, String)> = ours.into_iter().map(|(name, sum)| (name, money(sum))).collect();
    let raw: Vec<(Option<String>, String)> = chinook.raw(
        "SELECT g.Name, printf('%.2f', sum(l.UnitPrice * l.Quantity)) FROM InvoiceLine l
         JOIN Track t ON t.TrackId = l.TrackId JOIN Genre g ON g.GenreId = t.GenreId
         GROUP BY g.Name HAVING round(sum(l.UnitPrice * l.Quantity), 2) > 10.5
         ORDER BY round(sum(l.UnitPrice * l.Quantity), 2) DESC, 1",
    );
    assert!(raw.len() > 5);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn who_reports_to_whom() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let boss = Employee.alias("boss");
    let ours = query((Employee.first_name, boss.first_name.optional()))
        .left_join_on(boss, Employee.reports_to.eq(boss.id))
        .order_by(Employee.id)
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(String, Option<String>)> = chinook.raw(
        "SELECT e.FirstName, b.FirstName FROM Employee e LEFT JOIN Employee b ON b.EmployeeId = e.ReportsTo ORDER BY e.EmployeeId",
    );
    assert_eq!(ours, raw);
    let by_relation = query((boss.first_name, func::count(Employee.id)))
        .join(boss.reports)
        .group_by(boss.id)
        .order_by(boss.id)
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(String, i64)> = chinook.raw(
        "SELECT b.FirstName, count(*) FROM Employee b JOIN Employee e ON e.ReportsTo = b.EmployeeId
         GROUP BY b.EmployeeId ORDER BY b.EmployeeId",
    );
    assert_eq!(by_relation, raw);
    Ok(())
}

#[tokio::test]
async fn how_long_each_playlist_is() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let ours = query((Playlist.id, Playlist.name, func::count(PlaylistTrack.track_id)))
        .left_join(Playlist.entries)
        .group_by((Playlist.id, Playlist.name))
        .order_by(Playlist.id)
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(i64, Option<String>, i64)> = chinook.raw(
        "SELECT p.PlaylistId, p.Name, count(e.TrackId) FROM Playlist p
         LEFT JOIN PlaylistTrack e ON e.PlaylistId = p.PlaylistId GROUP BY p.PlaylistId ORDER BY 1",
    );
    assert!(raw.iter().any(|row| row.2 == 0));
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn what_is_on_a_playlist() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let ours = query((Track.name, Artist.name))
        .from(Playlist)
        .join(Playlist.entries)
        .join(PlaylistTrack.track)
        .join(Track.album)
        .join(Album.artist)
        .filter(Playlist.name.eq("Grunge"))
        .order_by(Track.id)
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(String, Option<String>)> = chinook.raw(
        "SELECT t.Name, a.Name FROM Playlist p JOIN PlaylistTrack e ON e.PlaylistId = p.PlaylistId
         JOIN Track t ON t.TrackId = e.TrackId JOIN Album b ON b.AlbumId = t.AlbumId JOIN Artist a ON a.ArtistId = b.ArtistId
         WHERE p.Name = 'Grunge' ORDER BY t.TrackId",
    );
    assert_eq!(raw.len(), 15);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn the_best_customer_of_each_country() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    // Those of whom no customer of the same country spent more.
    let other = Customer.alias("other");
    let invoice = Invoice.alias("other_invoice");
    let spent = query(func::sum(Invoice.total)).filter(Invoice.customer_id.eq(Customer.id)).scalar_subquery();
    let spent_more = query(other.id)
        .join_on(invoice, invoice.customer_id.eq(other.id))
        .filter(other.country.eq(Customer.country))
        .group_by(other.id)
        .having(func::sum(invoice.total).gt(spent.clone()));
    let ours = query((Customer.country, Customer.email, spent))
        .filter(!func::exists(spent_more))
        .order_by((Customer.country, Customer.email))
        .on(&chinook.engine)
        .all()
        .await?;
    let ours: Vec<_> = ours.into_iter().map(|(country, email, spent)| (country, email, money(spent))).collect();
    let raw: Vec<(Option<String>, String, String)> = chinook.raw(
        "WITH spent AS (SELECT CustomerId, Country, Email, round(sum(Total), 2) AS total FROM Customer JOIN Invoice USING (CustomerId) GROUP BY CustomerId)
         SELECT Country, Email, printf('%.2f', total) FROM spent s
         WHERE total = (SELECT max(total) FROM spent WHERE Country = s.Country) ORDER BY 1, 2",
    );
    assert!(raw.len() >= 24);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn pages_of_tracks() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let tracks = query((Track.id, Track.name)).order_by((Track.name.desc(), Track.id));
    let mut ours = Vec::new();
    for page in 0..3 {
        ours.extend(tracks.clone().slice(page * 25..(page + 1) * 25).on(&chinook.engine).all().await?);
    }
    let raw: Vec<(i64, String)> = chinook.raw("SELECT TrackId, Name FROM Track ORDER BY Name DESC, TrackId LIMIT 75");
    assert_eq!(ours, raw);
    let rest = tracks.offset(3_500).on(&chinook.engine).all().await?;
    assert_eq!(rest, chinook.raw("SELECT TrackId, Name FROM Track ORDER BY Name DESC, TrackId LIMIT -1 OFFSET 3500"));
    Ok(())
}

#[tokio::test]
async fn artists_with_and_without_albums() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let pairs = query((Artist, Album.optional())).left_join(Artist.albums).order_by((Artist.id, Album.id));
    let ours = pairs.clone().on(&chinook.engine).all().await?;
    let ours: Vec<_> = ours.into_iter().map(|(artist, album)| (artist.id, album.map(|album| album.title))).collect();
    let raw: Vec<(i64, Option<String>)> = chinook.raw(
        "SELECT a.ArtistId, b.Title FROM Artist a LEFT JOIN Album b ON b.ArtistId = a.ArtistId ORDER BY 1, b.AlbumId",
    );
    assert_eq!(ours, raw);
    let without = pairs.filter(Album.id.is_null()).on(&chinook.engine).count().await?;
    assert_eq!(
        vec![(without as i64,)],
        chinook.raw::<(i64,)>("SELECT count(*) FROM Artist WHERE ArtistId NOT IN (SELECT ArtistId FROM Album)")
    );
    Ok(())
}

#[tokio::test]
async fn tracks_longer_than_the_average_of_their_kind() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let kin = Track.alias("kin");
    let average = query(func::avg(kin.milliseconds)).filter(kin.genre_id.eq(Track.genre_id)).scalar_subquery();
    let ours =
        query(Track.id).filter(Track.milliseconds.gt(average)).order_by(Track.id).on(&chinook.engine).all().await?;
    let raw: Vec<(i64,)> = chinook.raw(
        "SELECT TrackId FROM Track t WHERE Milliseconds > (SELECT avg(Milliseconds) FROM Track WHERE GenreId = t.GenreId) ORDER BY 1",
    );
    assert!(raw.len() > 1_000);
    assert_eq!(ours, raw.into_iter().map(|row| row.0).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn customers_who_bought_jazz() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let jazz = query(Invoice.id)
        .join(Invoice.lines)
        .join(InvoiceLine.track)
        .join(Track.genre)
        .filter(Invoice.customer_id.eq(Customer.id) & Genre.name.eq("Jazz"));
    let ours = query(Customer.email).filter(func::exists(jazz)).order_by(Customer.id).on(&chinook.engine).all().await?;
    let raw: Vec<(String,)> = chinook.raw(
        "SELECT Email FROM Customer c WHERE EXISTS (SELECT 1 FROM Invoice i JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId
         JOIN Track t ON t.TrackId = l.TrackId JOIN Genre g ON g.GenreId = t.GenreId
         WHERE i.CustomerId = c.CustomerId AND g.Name = 'Jazz') ORDER BY CustomerId",
    );
    assert!(raw.len() > 10);
    assert_eq!(ours, raw.into_iter().map(|row| row.0).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn where_invoices_went() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let places = query((Invoice.billing_country, Invoice.billing_city)).distinct();
    let ours =
        places.clone().order_by((Invoice.billing_country, Invoice.billing_city)).on(&chinook.engine).all().await?;
    let raw: Vec<(Option<String>, Option<String>)> =
        chinook.raw("SELECT DISTINCT BillingCountry, BillingCity FROM Invoice ORDER BY 1, 2");
    assert_eq!(places.on(&chinook.engine).count().await?, raw.len() as u64);
    assert_eq!(ours, raw);
    let composers = query(func::count_distinct(Track.composer)).on(&chinook.engine).scalar().await?;
    assert_eq!(vec![(composers,)], chinook.raw::<(i64,)>("SELECT count(DISTINCT Composer) FROM Track"));
    Ok(())
}

#[tokio::test]
async fn short_and_long_tracks() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let length = case(Track.milliseconds.lt(180_000), "short")
        .when(Track.milliseconds.between(180_000, 360_000), "usual")
        .otherwise("long")
        .label("kind");
    let ours = query((length.clone(), func::count_all(), func::min(Track.milliseconds), func::max(Track.bytes)))
        .group_by(length.clone())
        .order_by(length)
        .on(&chinook.engine)
        .all()
        .await?;
    let raw: Vec<(String, i64, Option<i64>, Option<i64>)> = chinook.raw(
        "SELECT CASE WHEN Milliseconds < 180000 THEN 'short' WHEN Milliseconds BETWEEN 180000 AND 360000 THEN 'usual' ELSE 'long' END,
         count(*), min(Milliseconds), max(Bytes) FROM Track GROUP BY 1 ORDER BY 1",
    );
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn words_in_names() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let ours = query((
        func::upper(Track.name),
        func::length(Track.name),
        func::substr(Track.name, 1, 5),
        func::replace(func::lower(Track.name), "love", "<3"),
        func::coalesce(Track.composer, "unknown"),
    ))
    .filter(Track.name.ilike("%love%") & Track.name.not_like("%Love%"))
    .order_by(Track.id)
    .on(&chinook.engine)
    .all()
    .await?;
    let raw: Vec<(String, i64, String, String, String)> = chinook.raw(
        "SELECT upper(Name), length(Name), substr(Name, 1, 5), replace(lower(Name), 'love', '<3'), coalesce(Composer, 'unknown')
         FROM Track WHERE lower(Name) LIKE '%love%' AND Name NOT GLOB '*Love*' ORDER BY TrackId",
    );
    assert!(!raw.is_empty());
    assert_eq!(ours, raw);
    let starts =
        query(Artist.name).filter(Artist.name.starts_with("A")).order_by(Artist.name).on(&chinook.engine).all().await?;
    let raw: Vec<(Option<String>,)> = chinook.raw("SELECT Name FROM Artist WHERE Name GLOB 'A*' ORDER BY Name");
    assert_eq!(starts, raw.into_iter().map(|row| row.0).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn sales_of_each_year() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let year = match DIALECT {
        "sqlite" => func!("strftime", "%Y", Invoice.date => String),
        _ => func!("to_char", Invoice.date, "YYYY" => String),
    }
    .label("year");
    let ours = query((year.clone(), func::count(Invoice.id), func::sum(Invoice.total)))
        .group_by(year.clone())
        .order_by(year)
        .on(&chinook.engine)
        .all()
        .await?;
    let ours: Vec<_> = ours.into_iter().map(|(year, count, total)| (year, count, money(total))).collect();
    let raw: Vec<(String, i64, String)> = chinook.raw(
        "SELECT strftime('%Y', InvoiceDate), count(*), printf('%.2f', sum(Total)) FROM Invoice GROUP BY 1 ORDER BY 1",
    );
    assert_eq!(raw.len(), 5);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn long_albums() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let long = query(Track.album_id).group_by(Track.album_id).having(func::count(Track.id).gt(20));
    let ours = query(Album).with(Album.artist).with(Album.tracks).filter(Album.id.in_(long)).order_by(Album.id);
    let ours = ours.on(&chinook.engine).all().await?;
    let ours: Vec<_> =
        ours.into_iter().map(|(album, artist, tracks)| (album.title, artist.name, tracks.len() as i64)).collect();
    let raw: Vec<(String, Option<String>, i64)> = chinook.raw(
        "SELECT Title, a.Name, count(*) FROM Album b JOIN Artist a ON a.ArtistId = b.ArtistId JOIN Track t ON t.AlbumId = b.AlbumId
         GROUP BY b.AlbumId HAVING count(*) > 20 ORDER BY b.AlbumId",
    );
    assert!(raw.len() > 5);
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn every_invoice_is_the_sum_of_its_lines() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let sum = func::sum(InvoiceLine.unit_price * InvoiceLine.quantity);
    let wrong =
        query(Invoice.id).join(Invoice.lines).group_by((Invoice.id, Invoice.total)).having(sum.ne(Invoice.total));
    assert_eq!(wrong.on(&chinook.engine).count().await?, 0, "to the cent, since decimals are exact");
    let dear =
        query((Invoice.id, Invoice.total)).filter(Invoice.total.between(Decimal::new(1386, 2), Decimal::new(18, 0)));
    let ours = dear.order_by(Invoice.id).on(&chinook.engine).all().await?;
    let ours: Vec<_> = ours.into_iter().map(|(id, total)| (id, money(Some(total)))).collect();
    let raw: Vec<(i64, String)> = chinook.raw(
        "SELECT InvoiceId, printf('%.2f', Total) FROM Invoice WHERE round(Total, 2) BETWEEN 13.86 AND 18 ORDER BY 1",
    );
    assert_eq!(ours, raw);
    Ok(())
}

#[tokio::test]
async fn the_whole_shop_as_a_tree() -> aludel::Result<()> {
    let Some(chinook) = chinook().await else { return Ok(()) };
    let tree = query(Customer)
        .with(Customer.support_rep)
        .with(Customer.invoices.with(Invoice.lines.with(InvoiceLine.track)))
        .order_by(Customer.id)
        .on(&chinook.engine)
        .all()
        .await?;
    let ours: Vec<_> = tree
        .into_iter()
        .map(|(customer, rep, invoices)| {
            let lines: Vec<_> = invoices.iter().flat_map(|(_, lines)| lines).collect();
            let time: i64 = lines.iter().map(|(_, track)| track.milliseconds).sum();
            (customer.id, rep.map(|rep| rep.last_name), invoices.len() as i64, lines.len() as i64, time)
        })
        .collect();
    let raw: Vec<(i64, Option<String>, i64, i64, i64)> = chinook.raw(
        "SELECT c.CustomerId, e.LastName, count(DISTINCT i.InvoiceId), count(*), sum(t.Milliseconds) FROM Customer c
         LEFT JOIN Employee e ON e.EmployeeId = c.SupportRepId JOIN Invoice i ON i.CustomerId = c.CustomerId
         JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId JOIN Track t ON t.TrackId = l.TrackId
         GROUP BY c.CustomerId ORDER BY 1",
    );
    assert_eq!(ours, raw);
    Ok(())
}
