use aludel::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

async fn run(engine: &Engine) -> aludel::Result<()> {
    query(User).all().await?;
    query(User).filter(User.name.eq("x")).first().await?;
    query(User).all_rows().delete().await?;
    query(User.name).count().await?;
    query(User).all_rows().update(User.name.set("x")).await?;
    text("SELECT 1").rows::<i64>().all().await?;
    query(User.id).on(engine).update(User.name.set("x")).await?;
    query(User).on("engine").all().await?;
    Ok(())
}

fn main() {}
