//! Which packages, targets and features are read.

use crate::program::run;
use insta::assert_snapshot;

/// The tables of a script.
fn tables(arguments: &[&str]) -> String {
    let shown = run("shop", &[&["sql", "--dialect", "sqlite"], arguments].concat());
    assert!(shown.starts_with("exit code: 0"), "{shown}");
    let names = shown.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_whole_script() {
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--all-features"]));
    assert_snapshot!(run("shop", &["sql", "--dialect", "sqlite", "--drop", "--no-default-features"]));
    assert_snapshot!(run("cycle", &["sql", "--dialect", "sqlite", "--json"]));
    assert_snapshot!(run("shop", &["sql", "--database", "sqlite:///never-opened.db", "--example", "demo"]));
}

#[test]
fn targets_are_chosen_as_cargo_chooses_them() {
    let library = "products notes addresses customers orders lines reviews";
    assert_eq!(tables(&[]), format!("{library} imports"));
    assert_eq!(tables(&["--lib"]), library);
    assert_eq!(tables(&["--bin", "import"]), format!("{library} imports"));
    assert_eq!(tables(&["--example", "demo"]), format!("{library} demos"));
    assert_eq!(tables(&["--bins", "--examples"]), format!("{library} imports demos"));
    assert_eq!(tables(&["--package", "shop"]), format!("{library} imports"));
    assert_eq!(tables(&["--workspace", "--lib"]), library);
}

#[test]
fn features_decide_what_is_there() {
    assert_eq!(tables(&["--lib", "--no-default-features"]), "products addresses customers orders lines");
    let all = "products notes addresses customers orders lines reviews contracts";
    assert_eq!(tables(&["--lib", "--features", "wholesale"]), all);
    assert_eq!(tables(&["--lib", "-F", "wholesale,reviews", "--no-default-features"]), all);
    let script = run("shop", &["sql", "--dialect", "sqlite", "--features", "wholesale"]);
    // A field of the package, and a variant in one that it turns a feature of on.
    assert!(script.contains("discount DOUBLE") && script.contains("'billed'"), "{script}");
}
