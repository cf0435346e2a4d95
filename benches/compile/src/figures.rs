//! The measurements of one library.

use std::time::Duration;

use anyhow::Result;

use crate::emitted;
use crate::project::Project;

pub struct Figures {
    pub build: Duration,
    pub check: Duration,
    /// `build` again, after a column was renamed in one model.
    pub rebuild: Duration,
    /// `check` again, after a column was renamed in one model.
    pub recheck: Duration,
    /// Bytes a model of source, macros expanded: what rustc is given to work on.
    pub expanded: f64,
    /// Bytes a model of machine code.
    pub machine_code: f64,
}

/// The times taken so far, and the size of what was built.
#[derive(Default)]
pub struct Samples {
    build: Vec<Duration>,
    check: Vec<Duration>,
    rebuild: Vec<Duration>,
    recheck: Vec<Duration>,
    machine_code: u64,
}

impl Samples {
    /// Takes one more of each time.
    pub fn take(&mut self, project: &mut Project) -> Result<()> {
        project.clean()?;
        self.build.push(project.build()?);
        self.machine_code = emitted::machine_code(&project.rlib())?;
        project.rename()?;
        self.rebuild.push(project.build()?);
        project.clean()?;
        self.check.push(project.check()?);
        project.rename()?;
        self.recheck.push(project.check()?);
        Ok(())
    }

    pub fn finish(self, project: &Project) -> Result<Figures> {
        let models = f64::from(project.models());
        Ok(Figures {
            build: median(self.build),
            check: median(self.check),
            rebuild: median(self.rebuild),
            recheck: median(self.recheck),
            expanded: project.expand()?.len() as f64 / models,
            machine_code: self.machine_code as f64 / models,
        })
    }
}

/// The middle one, or the longer of the two in the middle.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
