use aludel::Model;

#[derive(Model, Clone)]
struct Owned<T> {
    #[column(primary_key)]
    id: T,
}

#[derive(Model, Clone)]
struct Borrowed<'a> {
    #[column(primary_key)]
    id: i64,
    name: &'a str,
}

fn main() {}
