//! Every order in which the steps of two writers and two readers of one key can come: with ours, and with protocols that look right and are not.
//!
//! A step is what the server does in one go: a get, a conditional write, a delete, a commit. Faults are steps too: the server forgets the key, a
//! writer dies, a lock's time is over while its writer lives.

use super::{Entry, Found, Holder, Id, Unlock, find, lock, may_fill, unlock};
use std::collections::{HashSet, VecDeque};

/// What is wrong with a protocol, or not.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    /// A reader got a value that was not the committed one at that moment.
    stale_hit: bool,
    /// When everybody was done, a value stood there that is not the committed one.
    stale_left: bool,
}

const NEVER: Verdict = Verdict { stale_hit: false, stale_left: false };

/// How often each fault may come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Faults {
    /// The server forgets the key: it makes room, restarts, is flushed, or a lock's time is over.
    lost: u8,
    /// A writer dies before or after its commit.
    deaths: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Ours,
    /// Readers fill whatever came in between.
    BlindFill,
    /// Writers delete before their commit, readers have leases.
    DeleteBefore,
    /// Writers delete after their commit, readers have leases.
    DeleteAfter,
    /// A lock that knows no holders: who comes first takes it away.
    OneOwner,
}

/// An entry, and the number of the write that made it.
type Stored = Option<(Entry<u8>, u32)>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum WriterStep {
    Look,
    Lock,
    Commit,
    LookAgain,
    Unlock,
    Done,
    Dead,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Writer {
    step: WriterStep,
    /// What it saw last.
    seen: Stored,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum ReaderStep {
    Get,
    Lease,
    Read,
    Look,
    Fill,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Reader {
    step: ReaderStep,
    lease: Id,
    read: u8,
    seen: Stored,
    /// How often it reads yet.
    rounds: u8,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    committed: u8,
    stored: Stored,
    writes: u32,
    leases: Id,
    writers: [Writer; 2],
    readers: [Reader; 2],
    faults: Faults,
}

impl World {
    fn new(faults: Faults) -> Self {
        let writer = Writer { step: WriterStep::Look, seen: None };
        let reader = Reader { step: ReaderStep::Get, lease: 0, read: 0, seen: None, rounds: 2 };
        Self {
            committed: 1,
            stored: None,
            writes: 0,
            leases: 0,
            writers: [writer.clone(), writer],
            readers: [reader.clone(), reader],
            faults,
        }
    }

    fn entry(&self) -> Option<&Entry<u8>> {
        self.stored.as_ref().map(|(entry, _)| entry)
    }

    fn put(&mut self, entry: Entry<u8>) {
        self.writes += 1;
        self.stored = Some((entry, self.writes));
    }

    /// The same world with its writes and leases counted anew: only which are the same, and which come later, makes a difference.
    fn counted_anew(mut self) -> Self {
        let mut writes = Vec::new();
        let mut leases = Vec::new();
        self.numbers(|write| writes.push(*write), |lease| leases.push(*lease));
        writes.sort_unstable();
        writes.dedup();
        leases.sort_unstable();
        leases.dedup();
        let rank = |position: Result<usize, usize>| position.unwrap_or_else(|_| unreachable!("it was collected"));
        self.numbers(
            |write| *write = rank(writes.binary_search(write)) as u32,
            |lease| *lease = rank(leases.binary_search(lease)) as Id,
        );
        (self.writes, self.leases) = (writes.len() as u32, leases.len() as Id);
        self
    }

    /// Every number of a write, and every lease.
    fn numbers(&mut self, mut write: impl FnMut(&mut u32), mut lease: impl FnMut(&mut Id)) {
        let Self { stored, writers, readers, .. } = self;
        readers.iter_mut().for_each(|reader| lease(&mut reader.lease));
        let seen = writers.iter_mut().map(|writer| &mut writer.seen);
        let seen = seen.chain(readers.iter_mut().map(|reader| &mut reader.seen));
        for (entry, number) in seen.chain([stored]).flatten() {
            write(number);
            if let Entry::Lease(standing) = entry {
                lease(standing);
            }
        }
    }

    /// Writes if what stands is what was seen.
    fn swap(&mut self, seen: &Stored, entry: Option<Entry<u8>>) -> bool {
        if self.stored != *seen {
            return false;
        }
        match entry {
            Some(entry) => self.put(entry),
            None => self.stored = None,
        }
        true
    }

    /// The next step of a writer.
    fn write(mut self, protocol: Protocol, number: usize) -> Self {
        use WriterStep::{Commit, Done, Look, LookAgain, Unlock as Unlocking};
        let own = number as Id;
        let Writer { step, seen } = self.writers[number].clone();
        self.writers[number].step = match step {
            WriterStep::Look => match protocol {
                Protocol::Ours | Protocol::OneOwner => {
                    self.writers[number].seen = self.stored.clone();
                    WriterStep::Lock
                }
                Protocol::DeleteBefore => {
                    self.stored = None;
                    Commit
                }
                Protocol::BlindFill | Protocol::DeleteAfter => Commit,
            },
            WriterStep::Lock => {
                let holder = Holder { transaction: own, deadline: 0 };
                let holders = match protocol {
                    Protocol::OneOwner => vec![holder],
                    _ => lock(seen.as_ref().map(|(entry, _)| entry), holder, |_| false),
                };
                if self.swap(&seen, Some(Entry::Lock(holders))) { Commit } else { Look }
            }
            Commit => {
                self.committed += 1;
                match protocol {
                    Protocol::Ours | Protocol::OneOwner => LookAgain,
                    Protocol::DeleteBefore => Done,
                    Protocol::BlindFill | Protocol::DeleteAfter => Unlocking,
                }
            }
            LookAgain => {
                self.writers[number].seen = self.stored.clone();
                Unlocking
            }
            Unlocking if protocol != Protocol::Ours => {
                self.stored = None;
                Done
            }
            Unlocking => {
                let done = match unlock(seen.as_ref().map(|(entry, _)| entry), own) {
                    Unlock::Keep(others) => self.swap(&seen, Some(Entry::Lock(others))),
                    Unlock::Release => self.swap(&seen, None),
                    Unlock::Delete => {
                        self.stored = None;
                        true
                    }
                    Unlock::Nothing => true,
                };
                if done { Done } else { LookAgain }
            }
            over => over,
        };
        if self.writers[number].step == Done {
            self.writers[number].seen = None;
        }
        self
    }

    /// The next step of a reader, and whether it was a hit that is stale.
    fn read(mut self, protocol: Protocol, number: usize) -> (Self, bool) {
        let Reader { step, lease, read, seen, rounds } = self.readers[number].clone();
        let again = Reader { step: ReaderStep::Get, lease: 0, read: 0, seen: None, rounds: rounds.saturating_sub(1) };
        let next = |step| Reader { step, lease, read, seen: None, rounds };
        let mut stale = false;
        self.readers[number] = match step {
            ReaderStep::Get => match find(self.entry().cloned()) {
                Found::Hit(value) => {
                    stale = value != self.committed;
                    again
                }
                // What it reads then is the database's, and fills nothing.
                Found::Bypass => again,
                Found::Missing if protocol == Protocol::BlindFill => next(ReaderStep::Read),
                Found::Missing => next(ReaderStep::Lease),
            },
            ReaderStep::Lease if self.stored.is_some() => again,
            ReaderStep::Lease => {
                self.leases += 1;
                let lease = self.leases;
                self.put(Entry::Lease(lease));
                Reader { lease, ..next(ReaderStep::Read) }
            }
            ReaderStep::Read if protocol == Protocol::BlindFill => {
                Reader { read: self.committed, ..next(ReaderStep::Fill) }
            }
            ReaderStep::Read => Reader { read: self.committed, ..next(ReaderStep::Look) },
            ReaderStep::Look if may_fill(self.entry(), lease) => {
                Reader { seen: self.stored.clone(), ..next(ReaderStep::Fill) }
            }
            ReaderStep::Look => again,
            ReaderStep::Fill => {
                if protocol == Protocol::BlindFill {
                    self.put(Entry::Value(read));
                } else {
                    self.swap(&seen, Some(Entry::Value(read)));
                }
                again
            }
        };
        (self, stale)
    }
}

/// Goes through every world that can come.
fn check(protocol: Protocol, faults: Faults) -> Verdict {
    let mut verdict = NEVER;
    let first = World::new(faults);
    let mut known = HashSet::from([first.clone()]);
    let mut open = VecDeque::from([first]);
    while let Some(world) = open.pop_front() {
        let mut next = Vec::new();
        for (number, writer) in world.writers.iter().enumerate() {
            if matches!(writer.step, WriterStep::Done | WriterStep::Dead) {
                continue;
            }
            if world.faults.deaths > 0 && writer.step != WriterStep::Look {
                let mut after = world.clone();
                after.faults.deaths -= 1;
                after.writers[number] = Writer { step: WriterStep::Dead, seen: None };
                next.push(after);
            }
            next.push(world.clone().write(protocol, number));
        }
        for (number, reader) in world.readers.iter().enumerate() {
            if reader.rounds > 0 {
                let (after, stale) = world.clone().read(protocol, number);
                verdict.stale_hit |= stale;
                next.push(after);
            }
        }
        if world.faults.lost > 0 && world.stored.is_some() {
            let mut after = world.clone();
            after.faults.lost -= 1;
            after.stored = None;
            next.push(after);
        }
        let written = world.writers.iter().all(|writer| matches!(writer.step, WriterStep::Done | WriterStep::Dead));
        let read = world.readers.iter().all(|reader| reader.step == ReaderStep::Get);
        if written && read && matches!(world.entry(), Some(Entry::Value(value)) if *value != world.committed) {
            verdict.stale_left = true;
        }
        for world in next.into_iter().map(World::counted_anew) {
            if known.insert(world.clone()) {
                open.push_back(world);
            }
        }
    }
    verdict
}

const NO_FAULT: Faults = Faults { lost: 0, deaths: 0 };
const LOST: Faults = Faults { lost: 1, deaths: 0 };
const DEATH: Faults = Faults { lost: 0, deaths: 1 };
const BOTH: Faults = Faults { lost: 1, deaths: 1 };

#[test]
fn ours_is_never_stale_and_only_a_lost_lock_makes_it_so() {
    assert_eq!(check(Protocol::Ours, NO_FAULT), NEVER);
    assert_eq!(check(Protocol::Ours, DEATH), NEVER);
    // A lock that is lost while its writer lives: between its commit and its unlocking, and no longer.
    assert_eq!(check(Protocol::Ours, LOST), Verdict { stale_hit: true, stale_left: false });
    // If its writer dies too, nobody takes the old value away: it stays until its time is over.
    assert_eq!(check(Protocol::Ours, BOTH), Verdict { stale_hit: true, stale_left: true });
}

#[test]
fn those_that_look_right_are_found_wrong() {
    let wrong = Verdict { stale_hit: true, stale_left: true };
    assert_eq!(check(Protocol::BlindFill, NO_FAULT), wrong);
    assert_eq!(check(Protocol::DeleteBefore, NO_FAULT), wrong);
    assert_eq!(check(Protocol::DeleteAfter, NO_FAULT), Verdict { stale_hit: true, stale_left: false });
    assert_eq!(check(Protocol::DeleteAfter, DEATH), wrong);
    assert!(check(Protocol::OneOwner, NO_FAULT).stale_hit);
}
