//! Where the parser stands in the text: characters, white space, comments, names.

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::tree::{Name, shortened};

/// A fault was told, and the rest of the text cannot be understood: the reading ends.
#[derive(Debug)]
pub(super) struct Stop;

/// The place of the parser in the text, and the faults it has met.
pub(super) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
    pub faults: Vec<Diagnostic>,
}

/// Faults told of one file's syntax: one slip can look like many.
const MOST_FAULTS: usize = 20;

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, faults: Vec::new() }
    }

    /// Keeps a fault; the reading ends when there are too many.
    pub fn tell(&mut self, fault: Diagnostic) -> Result<(), Stop> {
        self.faults.push(fault);
        if self.faults.len() < MOST_FAULTS { Ok(()) } else { Err(Stop) }
    }

    /// The text from here on.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Goes past `token` if it stands here.
    pub fn take(&mut self, token: &str) -> bool {
        let stands = self.rest().starts_with(token);
        self.at += if stands { token.len() } else { 0 };
        stands
    }

    /// Goes past all characters that fit and returns them.
    pub fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The span from `start` to here.
    pub fn since(&self, start: usize) -> Span {
        Span::new(start..self.at)
    }

    /// Goes past white space and comments.
    pub fn skip_space(&mut self) -> Result<(), Stop> {
        loop {
            self.take_while(is_space);
            let start = self.at;
            if self.take("//") {
                self.take_while(|letter| letter != '\n');
            } else if self.take("/*") {
                self.skip_block_comment(start)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Goes past the rest of a block comment; they nest.
    fn skip_block_comment(&mut self, start: usize) -> Result<(), Stop> {
        let mut level = 1_usize;
        while level > 0 {
            self.take_while(|letter| !matches!(letter, '/' | '*'));
            if self.take("/*") {
                level += 1;
            } else if self.take("*/") {
                level -= 1;
            } else if self.next().is_none() {
                let fault = Diagnostic::error(
                    Span::new(start..start + 2),
                    "the comment that starts here is never closed",
                );
                self.tell(fault.remedy("Close it with `*/`, once for each `/*` within it."))?;
                return Err(Stop);
            }
        }
        Ok(())
    }

    /// Goes past a name, plain or raw (`r#name`), and returns it; stays where there is none.
    pub fn take_name(&mut self) -> Option<Name> {
        let (start, rest) = (self.at, self.rest());
        if let Some(raw) = rest.strip_prefix("r#") {
            if !raw.starts_with(is_raw_name_letter) {
                return None; // the raw text r#"..."# or r##"..."##
            }
            self.at += 2;
            let text = self.take_while(is_raw_name_letter).to_owned();
            return Some(Name { text, span: self.since(start) });
        }
        let literal = ["r\"", "b\"", "b'", "br\"", "br#"].iter().any(|open| rest.starts_with(open));
        if literal || !rest.starts_with(|letter| letter == '_' || is_letter(letter)) {
            return None;
        }
        let text = self.take_while(is_name_letter).to_owned();
        Some(Name { text, span: self.since(start) })
    }

    /// What stands here, as a message names it, and its span.
    pub fn found(&self) -> (String, Span) {
        let mut ahead = Cursor { text: self.text, at: self.at, faults: Vec::new() };
        let start = self.at;
        if let Some(name) = ahead.take_name() {
            return (format!("the name `{}`", shortened(&name.text)), name.span);
        }
        let Some(letter) = ahead.next() else {
            return ("the end of the file".to_owned(), Span::new(start..start));
        };
        match letter {
            '"' => {
                let line = ahead.take_while(|letter| !matches!(letter, '"' | '\n'));
                let described = format!("the text {:?}", shortened(line));
                ahead.take("\"");
                (described, ahead.since(start))
            }
            '0'..='9' => {
                ahead.take_while(|letter| is_name_letter(letter) || letter == '.');
                let number = shortened(&self.text[start..ahead.at]);
                (format!("the number {number}"), ahead.since(start))
            }
            letter if letter.is_control() || letter.is_whitespace() => {
                (format!("the character {}", letter.escape_unicode()), ahead.since(start))
            }
            letter => (format!("`{letter}`"), ahead.since(start)),
        }
    }
}

/// White space of the format: Unicode's pattern white space.
pub(super) fn is_space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t'
            | '\n'
            | '\r'
            | '\x0B'
            | '\x0C'
            | '\u{85}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

/// What a name may start with. Unicode's XID_Start is a little narrower; no name of ours differs.
fn is_letter(letter: char) -> bool {
    letter.is_alphabetic()
}

/// What a name may go on with (see [`is_letter`]).
pub(super) fn is_name_letter(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn is_raw_name_letter(letter: char) -> bool {
    is_name_letter(letter) || matches!(letter, '.' | '+' | '-')
}
