use aludel::Model;

#[derive(Model, Clone)]
#[table(unique(a), index(b))]
struct User {
    #[column(primary_key, unique)]
    id: i64,
    #[column(unique)]
    a: i64,
    #[column(index)]
    b: i64,
}

fn main() {}
