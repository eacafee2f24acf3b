//! Collects the letters and wildcards of one term.

use switchboard_domain::Piece;

/// A term while it is read.
#[derive(Debug, Default)]
pub(super) struct Term {
    pieces: Vec<Piece>,
}

/// A term that has been read.
#[derive(Debug)]
pub(super) enum Finished {
    Word(String),
    Wild(Vec<Piece>),
}

impl Term {
    pub(super) fn letter(&mut self, letter: char) {
        if let Some(Piece::Literal(text)) = self.pieces.last_mut() {
            text.push(letter);
        } else {
            self.pieces.push(Piece::Literal(letter.to_string()));
        }
    }

    pub(super) fn one(&mut self) {
        self.pieces.push(Piece::One);
    }

    pub(super) fn any(&mut self) {
        if self.pieces.last() != Some(&Piece::Any) {
            self.pieces.push(Piece::Any);
        }
    }

    pub(super) fn finished(mut self) -> Finished {
        match self.pieces.pop() {
            None => Finished::Word(String::new()),
            Some(Piece::Literal(word)) if self.pieces.is_empty() => Finished::Word(word),
            Some(last) => {
                self.pieces.push(last);
                Finished::Wild(self.pieces)
            }
        }
    }
}
