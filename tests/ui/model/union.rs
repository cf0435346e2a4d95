use aludel::Model;

#[derive(Model, Clone, Copy)]
union Both {
    a: i64,
    b: f64,
}

fn main() {}
