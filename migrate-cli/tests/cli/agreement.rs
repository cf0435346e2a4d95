//! What the scan reads is what the compiler makes.

use aludel::schema::{Model as _, TableDef};
use aludel_cli::scan::{Features, ScanOptions, ScannedModel, Targets, scan};
use std::path::Path;

#[path = "../fixtures/types/src/lib.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
pub(crate) mod types;

aludel_every_model::every_model!(crate::agreement);

/// Every model of the workspace, by its file and name, as the compiler makes it.
pub(crate) fn models() -> Vec<(String, &'static TableDef)> {
    let mut models: Vec<_> = every_model().into_iter().map(|(name, table)| (name.to_owned(), table)).collect();
    let documentation = [
        ("Cluster", aludel_doc::Cluster::table()),
        ("Post", aludel_doc::Post::table()),
        ("User", aludel_doc::User::table()),
    ];
    models.extend(documentation.map(|(name, table)| (format!("orm-core/doc/src/lib.rs {name}"), table)));
    models
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_type_and_name_is_read_as_it_is_compiled() {
    use types::*;
    let options = ScanOptions { manifest_path: Some(root().join("tests/fixtures/types")), ..ScanOptions::default() };
    let found = scan(&options).expect("the fixture");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let compiled =
        [names::Other::table(), Scalars::table(), Named::table(), OwnKey::table(), Half::table(), Pair::table()];
    compare(&found.models.iter().map(|model| &model.table).collect::<Vec<_>>(), &compiled);
    assert_eq!(found.metadata().expect("tables"), aludel::metadata![names::Other, Scalars, Named, OwnKey, Half, Pair]);
    assert_eq!(found.metadata().expect("tables").sorted().expect("an order").tables.len(), compiled.len());
}

fn compare(scanned: &[&TableDef], compiled: &[&TableDef]) {
    let names = |tables: &[&TableDef]| tables.iter().map(|table| table.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(scanned), names(compiled));
    for (scanned, compiled) in scanned.iter().zip(compiled) {
        assert_eq!(scanned, compiled);
    }
}

/// A model is here as soon as it is written in an example or a test of any package: nothing is listed by hand.
#[test]
fn every_model_of_the_workspace_is_read_as_it_is_compiled() {
    let options = ScanOptions {
        manifest_path: Some(root().join("../Cargo.toml")),
        workspace: true,
        features: Features { all: true, ..Features::default() },
        targets: Targets { lib: true, bins: true, examples: true, tests: true, ..Targets::default() },
        ..ScanOptions::default()
    };
    let found = scan(&options).expect("the workspace");
    let workspace = root().parent().expect("the workspace's folder").canonicalize().expect("it exists");
    let name = |model: &ScannedModel| {
        let file = model.place.file().path().canonicalize().expect("it was read");
        let file = file.strip_prefix(&workspace).expect("it is in the workspace").to_string_lossy().replace('\\', "/");
        let ident = model.path.rsplit("::").next().unwrap_or_default();
        format!("{file} {ident}")
    };
    // This test compiles the fixture of types as a module of its own.
    let own = |file: &str| file.starts_with("migrate-cli/tests/");
    let mut scanned: Vec<(String, &TableDef)> = found.models.iter().map(|model| (name(model), &model.table)).collect();
    let mut compiled = models();
    for models in [&mut scanned, &mut compiled] {
        models.retain(|(name, _)| !own(name));
        models.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let names = |models: &[(String, &TableDef)]| models.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&scanned), names(&compiled));
    assert!(names(&scanned).contains(&"examples/quickstart.rs User".to_owned()), "{:?}", names(&scanned));
    for ((name, scanned), (_, compiled)) in scanned.iter().zip(&compiled) {
        assert_eq!(scanned, compiled, "{name}");
    }
}
