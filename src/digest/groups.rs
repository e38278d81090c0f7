//! Which of many numbers belong together, in four bytes each.

/// Numbers from 0 in groups from 0, each number in exactly one.
#[derive(Debug)]
pub(super) struct Groups {
    /// The numbers of the first group in ascending order, then those of the second …
    members: Vec<u32>,
    /// Where each group ends.
    ends: Vec<u32>,
}

impl Groups {
    /// The groups of numbers that `first_of` gives the same first, in the order of the firsts; a first is its own.
    pub(super) fn of(first_of: &[u32]) -> Self {
        let mut members: Vec<u32> = (0..first_of.len() as u32).collect();
        members.sort_by_key(|&number| (first_of[number as usize], number));
        let same = |one: &u32, other: &u32| first_of[*one as usize] == first_of[*other as usize];
        let mut end = 0;
        let ends = members.chunk_by(same).map(|group| {
            end += group.len() as u32;
            end
        });
        let ends = ends.collect();
        Self { members, ends }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The members of `group` in ascending order.
    pub(super) fn get(&self, group: u32) -> &[u32] {
        let group = group as usize;
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.members[start as usize..self.ends[group] as usize]
    }

    /// Every group with its members.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|group| self.get(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_group() {
        let groups = Groups::of(&[0, 1, 0, 3, 1, 0]);
        assert_eq!(groups.iter().collect::<Vec<_>>(), [&[0, 2, 5][..], &[1, 4], &[3]]);
        assert_eq!((groups.len(), groups.get(2)), (3, &[3][..]));
        assert_eq!(Groups::of(&[]).len(), 0);
    }
}
