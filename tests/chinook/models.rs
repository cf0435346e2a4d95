//! The eleven tables of Chinook.

use aludel::prelude::*;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Artist")]
#[has_many(albums: Album.artist_id)]
pub struct Artist {
    #[column(primary_key, name = "ArtistId")]
    pub id: i64,
    #[column(name = "Name", length = 120)]
    pub name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Album")]
#[has_many(tracks: Track.album_id)]
pub struct Album {
    #[column(primary_key, name = "AlbumId")]
    pub id: i64,
    #[column(name = "Title", length = 160)]
    pub title: String,
    #[column(name = "ArtistId", foreign_key = Artist.id, relation = artist)]
    pub artist_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Genre")]
#[has_many(tracks: Track.genre_id)]
pub struct Genre {
    #[column(primary_key, name = "GenreId")]
    pub id: i64,
    #[column(name = "Name", length = 120)]
    pub name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("MediaType")]
#[has_many(tracks: Track.media_type_id)]
pub struct MediaType {
    #[column(primary_key, name = "MediaTypeId")]
    pub id: i64,
    #[column(name = "Name", length = 120)]
    pub name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Track")]
#[has_many(lines: InvoiceLine.track_id, entries: PlaylistTrack.track_id)]
pub struct Track {
    #[column(primary_key, name = "TrackId")]
    pub id: i64,
    #[column(name = "Name", length = 200)]
    pub name: String,
    #[column(name = "AlbumId", foreign_key = Album.id, relation = album)]
    pub album_id: Option<i64>,
    #[column(name = "MediaTypeId", foreign_key = MediaType.id, relation = media_type)]
    pub media_type_id: i64,
    #[column(name = "GenreId", foreign_key = Genre.id, relation = genre)]
    pub genre_id: Option<i64>,
    #[column(name = "Composer", length = 220)]
    pub composer: Option<String>,
    #[column(name = "Milliseconds")]
    pub milliseconds: i64,
    #[column(name = "Bytes")]
    pub bytes: Option<i64>,
    #[column(name = "UnitPrice", precision = 10, scale = 2)]
    pub unit_price: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Playlist")]
#[has_many(entries: PlaylistTrack.playlist_id)]
pub struct Playlist {
    #[column(primary_key, name = "PlaylistId")]
    pub id: i64,
    #[column(name = "Name", length = 120)]
    pub name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("PlaylistTrack")]
pub struct PlaylistTrack {
    #[column(primary_key, name = "PlaylistId", foreign_key = Playlist.id, relation = playlist)]
    pub playlist_id: i64,
    #[column(primary_key, name = "TrackId", foreign_key = Track.id, relation = track)]
    pub track_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Employee")]
#[has_many(reports: Employee.reports_to, customers: Customer.support_rep_id)]
pub struct Employee {
    #[column(primary_key, name = "EmployeeId")]
    pub id: i64,
    #[column(name = "LastName", length = 20)]
    pub last_name: String,
    #[column(name = "FirstName", length = 20)]
    pub first_name: String,
    #[column(name = "Title", length = 30)]
    pub title: Option<String>,
    #[column(name = "ReportsTo", foreign_key = Self.id, relation = manager)]
    pub reports_to: Option<i64>,
    #[column(name = "BirthDate")]
    pub birth_date: Option<NaiveDateTime>,
    #[column(name = "HireDate")]
    pub hire_date: Option<NaiveDateTime>,
    #[column(name = "Address", length = 70)]
    pub address: Option<String>,
    #[column(name = "City", length = 40)]
    pub city: Option<String>,
    #[column(name = "State", length = 40)]
    pub state: Option<String>,
    #[column(name = "Country", length = 40)]
    pub country: Option<String>,
    #[column(name = "PostalCode", length = 10)]
    pub postal_code: Option<String>,
    #[column(name = "Phone", length = 24)]
    pub phone: Option<String>,
    #[column(name = "Fax", length = 24)]
    pub fax: Option<String>,
    #[column(name = "Email", length = 60)]
    pub email: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Customer")]
#[has_many(invoices: Invoice.customer_id)]
pub struct Customer {
    #[column(primary_key, name = "CustomerId")]
    pub id: i64,
    #[column(name = "FirstName", length = 40)]
    pub first_name: String,
    #[column(name = "LastName", length = 20)]
    pub last_name: String,
    #[column(name = "Company", length = 80)]
    pub company: Option<String>,
    #[column(name = "Address", length = 70)]
    pub address: Option<String>,
    #[column(name = "City", length = 40)]
    pub city: Option<String>,
    #[column(name = "State", length = 40)]
    pub state: Option<String>,
    #[column(name = "Country", length = 40)]
    pub country: Option<String>,
    #[column(name = "PostalCode", length = 10)]
    pub postal_code: Option<String>,
    #[column(name = "Phone", length = 24)]
    pub phone: Option<String>,
    #[column(name = "Fax", length = 24)]
    pub fax: Option<String>,
    #[column(name = "Email", length = 60)]
    pub email: String,
    #[column(name = "SupportRepId", foreign_key = Employee.id, relation = support_rep)]
    pub support_rep_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("Invoice")]
#[has_many(lines: InvoiceLine.invoice_id)]
pub struct Invoice {
    #[column(primary_key, name = "InvoiceId")]
    pub id: i64,
    #[column(name = "CustomerId", foreign_key = Customer.id, relation = customer)]
    pub customer_id: i64,
    #[column(name = "InvoiceDate")]
    pub date: NaiveDateTime,
    #[column(name = "BillingAddress", length = 70)]
    pub billing_address: Option<String>,
    #[column(name = "BillingCity", length = 40)]
    pub billing_city: Option<String>,
    #[column(name = "BillingState", length = 40)]
    pub billing_state: Option<String>,
    #[column(name = "BillingCountry", length = 40)]
    pub billing_country: Option<String>,
    #[column(name = "BillingPostalCode", length = 10)]
    pub billing_postal_code: Option<String>,
    #[column(name = "Total", precision = 10, scale = 2)]
    pub total: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("InvoiceLine")]
pub struct InvoiceLine {
    #[column(primary_key, name = "InvoiceLineId")]
    pub id: i64,
    #[column(name = "InvoiceId", foreign_key = Invoice.id, relation = invoice)]
    pub invoice_id: i64,
    #[column(name = "TrackId", foreign_key = Track.id, relation = track)]
    pub track_id: i64,
    #[column(name = "UnitPrice", precision = 10, scale = 2)]
    pub unit_price: Decimal,
    #[column(name = "Quantity")]
    pub quantity: i64,
}
