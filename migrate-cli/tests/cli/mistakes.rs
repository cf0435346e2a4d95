//! Every form of error and warning, as it is shown.

use crate::program::{aludel, fixture, run, show};
use insta::assert_snapshot;

const SQL: &[&str] = &["sql", "--dialect", "sqlite"];

#[test]
fn mistakes_in_models_are_told_all_at_once() {
    assert_snapshot!(run("mistakes", SQL));
}

#[test]
fn mistakes_in_the_module_tree_are_told_all_at_once() {
    assert_snapshot!(run("broken", SQL));
}

#[test]
fn what_cannot_be_read_is_warned_of() {
    assert_snapshot!(run("hidden", SQL));
}

#[test]
fn a_table_is_described_once() {
    assert_snapshot!(run("twice", SQL));
    assert_snapshot!(run("twice", &["sql", "--dialect", "sqlite", "--bin", "same"]));
}

#[test]
fn a_type_that_the_dialect_refuses_is_shown_at_its_field() {
    assert_snapshot!(run("refused", SQL));
}

#[test]
fn problems_are_data_too() {
    assert_snapshot!(run("refused", &["sql", "--dialect", "sqlite", "--json"]));
    assert_snapshot!(run("hidden", &["sql", "--dialect", "sqlite", "--json"]));
    assert_snapshot!(run("shop", &["sql", "--json", "--nothing"]));
}

#[test]
fn no_model_is_an_error() {
    assert_snapshot!(run("empty", SQL));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--example", "demo", "--no-default-features"]));
}

#[test]
fn oracles_script() {
    assert_snapshot!(run("shop", &["sql", "--dialect", "oracle"]));
}

#[test]
fn the_command_line_is_checked() {
    assert_snapshot!(run("shop", &["sql"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqllite"]));
    assert_snapshot!(run("shop", &["create-al"]));
    assert_snapshot!(run("shop", &["create-all"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--bin", "exporter"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--package", "shop-type"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--features", "retail"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--manifest-path", "nowhere/Cargo.toml"]));
}

#[test]
fn passwords_are_never_shown() {
    for arguments in [
        &["create-all", "mysql://root:hunter2@localhost/app"][..],
        &["create-all", "--database", "mysql://root:hunter2@localhost/app"],
        &["create-all", "--database", "mysql://root:hunter2/@localhost/app"],
        &["create-all", "--database", "mysql:hunter2"],
        &["create-all", "--json", "--database", "mysqll://root:hunter2@localhost/app"],
        &["create-all", "--json", "mysql://root:hunter2@localhost/app"],
        &["drop-all", "--databse", "mysql://root:hunter2@localhost/app"],
        &["create-all", "--database", "sqlite:///app.db?passphrase=hunter2"],
        &["sql", "--dialect", "mysql://root:hunter2@localhost/app"],
        &["sql", "--dialect", "sqlite", "--features", "mysql://root:hunter2@localhost/app"],
    ] {
        let shown = run("shop", arguments);
        assert!(!shown.contains("hunter2"), "{arguments:?}: {shown}");
        assert!(shown.starts_with("exit code: 2") || shown.starts_with("exit code: 1"), "{arguments:?}: {shown}");
    }
    // `--help` shows the environment variable, and not what is in it.
    let mut help = aludel(&fixture("shop"), &["create-all", "--help"]);
    let shown = show(help.env("DATABASE_URL", "mysql://root:hunter2@localhost/app"));
    assert!(shown.contains("DATABASE_URL") && !shown.contains("hunter2"), "{shown}");
}
