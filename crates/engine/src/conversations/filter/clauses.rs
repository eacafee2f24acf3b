//! How the clauses of one row become one condition, and how conditions are kept small.

use switchboard_domain::ConversationFilter as Filter;

/// What joins a clause to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conjunction {
    None,
    And,
    Or,
}

/// What stands before a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modifier {
    None,
    Required,
    Excluded,
}

/// The clauses of one row, as Lucene's classic parser takes them down.
#[derive(Debug, Default)]
pub(super) struct Clauses(Vec<(Occurrence, Filter)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occurrence {
    Optional,
    Required,
    Excluded,
}

impl Clauses {
    /// Adds a clause; `None` is one without a word in it, which still makes the one before it required.
    pub(super) fn add(
        &mut self,
        conjunction: Conjunction,
        modifier: Modifier,
        clause: Option<Filter>,
    ) {
        let joined = conjunction == Conjunction::And;
        if joined
            && let Some((before, _)) = self.0.last_mut()
            && *before == Occurrence::Optional
        {
            *before = Occurrence::Required;
        }
        let occurrence = match modifier {
            Modifier::Excluded => Occurrence::Excluded,
            Modifier::Required => Occurrence::Required,
            Modifier::None if joined => Occurrence::Required,
            Modifier::None => Occurrence::Optional,
        };
        self.0
            .extend(clause.map(|condition| (occurrence, condition)));
    }

    /// The condition of the whole row; `None` if no clause had a word in it.
    pub(super) fn combined(self) -> Option<Filter> {
        let has = |wanted| self.0.iter().any(|(occurrence, _)| *occurrence == wanted);
        let (required, optional) = (has(Occurrence::Required), has(Occurrence::Optional));
        if self.0.is_empty() {
            return None;
        }
        if !required && !optional {
            return Some(Filter::Nothing);
        }
        let (mut all, mut any) = (Vec::new(), Vec::new());
        for (occurrence, condition) in self.0 {
            match occurrence {
                Occurrence::Required => all.push(condition),
                Occurrence::Excluded => all.push(not(condition)),
                Occurrence::Optional => any.push(condition),
            }
        }
        if !required {
            all.insert(0, any_of(any));
        }
        Some(all_of(all))
    }
}

/// All of these, without what decides nothing.
pub(super) fn all_of(conditions: Vec<Filter>) -> Filter {
    let mut kept = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition {
            Filter::All => {}
            Filter::Nothing => return Filter::Nothing,
            Filter::And(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    match kept.len() {
        0 => Filter::All,
        1 => kept.swap_remove(0),
        _ => Filter::And(kept),
    }
}

/// At least one of these, without what decides nothing.
pub(super) fn any_of(conditions: Vec<Filter>) -> Filter {
    let mut kept = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition {
            Filter::All => return Filter::All,
            Filter::Nothing => {}
            Filter::Or(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    match kept.len() {
        0 => Filter::Nothing,
        1 => kept.swap_remove(0),
        _ => Filter::Or(kept),
    }
}

fn not(condition: Filter) -> Filter {
    match condition {
        Filter::All => Filter::Nothing,
        Filter::Nothing => Filter::All,
        Filter::Not(inner) => *inner,
        other => Filter::Not(Box::new(other)),
    }
}
