//! The parameter `fields`: what of a node is asked for, and what of it there is.

use serde_json::{Map, Value, json};

use super::graph_error::GraphError;

/// A node of the graph with everything it could show.
#[derive(Debug)]
pub(crate) struct Node {
    /// The name of its type in error messages.
    pub(crate) kind: &'static str,
    /// What is shown if nobody asks.
    pub(crate) default: &'static [&'static str],
    pub(crate) fields: Vec<(&'static str, Field)>,
}

/// What a field of a node holds.
#[derive(Debug)]
pub(crate) enum Field {
    /// A value.
    Plain(Value),
    /// Nothing for this node: the field exists and is left out.
    Absent,
    /// Another node.
    Node(Node),
    /// Another node, wrapped in `data`.
    Data(Node),
}

impl Field {
    pub(crate) fn text(text: &str) -> Self {
        Self::Plain(text.into())
    }

    pub(crate) fn maybe(value: Option<impl Into<Value>>) -> Self {
        value.map_or(Self::Absent, |value| Self::Plain(value.into()))
    }
}

impl Node {
    /// The node as `fields` asks for it; the id is always in it.
    pub(crate) fn show(&self, asked: Option<&[Asked]>) -> Result<Value, GraphError> {
        let default: Vec<Asked>;
        let asked = if let Some(asked) = asked {
            asked
        } else {
            default = self.default.iter().map(|name| Asked::plain(name)).collect();
            &default
        };
        let mut shown = Map::new();
        for one in asked {
            let Some((_, field)) = self.fields.iter().find(|(name, _)| *name == one.name) else {
                return Err(GraphError::parameter(format!(
                    "Tried accessing nonexisting field ({}) on node type ({})",
                    one.name, self.kind
                )));
            };
            let inside = one.inside.as_deref();
            let value = match field {
                Field::Absent => continue,
                Field::Plain(value) => value.clone(),
                Field::Node(node) => node.show(inside)?,
                Field::Data(node) => json!({"data": node.show(inside)?}),
            };
            shown.insert(one.name.clone(), value);
        }
        if let Some((_, Field::Plain(id))) = self.fields.iter().find(|(name, _)| *name == "id") {
            shown.insert("id".to_owned(), id.clone());
        }
        Ok(Value::Object(shown))
    }
}

/// One field that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    name: String,
    inside: Option<Vec<Asked>>,
}

impl Asked {
    fn plain(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            inside: None,
        }
    }

    /// Reads `id,name,picture.type(large){url}`.
    pub(crate) fn read(text: &str) -> Result<Vec<Self>, GraphError> {
        let mut reader = Reader { text, position: 0 };
        let asked = reader.list()?;
        if reader.peek().is_some() {
            return Err(reader.error("end of string"));
        }
        Ok(asked)
    }
}

struct Reader<'text> {
    text: &'text str,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.position..)?.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += wanted.len_utf8();
        }
        found
    }

    fn list(&mut self) -> Result<Vec<Asked>, GraphError> {
        let mut asked = vec![self.one()?];
        while self.take(',') {
            asked.push(self.one()?);
        }
        Ok(asked)
    }

    fn one(&mut self) -> Result<Asked, GraphError> {
        let name = self.word()?;
        while self.take('.') {
            self.word()?;
            if self.take('(') {
                self.word()?;
                self.expect(')')?;
            }
        }
        let inside = if self.take('{') {
            let inside = self.list()?;
            self.expect('}')?;
            Some(inside)
        } else {
            None
        };
        Ok(Asked { name, inside })
    }

    fn word(&mut self) -> Result<String, GraphError> {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let word: String = rest
            .chars()
            .take_while(|&sign| sign.is_ascii_alphanumeric() || sign == '_')
            .collect();
        if word.is_empty() {
            return Err(self.error("a field name"));
        }
        self.position += word.len();
        Ok(word)
    }

    fn expect(&mut self, wanted: char) -> Result<(), GraphError> {
        if self.take(wanted) {
            return Ok(());
        }
        Err(self.error(&format!("\"{wanted}\"")))
    }

    fn error(&self, wanted: &str) -> GraphError {
        GraphError::new(
            2500,
            format!(
                "Syntax error: expected {wanted} at character {} of fields",
                self.position
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_nest_and_take_modifiers() {
        let asked = Asked::read("id,picture.type(large){url},a{b{c},d}").unwrap();
        let names: Vec<_> = asked.iter().map(|one| one.name.as_str()).collect();

        assert_eq!(names, ["id", "picture", "a"]);
        assert_eq!(asked[1].inside, Some(vec![Asked::plain("url")]));
        assert_eq!(asked[2].inside.as_ref().unwrap().len(), 2);
    }

    #[test]
    fn broken_fields_are_refused() {
        for text in [
            "",
            "id,",
            "id,,name",
            "a{b",
            "a}",
            "a b",
            "a{}",
            "picture.type(x{url}",
        ] {
            assert_eq!(Asked::read(text).unwrap_err().code, 2500, "{text}");
        }
    }
}
