use aludel::DbType;

#[derive(DbType, Clone)]
struct Name(Option<String>);

fn main() {}
