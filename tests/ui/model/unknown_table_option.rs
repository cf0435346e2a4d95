use aludel::Model;

#[derive(Model, Clone)]
#[table("users", schem = "app", engine = "InnoDB", foreign_key(column(id)))]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
