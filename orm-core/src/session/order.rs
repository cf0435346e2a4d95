//! The order in which rows are written, so that foreign keys hold: each row after those it refers to.

use super::{key::Key, object::Object};
use crate::schema::{AnyModel, ForeignKeyDef, TableDef};
use std::collections::{HashMap, HashSet};

/// The tables in groups, each after those it refers to. Only tables that refer to each other, or one that refers to itself, need more: the
/// order of their rows, told by the flag.
pub(super) fn table_groups(tables: &[&'static TableDef]) -> Vec<(Vec<&'static TableDef>, bool)> {
    let position = |key: &ForeignKeyDef| tables.iter().position(|table| key.refers_to(table));
    let parents: Vec<Vec<usize>> =
        tables.iter().map(|table| table.foreign_keys.iter().filter_map(position).collect()).collect();
    let group = |group: Vec<usize>| {
        let circular = group.len() > 1 || group.iter().any(|&table| parents[table].contains(&table));
        (group.into_iter().map(|index| tables[index]).collect(), circular)
    };
    circles(&parents).into_iter().map(group).collect()
}

/// That a row refers to another one, both by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) parent: usize,
    /// The foreign key, by position.
    pub(super) key: usize,
    pub(super) wait: Wait,
}

/// Whether a reference can be left out until the row it is to is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Never,
    /// It is NULL until then.
    Null,
    /// The server looks at COMMIT.
    Commit,
}

/// Rows in layers: each row after the layers of those it refers to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layers {
    /// The layer of each row.
    pub(super) layer: Vec<usize>,
    /// The references that close circles and are left out, each with the number of its row.
    pub(super) cut: Vec<(usize, Edge)>,
}

/// Puts rows into layers; `edges` are the references of each. The error is rows that refer to each other and cannot wait.
pub(super) fn layers(edges: &[Vec<Edge>]) -> Result<Layers, Vec<usize>> {
    let whole = depths(edges, |_, _| true);
    if let Ok(layer) = whole {
        return Ok(Layers { layer, cut: Vec::new() });
    }
    let parents: Vec<Vec<usize>> = edges.iter().map(|edges| edges.iter().map(|edge| edge.parent).collect()).collect();
    let mut circle = vec![0; edges.len()];
    for (number, rows) in circles(&parents).into_iter().enumerate() {
        rows.into_iter().for_each(|row| circle[row] = number);
    }
    let is_cut = |row: usize, edge: &Edge| circle[row] == circle[edge.parent] && edge.wait != Wait::Never;
    let layer = depths(edges, |row, edge| !is_cut(row, edge))?;
    let all = edges.iter().enumerate().flat_map(|(row, edges)| edges.iter().map(move |edge| (row, *edge)));
    Ok(Layers { layer, cut: all.filter(|(row, edge)| is_cut(*row, edge)).collect() })
}

/// How many rows are above each, along the edges that `counts` lets through; or the rows that stand in circles.
fn depths(edges: &[Vec<Edge>], counts: impl Fn(usize, &Edge) -> bool) -> Result<Vec<usize>, Vec<usize>> {
    let mut children = vec![Vec::new(); edges.len()];
    let mut waits_for = vec![0_usize; edges.len()];
    for (row, edges) in edges.iter().enumerate() {
        for edge in edges.iter().filter(|edge| counts(row, edge)) {
            children[edge.parent].push(row);
            waits_for[row] += 1;
        }
    }
    let mut depth = vec![0; edges.len()];
    let mut ready: Vec<usize> = (0..edges.len()).filter(|&row| waits_for[row] == 0).collect();
    let mut next = 0;
    while let Some(&row) = ready.get(next) {
        next += 1;
        for &child in &children[row] {
            depth[child] = depth[child].max(depth[row] + 1);
            waits_for[child] -= 1;
            if waits_for[child] == 0 {
                ready.push(child);
            }
        }
    }
    if ready.len() == edges.len() {
        Ok(depth)
    } else {
        Err((0..edges.len()).filter(|&row| waits_for[row] > 0).collect())
    }
}

/// The numbers from 0 in groups of those that lead to each other, each group after its parents: Tarjan's strongly connected
/// components ("Depth-first search and linear graph algorithms", 1972), without recursion, since chains may be longer than a stack is deep.
fn circles(parents: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut found = vec![NEW; parents.len()];
    let mut lowest = vec![0; parents.len()];
    let mut open = vec![false; parents.len()];
    let (mut stack, mut groups, mut time) = (Vec::new(), Vec::new(), 0);
    for root in 0..parents.len() {
        // A path from a child up, with how many parents of each were visited.
        let mut path: Vec<(usize, usize)> = if found[root] == NEW { vec![(root, 0)] } else { Vec::new() };
        while let Some((node, visited)) = path.last_mut() {
            let node = *node;
            if found[node] == NEW {
                (found[node], lowest[node], open[node]) = (time, time, true);
                time += 1;
                stack.push(node);
            }
            if let Some(&parent) = parents[node].get(*visited) {
                *visited += 1;
                if found[parent] == NEW {
                    path.push((parent, 0));
                } else if open[parent] {
                    lowest[node] = lowest[node].min(found[parent]);
                }
                continue;
            }
            path.pop();
            if let Some(&(child, _)) = path.last() {
                lowest[child] = lowest[child].min(lowest[node]);
            }
            if lowest[node] == found[node] {
                let start = stack.iter().rposition(|&other| other == node).unwrap_or_default();
                let mut group = stack.split_off(start);
                group.sort_unstable();
                group.iter().for_each(|&member| open[member] = false);
                groups.push(group);
            }
        }
    }
    groups
}

