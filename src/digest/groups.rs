//! A partition of numbers into groups, in four bytes per number.

/// The numbers from 0 in groups from 0; each number is in exactly one group.
#[derive(Debug)]
pub(super) struct Groups {
    /// The numbers of the first group in ascending order, then those of the second, and so on.
    members: Vec<u32>,
    /// One past the last member of each group.
    ends: Vec<u32>,
}

impl Groups {
    /// Groups the numbers that have the same value in `starts`, ordered by that value. The value is the first number of the
    /// group.
    pub(super) fn from_starts(starts: &[u32]) -> Self {
        let mut members: Vec<u32> = (0..starts.len() as u32).collect();
        members.sort_by_key(|&number| (starts[number as usize], number));
        let is_same = |one: &u32, other: &u32| starts[*one as usize] == starts[*other as usize];
        let mut ends = Vec::new();
        let mut end = 0;
        for group in members.chunk_by(is_same) {
            end += group.len() as u32;
            ends.push(end);
        }
        Self { members, ends }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The members of `group` in ascending order.
    pub(super) fn get(&self, group: u32) -> &[u32] {
        let index = group as usize;
        let start = index.checked_sub(1).map_or(0, |previous| self.ends[previous]);
        &self.members[start as usize..self.ends[index] as usize]
    }

    /// The members of every group.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|group| self.get(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_group() {
        let groups = Groups::from_starts(&[0, 1, 0, 3, 1, 0]);
        assert_eq!(groups.iter().collect::<Vec<_>>(), [&[0, 2, 5][..], &[1, 4], &[3]]);
        assert_eq!((groups.len(), groups.get(2)), (3, &[3][..]));
        assert_eq!(Groups::from_starts(&[]).len(), 0);
    }
}
