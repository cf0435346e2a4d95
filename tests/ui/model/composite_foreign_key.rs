use aludel::Model;

#[derive(Model, Clone)]
#[table(foreign_key(columns(a, b), references(Line.a)))]
#[table(foreign_key(columns(a, b), references(Line.a, Order.b)))]
#[table(foreign_key(columns(a, b)))]
#[table(foreign_key(columns(a, b), references(Line.a, Line.b), on_delete = "set null"))]
#[table(foreign_key = Line.a)]
struct User {
    #[column(primary_key)]
    a: i64,
    b: i64,
}

fn main() {}
