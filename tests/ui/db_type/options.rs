use aludel::DbType;

#[derive(DbType, Clone)]
#[db_type(txt, numeric = 1)]
struct Name(String);

fn main() {}
