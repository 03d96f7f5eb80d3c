//! What events tell while an answer is on its way. The answer may be older than they are, and nobody tells it again.

/// The events of the answers that are awaited, the oldest first.
#[derive(Debug)]
pub struct Meanwhile<T> {
    answers: usize,
    told: Vec<T>,
}

impl<T> Default for Meanwhile<T> {
    fn default() -> Self {
        Self {
            answers: 0,
            told: Vec::new(),
        }
    }
}

impl<T: Clone> Meanwhile<T> {
    /// A question is asked. What comes back is handed to [`Meanwhile::answered`].
    pub fn asked(&mut self) -> usize {
        self.answers += 1;
        self.told.len()
    }

    /// An event tells of `one`.
    pub fn heard(&mut self, one: &T) {
        if self.answers > 0 {
            self.told.push(one.clone());
        }
    }

    /// The answer is there, or never comes: what was told since its question.
    pub fn answered(&mut self, asked: usize) -> Vec<T> {
        self.answers = self.answers.saturating_sub(1);
        let since = self.told.iter().skip(asked).cloned().collect();
        if self.answers == 0 {
            self.told.clear();
        }
        since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_told_what_came_since_its_question() {
        let mut meanwhile = Meanwhile::default();
        meanwhile.heard(&1);
        let first = meanwhile.asked();
        meanwhile.heard(&2);
        let second = meanwhile.asked();
        meanwhile.heard(&3);
        assert_eq!(meanwhile.answered(second), [3]);
        assert_eq!(meanwhile.answered(first), [2, 3]);
        meanwhile.heard(&4);
        let third = meanwhile.asked();
        assert_eq!(meanwhile.answered(third), Vec::<i32>::new());
    }
}
