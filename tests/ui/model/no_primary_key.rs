use aludel::Model;

#[derive(Model, Clone)]
struct User {
    id: i64,
}

#[derive(Model, Clone)]
struct Tag {
    name: String,
}

fn main() {}
