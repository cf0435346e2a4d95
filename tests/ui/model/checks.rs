use aludel::Model;

#[derive(Model, Clone)]
#[table(check(), check(name = "ck"), check = "id > 0", check(when = "x"), check(""))]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
