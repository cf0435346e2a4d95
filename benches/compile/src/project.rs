//! A generated crate, and the cargo commands run on it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};

use crate::library::Library;

/// The name of every generated crate: a package a library, yet one library target for all.
const CRATE: &str = "models";

pub struct Project {
    library: &'static Library,
    models: u32,
    renamed: bool,
    directory: PathBuf,
}

impl Project {
    /// Writes a crate with no model in it yet, so that building it builds the dependencies alone.
    pub fn create(library: &'static Library, models: u32) -> Result<Self> {
        let directory = root().join(library.name);
        let project = Self { library, models, renamed: false, directory };
        let source = project.directory.join("src");
        if source.exists() {
            fs::remove_dir_all(&source)?;
        }
        fs::create_dir_all(&source)?;
        fs::write(project.directory.join("Cargo.toml"), project.manifest())?;
        fs::write(source.join("lib.rs"), "")?;
        Ok(project)
    }

    pub fn name(&self) -> &'static str {
        self.library.name
    }

    pub fn models(&self) -> u32 {
        self.models
    }

    /// Builds the dependencies, for `build` and for `check`; to be called before there are models.
    pub fn build_dependencies(&self) -> Result<()> {
        self.build()?;
        self.check()?;
        Ok(())
    }

    pub fn write_models(&self) -> Result<()> {
        let mut modules = String::new();
        for number in 0..self.models {
            writeln!(modules, "pub mod m{number};")?;
            self.write_model(number)?;
        }
        Ok(fs::write(self.directory.join("src/lib.rs"), modules)?)
    }

    /// Renames a column of the model in the middle, there and back again on alternate calls.
    pub fn rename(&mut self) -> Result<()> {
        self.renamed = !self.renamed;
        self.write_model(self.models / 2)
    }

    /// Forgets what was built of this crate, but not its dependencies.
    pub fn clean(&self) -> Result<()> {
        self.cargo(&["clean", "--quiet", "--package", &self.package()])?;
        Ok(())
    }

    pub fn build(&self) -> Result<Duration> {
        self.time(&["build", "--quiet"])
    }

    pub fn check(&self) -> Result<Duration> {
        self.time(&["check", "--quiet"])
    }

    /// The source after macro expansion.
    pub fn expand(&self) -> Result<Vec<u8>> {
        self.cargo(&["rustc", "--quiet", "--lib", "--", "-Zunpretty=expanded"])
    }

    /// What the last build made.
    pub fn rlib(&self) -> PathBuf {
        target().join(format!("debug/lib{CRATE}.rlib"))
    }

    fn package(&self) -> String {
        format!("{CRATE}-{}", self.library.name)
    }

    fn manifest(&self) -> String {
        format!(
            "[package]\nname = \"{}\"\nedition = \"2024\"\n\n[lib]\nname = \"{CRATE}\"\n\n[workspace]\n\n\
             [profile.dev]\ndebug = 0\n\n[dependencies]\n{}",
            self.package(),
            self.library.dependencies,
        )
    }

    fn write_model(&self, number: u32) -> Result<()> {
        let renamed = self.renamed && number == self.models / 2;
        let path = self.directory.join(format!("src/m{number}.rs"));
        Ok(fs::write(path, self.library.model(number, renamed))?)
    }

    fn time(&self, arguments: &[&str]) -> Result<Duration> {
        let start = Instant::now();
        self.cargo(arguments)?;
        Ok(start.elapsed())
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(arguments)
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "1")
            // Lets this one crate be expanded with a stable compiler. Set for every command, since a change of it makes
            // cargo build some dependencies anew.
            .env("RUSTC_BOOTSTRAP", CRATE)
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run cargo")?;
        ensure!(output.status.success(), "{}: `cargo {}` failed", self.library.name, arguments.join(" "));
        Ok(output.stdout)
    }
}

/// Where crates are generated. The templates' paths to Aludel start from a folder in it.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target").join("compile-cost")
}

/// One for all the crates, so that what they depend on in common is built once.
fn target() -> PathBuf {
    root().join("target")
}
