mod models {
    #[derive(aludel::Model, Clone)]
    pub struct User {
        #[column(primary_key)]
        pub id: i64,
        secret: String,
    }
}

fn column() {
    let _ = models::User.id;
    let _ = models::User.secret;
}

fn main() {}
