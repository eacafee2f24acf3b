//! Reads tokens into a condition: rows of clauses within parentheses, to a bounded depth.

use std::iter::Peekable;
use std::vec::IntoIter;

use switchboard_domain::{ConversationFilter as Filter, Piece};

use super::clauses::{Clauses, Conjunction, Modifier};
use super::fields::Field;
use super::token::{Kind, Token};
use super::{FilterError, MAX_CLAUSES, MAX_DEPTH};

/// The condition these tokens state; `end` is the place after the last character.
pub(super) fn parse(tokens: Vec<Token>, end: usize) -> Result<Filter, FilterError> {
    if tokens.is_empty() {
        return Ok(Filter::All);
    }
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        end,
        clauses: 0,
    };
    let condition = parser.row(&Field::DEFAULT, 0)?;
    match parser.tokens.next() {
        None => Ok(condition.unwrap_or(Filter::Nothing)),
        Some(token) => Err(refused(
            token.at,
            "this ) closes nothing; leave it out, or as a letter write \\)",
        )),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    end: usize,
    clauses: usize,
}

impl Parser {
    /// Clauses up to the end or to a closing parenthesis, which is left to the caller.
    fn row(&mut self, field: &Field, depth: usize) -> Result<Option<Filter>, FilterError> {
        let mut clauses = Clauses::default();
        let mut conjunction = Conjunction::None;
        loop {
            let modifier = self.modifier();
            let clause = self.clause(field, depth)?;
            clauses.add(conjunction, modifier, clause);
            if self
                .tokens
                .peek()
                .is_none_or(|token| matches!(token.kind, Kind::Close))
            {
                return Ok(clauses.combined());
            }
            conjunction = self.conjunction();
        }
    }

    fn conjunction(&mut self) -> Conjunction {
        let found = match self.tokens.peek().map(|token| &token.kind) {
            Some(Kind::And) => Conjunction::And,
            Some(Kind::Or) => Conjunction::Or,
            _ => return Conjunction::None,
        };
        self.tokens.next();
        found
    }

    fn modifier(&mut self) -> Modifier {
        let found = match self.tokens.peek().map(|token| &token.kind) {
            Some(Kind::Plus) => Modifier::Required,
            Some(Kind::Minus | Kind::Not) => Modifier::Excluded,
            _ => return Modifier::None,
        };
        self.tokens.next();
        found
    }

    /// One term, or a row in parentheses, with or without a field before it.
    fn clause(&mut self, field: &Field, depth: usize) -> Result<Option<Filter>, FilterError> {
        let first = self.token()?;
        match (self.field(&first)?, first) {
            (Some(named), _) => {
                let value = self.token()?;
                self.value(&named, value, depth)
            }
            (None, value) => self.value(field, value, depth),
        }
    }

    /// The field this token names, if a colon follows it; takes the colon.
    fn field(&mut self, token: &Token) -> Result<Option<Field>, FilterError> {
        let followed = self
            .tokens
            .peek()
            .is_some_and(|next| matches!(next.kind, Kind::Colon));
        if !followed {
            return Ok(None);
        }
        let field = match &token.kind {
            Kind::Word(name) => Field::named(name).map_err(|problem| refused(token.at, problem))?,
            Kind::Wild(pieces) if *pieces == [Piece::Any] => Field::Everything,
            _ => return Ok(None),
        };
        self.tokens.next();
        Ok(Some(field))
    }

    fn value(
        &mut self,
        field: &Field,
        token: Token,
        depth: usize,
    ) -> Result<Option<Filter>, FilterError> {
        let at = token.at;
        self.count(&token)?;
        let meaning = match token.kind {
            Kind::Open => Ok(self.parenthesis(field, at, depth)?),
            Kind::Word(text) => field.word(&text),
            Kind::Phrase(text) => field.phrase(&text),
            Kind::Wild(pieces) => field.wild(pieces),
            Kind::Range(ends) => field.range(&ends),
            operator => Err(misplaced(&operator).to_owned()),
        };
        let condition = meaning.map_err(|problem| refused(at, problem))?;
        self.tokens
            .next_if(|token| matches!(token.kind, Kind::Boost));
        Ok(condition)
    }

    fn parenthesis(
        &mut self,
        field: &Field,
        at: usize,
        depth: usize,
    ) -> Result<Option<Filter>, FilterError> {
        let depth = depth.saturating_add(1);
        if depth > MAX_DEPTH {
            let problem = format!(
                "parentheses lie more than {MAX_DEPTH} deep in one another here; use fewer"
            );
            return Err(refused(at, problem));
        }
        let condition = self.row(field, depth)?;
        match self.tokens.next() {
            Some(_) => Ok(condition),
            None => Err(refused(
                at,
                "the parenthesis that opens here is never closed; close it, or as a letter write \\(",
            )),
        }
    }

    fn count(&mut self, token: &Token) -> Result<(), FilterError> {
        let terms = match &token.kind {
            Kind::Word(text) | Kind::Phrase(text) => text.split_whitespace().count().max(1),
            Kind::Wild(_) | Kind::Range(_) => 1,
            _ => 0,
        };
        self.clauses = self.clauses.saturating_add(terms);
        if self.clauses > MAX_CLAUSES {
            let problem = format!("the query has more than {MAX_CLAUSES} terms; ask for less");
            return Err(refused(token.at, problem));
        }
        Ok(())
    }

    fn token(&mut self) -> Result<Token, FilterError> {
        self.tokens.next().ok_or_else(|| {
            refused(
                self.end,
                "the query ends where a term belongs; add one, or leave out the operator or field \
                 before it",
            )
        })
    }
}

/// What to do about an operator where a term belongs.
fn misplaced(operator: &Kind) -> &'static str {
    match operator {
        Kind::And => "AND stands between two terms; add the missing one, or quote it as a word",
        Kind::Or => "OR stands between two terms; add the missing one, or quote it as a word",
        Kind::Not | Kind::Minus => {
            "this excludes a term and none follows; put exactly one of NOT, ! and - right before a \
             term, or as a letter write \\- or \\!"
        }
        Kind::Plus => {
            "a + requires a term and none follows; put exactly one right before a term, or as a \
             letter write \\+"
        }
        Kind::Colon => {
            "a colon stands between a field and its value; within a value write \\: or put the \
             value in quotes"
        }
        Kind::Close => "there is no term before this ); add one, or as a letter write \\)",
        _ => "a boost (^) stands right after a term; leave it out, or as a letter write \\^",
    }
}

fn refused(position: usize, problem: impl Into<String>) -> FilterError {
    FilterError {
        position,
        problem: problem.into(),
    }
}
