use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Self.id, on_delete = "set null")]
    a: i64,
    #[column(foreign_key = Self.id, on_update = "set default")]
    b: i64,
    #[column(foreign_key = Self.id, on_delete = "delete")]
    c: i64,
    #[column(foreign_key = Self.id, on_delete = cascade)]
    d: i64,
}

fn main() {}
