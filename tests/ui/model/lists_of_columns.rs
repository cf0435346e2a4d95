use aludel::Model;

#[derive(Model, Clone)]
#[table("users", unique(emial), unique(), index(id, id), index("email"), unique(e_mail), index(cache), unique(colour))]
#[table(unique(email, name = "uq"), index(name = "ix"), unique = email)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(name = "e_mail")]
    email: String,
    #[column(skip)]
    cache: u8,
}

fn main() {}
