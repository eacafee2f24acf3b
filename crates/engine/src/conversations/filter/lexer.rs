//! Cuts a query into the tokens of Lucene's classic syntax, in one pass.

use std::str::Chars;

use super::term::{Finished, Term};
use super::token::{End, Ends, Kind, Token};
use super::{FilterError, MAX_WILDCARD_PIECES};

/// The tokens of a query.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, FilterError> {
    let mut lexer = Lexer {
        rest: query.chars(),
        at: 1,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    rest: Chars<'a>,
    at: usize,
}

impl Lexer<'_> {
    fn token(&mut self) -> Result<Option<Token>, FilterError> {
        self.skip_space();
        let at = self.at;
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        let kind = match first {
            '(' => self.single(Kind::Open),
            ')' => self.single(Kind::Close),
            ':' => self.single(Kind::Colon),
            '+' => self.operator('+', Kind::Plus),
            '-' => self.operator('-', Kind::Minus),
            '!' => self.operator('!', Kind::Not),
            '"' => Kind::Phrase(self.quoted()?),
            '[' | '{' => Kind::Range(self.range()?),
            '^' => self.boost()?,
            '~' => return Err(error(at, NO_FUZZY)),
            '/' => return Err(error(at, NO_REGEX)),
            ']' | '}' => {
                let problem = format!("this {first} ends no range; as a letter write \\{first}");
                return Err(error(at, problem));
            }
            _ => self.term()?,
        };
        Ok(Some(Token { at, kind }))
    }

    /// A `+`, `-` or `!` with white space after it is a word, as it is to Lucene.
    fn operator(&mut self, sign: char, operator: Kind) -> Kind {
        self.bump();
        if self.peek().is_some_and(is_space) {
            Kind::Word(sign.to_string())
        } else {
            operator
        }
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.bump();
        kind
    }

    fn boost(&mut self) -> Result<Kind, FilterError> {
        let at = self.at;
        self.bump();
        let whole = self.digits();
        let fraction = self.peek() != Some('.') || {
            self.bump();
            self.digits()
        };
        if whole && fraction {
            Ok(Kind::Boost)
        } else {
            Err(error(
                at,
                "a ^ is followed by a number, as in ^2; as a letter write \\^",
            ))
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|character| character.is_ascii_digit())
        {
            self.bump();
        }
        self.at > start
    }

    fn term(&mut self) -> Result<Kind, FilterError> {
        let start = self.at;
        let mut term = Term::default();
        let mut plain = true;
        while let Some(next) = self.peek() {
            match next {
                '\\' => {
                    plain = false;
                    term.letter(self.escaped()?);
                    continue;
                }
                '*' => term.any(),
                '?' => term.one(),
                _ if ends_term(next) => break,
                _ if next == '\0' => return Err(error(self.at, NO_NUL)),
                _ => term.letter(next),
            }
            self.bump();
        }
        match term.finished() {
            Finished::Word(word) => Ok(match word.as_str() {
                "AND" | "&&" if plain => Kind::And,
                "OR" | "||" if plain => Kind::Or,
                "NOT" if plain => Kind::Not,
                _ => Kind::Word(word),
            }),
            Finished::Wild(pieces) if pieces.len() > MAX_WILDCARD_PIECES => Err(error(
                start,
                format!(
                    "this term has {} wildcards and stretches of text between them and may have \
                     {MAX_WILDCARD_PIECES}; use fewer wildcards",
                    pieces.len()
                ),
            )),
            Finished::Wild(pieces) => Ok(Kind::Wild(pieces)),
        }
    }

    /// Text between quotes.
    fn quoted(&mut self) -> Result<String, FilterError> {
        let start = self.at;
        self.bump();
        let mut text = String::new();
        while let Some(next) = self.peek() {
            match next {
                '"' => {
                    self.bump();
                    return Ok(text);
                }
                '\\' => {
                    text.push(self.escaped()?);
                    continue;
                }
                '\0' => return Err(error(self.at, NO_NUL)),
                _ => text.push(next),
            }
            self.bump();
        }
        Err(error(
            start,
            "the quote that opens here is never closed; close it, or as a letter write \\\"",
        ))
    }

    fn range(&mut self) -> Result<Ends, FilterError> {
        let start = self.at;
        let from_included = self.bump() == Some('[');
        let from = self.end_of_range(start)?;
        let separator = self.end_of_range(start)?;
        let to = self.end_of_range(start)?;
        self.skip_space();
        let to_included = match self.bump() {
            Some(']') => true,
            Some('}') => false,
            _ => return Err(error(start, RANGE_FORM)),
        };
        if separator.quoted || separator.text.as_deref() != Some("TO") {
            return Err(error(start, RANGE_FORM));
        }
        Ok(Ends {
            from: End {
                text: from.text,
                included: from_included,
            },
            to: End {
                text: to.text,
                included: to_included,
            },
        })
    }

    /// A value within a range that began at `start`: quoted, or up to white space or a bracket.
    fn end_of_range(&mut self, start: usize) -> Result<RangeText, FilterError> {
        self.skip_space();
        if self.peek() == Some('"') {
            return Ok(RangeText {
                text: Some(self.quoted()?),
                quoted: true,
            });
        }
        let mut text = String::new();
        let mut escapes = false;
        while let Some(next) = self.peek() {
            match next {
                '\\' => {
                    escapes = true;
                    text.push(self.escaped()?);
                    continue;
                }
                ']' | '}' => break,
                '\0' => return Err(error(self.at, NO_NUL)),
                _ if is_space(next) => break,
                _ => text.push(next),
            }
            self.bump();
        }
        if text.is_empty() {
            return Err(error(start, RANGE_FORM));
        }
        Ok(RangeText {
            text: Some(text).filter(|text| escapes || text != "*"),
            quoted: escapes,
        })
    }

    /// The letter that a backslash protects; `\u0041` is the one with that number.
    fn escaped(&mut self) -> Result<char, FilterError> {
        let at = self.at;
        self.bump();
        let letter = match self.bump() {
            None => Err("a backslash protects the letter after it, and none follows; write \\\\"),
            Some('u') => self.numbered().ok_or(
                "a \\u is followed by four hexadecimal digits, as in \\u00e9; write the letter \
                 itself",
            ),
            Some('\0') => Err(NO_NUL),
            Some(other) => Ok(other),
        };
        letter.map_err(|problem| error(at, problem))
    }

    fn numbered(&mut self) -> Option<char> {
        let mut number = 0_u32;
        for _ in 0..4 {
            number = number * 16 + self.bump()?.to_digit(16)?;
        }
        char::from_u32(number).filter(|letter| *letter != '\0')
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.bump();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.at += usize::from(next.is_some());
        next
    }
}

struct RangeText {
    text: Option<String>,
    quoted: bool,
}

fn ends_term(letter: char) -> bool {
    is_space(letter)
        || matches!(
            letter,
            '!' | '(' | ')' | ':' | '^' | '[' | ']' | '"' | '{' | '}' | '~' | '/'
        )
}

/// What parts tokens; other white space is part of a term, and parts its words.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{3000}')
}

fn error(position: usize, problem: impl Into<String>) -> FilterError {
    FilterError {
        position,
        problem: problem.into(),
    }
}

const NO_FUZZY: &str = "fuzzy terms and proximity (~) are not supported; use the wildcards * and ?, \
                        or as a letter write \\~";
const NO_REGEX: &str = "regular expressions (/…/) are not supported; use the wildcards * and ?, or \
                        as a letter write \\/";
const NO_NUL: &str = "no stored text holds the character U+0000; leave it out";
const RANGE_FORM: &str = "a range is written [low TO high], with * for an open end and { or } for \
                          an end that is not included; as a letter write \\[ or \\{";
