use aludel::prelude::*;

struct Point {
    x: f64,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    place: Point,
    places: Vec<Point>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {}