/// The rows of one table that change, each after the one whose key or unique value it takes, and otherwise as they are;
/// of each, what it was and what it is to be.
pub(super) fn sort_changes<'a>(
    table: &'static TableDef,
    slots: &mut [u32],
    change: impl Fn(u32) -> Option<(&'a dyn AnyModel, &'a dyn AnyModel)>,
) {
    let mut parents = vec![Vec::new(); slots.len()];
    for columns in unique_keys(table) {
        let differs = |was: &dyn AnyModel, is: &dyn AnyModel| {
            columns.iter().any(|&column| !was.field(column.into()).same(is.field(column.into())))
        };
        let changes = slots.iter().enumerate().filter_map(|(row, &slot)| Some((row, change(slot)?)));
        let changes: Vec<_> = changes.filter(|(_, (was, is))| differs(*was, *is)).collect();
        let freed: HashMap<Key, usize> =
            changes.iter().filter_map(|(row, (was, _))| Some((key_of(*was, columns)?, *row))).collect();
        for (row, (_, is)) in changes {
            parents[row].extend(key_of(is, columns).and_then(|key| freed.get(&key).copied()));
        }
    }
    if parents.iter().any(|parents| !parents.is_empty()) {
        let sorted: Vec<u32> = circles(&parents).into_iter().flatten().map(|row| slots[row]).collect();
        slots.copy_from_slice(&sorted);
    }
}

/// Whether a row that comes has a key or a unique value of one that goes or changes, all of one table.
pub(super) fn takes_the_place(going: &[&Object], coming: &[&Object]) -> bool {
    let (Some(one), false) = (going.first(), coming.is_empty()) else { return false };
    unique_keys(one.value.table()).any(|columns| {
        let freed: HashSet<Key> = going.iter().filter_map(|object| key_of(object.in_database(), columns)).collect();
        coming.iter().any(|object| key_of(&*object.value, columns).is_some_and(|key| freed.contains(&key)))
    })
}

/// The columns of each key that no two rows of a table share.
pub(super) fn unique_keys(table: &TableDef) -> impl Iterator<Item = &[u16]> {
    let indexes = table.indexes.iter().filter(|index| index.unique).map(|index| &*index.columns);
    let uniques = table.uniques.iter().map(|unique| &*unique.columns);
    std::iter::once(&*table.primary_key).chain(uniques).chain(indexes)
}

pub(super) fn key_of(model: &dyn AnyModel, columns: &[u16]) -> Option<Key> {
    Key::new(columns.iter().map(|&column| model.field(column.into()).to_value()))
}

#[cfg(test)]
mod tests {
    use super::{Edge, Wait, circles, layers};

    fn edge(parent: usize, wait: Wait) -> Edge {
        Edge { parent, key: 0, wait }
    }

    #[test]
    fn parents_stand_before_their_children() {
        assert_eq!(circles(&[vec![], vec![], vec![]]), [[0], [1], [2]]);
        assert_eq!(circles(&[vec![2], vec![], vec![1]]), [[1], [2], [0]]);
        assert_eq!(circles(&[vec![1, 2], vec![2], vec![]]), [[2], [1], [0]]);
    }

    #[test]
    fn those_that_lead_to_each_other_stand_together() {
        assert_eq!(circles(&[vec![0], vec![2], vec![1]]), [vec![0], vec![1, 2]]);
        assert_eq!(circles(&[vec![1], vec![2], vec![0, 3], vec![]]), [vec![3], vec![0, 1, 2]]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let chain: Vec<Vec<usize>> =
            (1..=100_000).map(|parent| if parent < 100_000 { vec![parent] } else { vec![] }).collect();
        assert_eq!(circles(&chain).first(), Some(&vec![99_999]));
        let edges: Vec<Vec<Edge>> =
            chain.iter().map(|parents| parents.iter().map(|&parent| edge(parent, Wait::Never)).collect()).collect();
        assert_eq!(layers(&edges).map(|layers| layers.layer[0]), Ok(99_999));
    }

    #[test]
    fn a_circle_is_cut_where_a_reference_can_wait() {
        let tree = [vec![], vec![edge(0, Wait::Null)], vec![edge(1, Wait::Null)]];
        assert_eq!(layers(&tree).map(|layers| (layers.layer, layers.cut.len())), Ok((vec![0, 1, 2], 0)));
        let circle = [vec![edge(1, Wait::Null)], vec![edge(0, Wait::Never)], vec![edge(1, Wait::Null)]];
        let cut = layers(&circle).map(|layers| (layers.layer, layers.cut));
        assert_eq!(cut, Ok((vec![0, 1, 2], vec![(0, edge(1, Wait::Null))])));
        let stuck = [vec![edge(1, Wait::Never)], vec![edge(0, Wait::Never)], vec![]];
        assert_eq!(layers(&stuck), Err(vec![0, 1]));
    }
}
