//! What the commands do to a database.

use crate::program::{aludel, command, fixture, show};
use aludel::engine::{Engine, Job};
use insta::assert_snapshot;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    fn command(&self, name: &str, fixture_name: &str, arguments: &[&str]) -> Command {
        let manifest = fixture(fixture_name);
        let manifest = manifest.to_str().expect("a path");
        let fixed = [name, "--database", "sqlite:///app.db", "--manifest-path", manifest];
        aludel(self.folder.path(), &[&fixed, arguments].concat())
    }

    fn run(&self, name: &str, arguments: &[&str]) -> String {
        show(&mut self.command(name, "shop", arguments))
    }

    /// The names of what is in the database.
    fn contents(&self) -> Vec<String> {
        let url = format!("sqlite:///{}", self.file().display());
        on_runtime(async {
            let engine = aludel::create_engine(&url)?.connect().await?;
            let names = names(&engine).await;
            engine.dispose().await?;
            names
        })
    }
}

fn on_runtime<T>(work: impl Future<Output = aludel::Result<T>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work).expect("it works")
}

async fn names(engine: &Engine) -> aludel::Result<Vec<String>> {
    use aludel::{
        compile::{Compiled, StatementKind},
        types::{Row, RowSink},
    };
    use std::{any::Any, ops::ControlFlow, sync::Arc};

    struct Names(Vec<String>);

    impl RowSink for Names {
        fn row(&mut self, row: &dyn Row) -> aludel::Result<ControlFlow<()>> {
            self.0.extend(row.str(0)?.map(str::to_owned));
            Ok(ControlFlow::Continue(()))
        }

        fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
            self
        }
    }

    let sql = "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1";
    let statement = Arc::new(Compiled::new(StatementKind::Select, sql.to_owned()));
    let sink = Some(Box::new(Names(Vec::new())) as Box<dyn RowSink>);
    let done = engine.run(Job { statement, binds: Vec::new(), sink, timeout: None }).await?;
    let names = done.sink.and_then(|sink| sink.into_any().downcast::<Names>().ok());
    Ok(names.map(|names| names.0).unwrap_or_default())
}

#[test]
fn tables_are_created_once_and_dropped() {
    let place = Place::new();
    assert_snapshot!(place.run("create-all", &["--lib"]));
    let all = [
        "index ix_products_name",
        "table addresses",
        "table customers",
        "table lines",
        "table notes",
        "table orders",
        "table products",
        "table reviews",
    ];
    assert_eq!(place.contents(), all);
    // Again, and nothing happens; with one table more, and it is created.
    assert_snapshot!(place.run("create-all", &["--lib"]));
    assert_snapshot!(place.run("create-all", &["--dry-run"]));
    assert_snapshot!(place.run("create-all", &[]));
    assert_eq!(place.contents().len(), all.len() + 1);
    // Nobody is there to be asked.
    assert_snapshot!(place.run("drop-all", &[]));
    assert_snapshot!(place.run("drop-all", &["--json"]));
    assert_eq!(place.contents().len(), all.len() + 1);
    assert_snapshot!(place.run("drop-all", &["--dry-run"]));
    assert_snapshot!(place.run("drop-all", &["--yes", "--json"]));
    assert_eq!(place.contents(), [""; 0]);
    assert_snapshot!(place.run("drop-all", &["--yes"]));
}

#[test]
fn a_dry_run_does_not_even_create_the_file() {
    let place = Place::new();
    let shown = place.run("create-all", &["--dry-run"]);
    assert!(shown.contains("CREATE TABLE products"), "{shown}");
    let shown = place.run("drop-all", &["--dry-run"]);
    assert_eq!(shown, "exit code: 0\n");
    assert!(!place.file().exists());
    // What it prints is what `sql` prints of an empty database.
    let script = place.command("create-all", "shop", &["--dry-run"]).output().expect("a run").stdout;
    let sql = aludel(&fixture("shop"), &["sql", "--dialect", "sqlite"]).output().expect("a run").stdout;
    assert_eq!(String::from_utf8(script), String::from_utf8(sql));
}

#[test]
fn tables_that_refer_to_each_other_come_and_go() {
    let place = Place::new();
    assert_snapshot!(show(&mut place.command("create-all", "cycle", &["--json"])));
    assert_snapshot!(show(&mut place.command("drop-all", "cycle", &["--yes", "--json"])));
    assert_eq!(place.contents(), [""; 0]);
}

#[test]
fn the_environment_can_name_the_database() {
    let place = Place::new();
    let manifest = fixture("shop");
    let arguments = ["create-all", "--example", "demo", "--manifest-path", manifest.to_str().expect("a path")];
    let mut command = aludel(place.folder.path(), &arguments);
    let shown = show(command.env("DATABASE_URL", "sqlite:///app.db"));
    assert!(shown.starts_with("exit code: 0") && shown.contains("sqlite:///app.db"), "{shown}");
    assert!(place.contents().contains(&"table demos".to_owned()));
}

#[test]
fn an_error_of_the_server_shows_the_statement() {
    let place = Place::new();
    let url = format!("sqlite:///{}", place.file().display());
    on_runtime(async {
        let engine = aludel::create_engine(&url)?.connect().await?;
        engine.run_script("CREATE TABLE t (a); CREATE INDEX ix_products_name ON t (a)").await?;
        engine.dispose().await
    });
    assert_snapshot!(place.run("create-all", &["--lib"]));
    // All tables or none.
    assert_eq!(place.contents(), ["index ix_products_name", "table t"]);
    std::fs::write(place.file(), "this is no database, and long enough to be read as one".repeat(20)).expect("written");
    let shown = place.run("create-all", &[]);
    assert!(shown.starts_with("exit code: 1") && shown.contains("app.db"), "{shown}");
}

#[test]
fn a_program_can_have_the_command_built_in() {
    let place = Place::new();
    let program = Path::new(env!("CARGO_BIN_EXE_aludel")).parent().expect("a folder").join("examples/embedded");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    // `cargo test --test cli` builds no examples.
    if !program.is_file() {
        let arguments = ["build", "--quiet", "--package", "aludel-cli", "--example", "embedded"];
        assert!(Command::new(env!("CARGO")).args(arguments).status().expect("cargo runs").success());
    }
    let run = |arguments: &[&str]| show(&mut command(&program, place.folder.path(), arguments));
    assert_snapshot!(run(&["sql", "--dialect", "sqlite"]));
    assert_snapshot!(run(&["create-all", "--database", "sqlite:///app.db"]));
    assert_snapshot!(run(&["sql", "--example", "demo"]));
    assert_eq!(place.contents(), ["table posts", "table users"]);
}

/// `run` blocks, and may nevertheless be called in an async `main`.
#[tokio::test]
async fn the_command_can_be_run_within_a_runtime() {
    use aludel::prelude::*;

    #[derive(Model, Clone)]
    struct Thing {
        #[column(primary_key)]
        id: i64,
    }

    let place = Place::new();
    let url = format!("sqlite:///{}", place.file().display());
    let _ = aludel_cli::run_from(metadata![Thing], ["things", "create-all", "--database", &url]);
    let engine = create_engine(&url).expect("a URL").connect().await.expect("an engine");
    assert_eq!(names(&engine).await.expect("names"), ["table thing"]);
    let code = aludel_cli::run_from(metadata![], ["things", "sql", "--dialect", "sqlite"]);
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::FAILURE));
}
