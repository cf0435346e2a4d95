use aludel::Model;

#[derive(Model, Clone)]
#[table("a", name = "b", schema = "c")]
#[table(schema = "d")]
struct User {
    #[column(primary_key, name = "a", rename = "b", primary_key)]
    #[column(comment = "a", comment = "b")]
    id: i64,
}

fn main() {}
