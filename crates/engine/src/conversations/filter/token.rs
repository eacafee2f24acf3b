//! The tokens of a query.

use switchboard_domain::Piece;

/// A token and where it begins, counted from 1.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// What a token is. Text is already free of escapes.
#[derive(Debug)]
pub(super) enum Kind {
    And,
    Or,
    Not,
    Plus,
    Minus,
    Open,
    Close,
    Colon,
    Boost,
    /// A term without wildcards.
    Word(String),
    /// A term with wildcards; two `Any` or two `Literal`s never follow one another.
    Wild(Vec<Piece>),
    /// What stood between quotes.
    Phrase(String),
    /// What stood between brackets.
    Range(Ends),
}

/// Both ends of a range.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) from: End,
    pub(super) to: End,
}

/// One end of a range.
#[derive(Debug)]
pub(super) struct End {
    /// `None` is `*`.
    pub(super) text: Option<String>,
    /// `[` and `]` include the value, `{` and `}` do not.
    pub(super) included: bool,
}
