//! A partition of articles, or of stories, into groups, in four bytes per member.

/// Articles or stories, as numbers from 0, in groups from 0; each is in exactly one group.
#[derive(Debug)]
pub(super) struct ArticleGroups {
    /// The articles of the first story, or the stories of the first topic, in ascending order, then those of the second, and so on.
    members: Vec<u32>,
    /// One past the last article of each story, or the last story of each topic.
    group_ends: Vec<u32>,
}

impl ArticleGroups {
    /// Groups the articles or stories that have the same value in `first_members`, ordered by that value: the first member of their
    /// group.
    pub(super) fn from_first_members(first_members: &[u32]) -> Self {
        let mut members: Vec<u32> = (0..first_members.len() as u32).collect();
        members.sort_by_key(|&member| (first_members[member as usize], member));
        let is_same_group =
            |member: &u32, other_member: &u32| first_members[*member as usize] == first_members[*other_member as usize];
        let mut group_ends = Vec::new();
        let mut group_end = 0;
        for group_members in members.chunk_by(is_same_group) {
            group_end += group_members.len() as u32;
            group_ends.push(group_end);
        }
        Self { members, group_ends }
    }

    /// Number of stories or topics.
    pub(super) fn len(&self) -> u32 {
        self.group_ends.len() as u32
    }

    /// The articles or stories of `group` in ascending order.
    pub(super) fn get(&self, group: u32) -> &[u32] {
        let group_index = group as usize;
        let group_start = group_index.checked_sub(1).map_or(0, |previous_group| self.group_ends[previous_group]);
        &self.members[group_start as usize..self.group_ends[group_index] as usize]
    }

    /// The members of every group of articles or stories.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|group| self.get(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_group() {
        let groups = ArticleGroups::from_first_members(&[0, 1, 0, 3, 1, 0]);
        assert_eq!(groups.iter().collect::<Vec<_>>(), [&[0, 2, 5][..], &[1, 4], &[3]]);
        assert_eq!((groups.len(), groups.get(2)), (3, &[3][..]));
        assert_eq!(ArticleGroups::from_first_members(&[]).len(), 0);
    }
}
