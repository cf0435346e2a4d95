use aludel::DbType;

#[derive(DbType, Clone)]
enum Mood {
    Calm,
}

fn main() {}
