//! The machine code in a library.

use std::fs;
use std::path::Path;

use anyhow::Result;
use object::read::archive::ArchiveFile;
use object::{File, Object as _, ObjectSection as _, SectionKind};

/// The bytes of machine code in the objects of an rlib.
///
/// Not the size of the objects: that counts symbol names, and grows with the length of a type's path.
pub fn machine_code(rlib: &Path) -> Result<u64> {
    let data = fs::read(rlib)?;
    let mut bytes = 0;
    for member in ArchiveFile::parse(&*data)?.members() {
        let member = File::parse(member?.data(&*data)?)?;
        bytes += member.sections().filter(|section| section.kind() == SectionKind::Text).map(|s| s.size()).sum::<u64>();
    }
    Ok(bytes)
}
