use aludel::prelude::*;
use chrono::{DateTime, Utc};

#[derive(Model, Clone)]
struct Wrong {
    #[column(primary_key, version)]
    id: i64,
    #[column(version)]
    name: String,
    #[column(created_at)]
    age: i64,
    #[column(soft_delete)]
    gone: DateTime<Utc>,
    #[column(updated_at, created_at)]
    at: DateTime<Utc>,
}

#[derive(Model, Clone)]
struct Twice {
    #[column(primary_key)]
    id: i64,
    #[column(version)]
    first: i64,
    #[column(version)]
    second: i64,
}

#[derive(Model, Clone)]
#[table("hooked", hooks)]
struct Hooked {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
