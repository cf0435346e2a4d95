use aludel::Model;

#[derive(Model, Clone)]
struct Empty {}

#[derive(Model, Clone)]
struct Skipped {
    #[column(skip)]
    cache: u8,
}

fn main() {}
