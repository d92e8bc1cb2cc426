//! Numbers, texts, bytes and characters.
//!
//! Faults within a literal leave its extent clear (save a text that never ends), so each is told,
//! the literal is read on as if it were right, and the faults after it are found too.

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::cursor::{Cursor, Stop, is_name_letter};
use super::tree::{Kind, Magnitude, Number, Suffix, shortened};

/// What escapes may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// Parts of a text: `\xE2\x82\xAC` are the bytes of one character.
    Text,
    /// Bytes: `\xFF` is one.
    Bytes,
    /// One character: `\xFF` is none.
    Char,
}

impl Cursor<'_> {
    /// Reads a text, bytes, a byte, a character or a number if one starts here.
    pub fn literal(&mut self) -> Result<Option<Kind>, Stop> {
        let rest = self.rest();
        let two = |first: &str, second: [char; 2]| {
            rest.strip_prefix(first).is_some_and(|rest| rest.starts_with(second))
        };
        let kind = match rest.chars().next() {
            Some('"') => Kind::Text(self.quoted_text()?),
            Some('r') if two("r", ['"', '#']) => Kind::Text(self.raw("r")?.to_owned()),
            Some('b') if two("br", ['"', '#']) => Kind::Bytes(self.raw("br")?.as_bytes().to_vec()),
            Some('b') if rest.starts_with("b\"") => {
                let start = self.at;
                self.at += 2;
                Kind::Bytes(self.quoted(start, Escapes::Bytes)?)
            }
            Some('b') if rest.starts_with("b'") => self.byte()?,
            Some('\'') => self.character()?,
            Some('0'..='9' | '+' | '-' | '.') => self.number()?,
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    fn quoted_text(&mut self) -> Result<String, Stop> {
        let start = self.at;
        self.at += 1;
        let bytes = self.quoted(start, Escapes::Text)?;
        // Escapes of a text give whole characters only, so nothing is lost here.
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// The text up to the closing quotation mark; `start` is where the literal began.
    fn quoted(&mut self, start: usize, escapes: Escapes) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        loop {
            let plain = self.take_while(|letter| !matches!(letter, '"' | '\\'));
            bytes.extend_from_slice(plain.as_bytes());
            if self.take("\"") {
                return Ok(bytes);
            } else if self.take("\\\n") || self.take("\\\r\n") {
                self.take_while(|letter| matches!(letter, ' ' | '\t' | '\n' | '\r'));
            } else if self.rest().starts_with('\\') {
                self.escape(escapes, &mut bytes)?;
            } else {
                return self.unclosed_text(
                    start,
                    "Close it with `\"`; write `\\\"` for a \
                                                  quotation mark within the text.",
                );
            }
        }
    }

    /// Tells of a text without end. All that follows lies within it, so the reading ends.
    fn unclosed_text<T>(&mut self, start: usize, remedy: &str) -> Result<T, Stop> {
        let line = self.text[start..].find(['\n', '\r']).unwrap_or(self.text.len() - start);
        let span = Span::new(start..start + line);
        let fault = Diagnostic::error(span, "the text that starts here is never closed");
        self.tell(fault.remedy(remedy))?;
        Err(Stop)
    }

    /// `r"..."`, `r#"..."#` and so on, after `prefix`; a prefix that is none cannot be read past.
    fn raw(&mut self, prefix: &str) -> Result<&str, Stop> {
        let start = self.at;
        self.at += prefix.len();
        let hashes = self.take_while(|letter| letter == '#');
        if !self.take("\"") {
            let (found, span) = self.found();
            let fault = Diagnostic::error(
                span,
                format!("`\"` is expected after `{}`, found {found}", shortened(hashes)),
            );
            self.tell(fault.remedy("A raw text is written `r#\"...\"#`."))?;
            return Err(Stop);
        }
        let closing = format!("\"{hashes}");
        let Some(length) = self.rest().find(&closing) else {
            return self.unclosed_text(start, &format!("Close it with `{}`.", shortened(&closing)));
        };
        let raw = &self.text[self.at..self.at + length];
        self.at += length + closing.len();
        Ok(raw)
    }

    fn character(&mut self) -> Result<Kind, Stop> {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        if self.rest().starts_with('\\') {
            self.escape(Escapes::Char, &mut bytes)?;
        } else if let Some(letter) = self.next() {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let value = String::from_utf8_lossy(&bytes).chars().next().unwrap_or_default();
        if !self.take("'") {
            self.take_while(|letter| !matches!(letter, '\'' | '\n' | ',' | ')' | ']' | '}'));
            self.take("'");
            let fault = Diagnostic::error(
                self.since(start),
                "one character is expected between `'` and `'`",
            );
            self.tell(fault.remedy("Text stands between quotation marks: \"...\"."))?;
        }
        Ok(Kind::Char(value))
    }

    fn byte(&mut self) -> Result<Kind, Stop> {
        let start = self.at;
        self.at += 2;
        let mut bytes = Vec::new();
        if self.rest().starts_with('\\') {
            self.escape(Escapes::Bytes, &mut bytes)?;
        } else if let Some(letter) = self.next() {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let closed = self.take("'");
        let &[byte] = bytes.as_slice() else {
            return self.not_a_byte(start);
        };
        if !closed {
            return self.not_a_byte(start);
        }
        let value = Magnitude::Unsigned(u64::from(byte));
        Ok(Kind::Number(Number { value, suffix: Some(Suffix::U8) }))
    }

    fn not_a_byte(&mut self, start: usize) -> Result<Kind, Stop> {
        let fault = Diagnostic::error(
            self.since(start),
            "one ASCII character is expected between `b'` and `'`",
        );
        self.tell(fault.remedy("Write the number instead."))?;
        Ok(Kind::Number(Number { value: Magnitude::Unsigned(0), suffix: Some(Suffix::U8) }))
    }

    /// Reads one escape, from its `\` on, and adds its bytes.
    fn escape(&mut self, escapes: Escapes, bytes: &mut Vec<u8>) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        let letter = match self.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some(letter @ ('\'' | '"' | '\\')) => letter,
            Some('x') => return self.byte_escape(start, escapes, bytes),
            Some('u') => match self.unicode_escape() {
                Some(letter) => letter,
                None => {
                    let remedy = "Write 1 to 6 hexadecimal digits, as in `\\u{20AC}` for €.";
                    return self.wrong_escape(start, remedy);
                }
            },
            _ => {
                let remedy = "Known are \\n, \\r, \\t, \\0, \\\\, \\\", \\', \\x41 and \\u{20AC}. \
                              A `\\` itself is written `\\\\`.";
                return self.wrong_escape(start, remedy);
            }
        };
        bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn wrong_escape(&mut self, start: usize, remedy: &str) -> Result<(), Stop> {
        let span = self.since(start);
        let message = format!("`{}` stands for no character", shortened(span.of(self.text)));
        self.tell(Diagnostic::error(span, message).remedy(remedy))
    }

    /// The character of `\u{...}`, from behind the `u`.
    fn unicode_escape(&mut self) -> Option<char> {
        if !self.take("{") {
            return None;
        }
        let digits = self.take_while(|letter| letter.is_ascii_hexdigit());
        if !self.take("}") || digits.len() > 6 {
            return None;
        }
        u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
    }

    /// `\x41`, from behind the `x`; in a text, up to four of them are one character.
    fn byte_escape(
        &mut self,
        start: usize,
        escapes: Escapes,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        let mut group = Vec::new();
        loop {
            let digits = self.rest().get(..2).and_then(|digits| {
                let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                hexadecimal.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
            });
            let Some(byte) = digits else {
                let remedy = "Write two hexadecimal digits, as in `\\x41`.";
                return self.wrong_escape(start, remedy);
            };
            self.at += 2;
            group.push(byte);
            if escapes == Escapes::Bytes || std::str::from_utf8(&group).is_ok() {
                bytes.extend_from_slice(&group);
                return Ok(());
            }
            if escapes == Escapes::Char || group.len() == 4 || !self.take("\\x") {
                let remedy = "Write the character itself, or its number as in `\\u{20AC}`.";
                return self.wrong_escape(start, remedy);
            }
        }
    }

    /// Reads a number from its sign on; a sign or point without digits is told.
    fn number(&mut self) -> Result<Kind, Stop> {
        let start = self.at;
        let negative = self.take("-");
        let _plus = !negative && self.take("+");
        for (word, value) in [("inf", f64::INFINITY), ("NaN", f64::NAN)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                let value = Magnitude::Float(if negative { -value } else { value });
                return self.suffixed(start, value, true);
            }
        }
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            // `0b'…` aside, nothing else starts with these.
            if self.take(prefix) {
                return self.whole(start, negative, base);
            }
        }
        let digits_start = self.at;
        let mut float = false;
        self.take_while(is_digit);
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            float = true;
            self.at += 1;
            self.take_while(is_digit);
        }
        let mantissa = &self.text[digits_start..self.at];
        if !mantissa.bytes().any(|letter| letter.is_ascii_digit()) {
            return self.no_number(start);
        }
        if self.rest().starts_with(['e', 'E']) {
            // `ron` takes underscores here too, before the sign and after it.
            let exponent = self.rest()[1..].trim_start_matches('_');
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if exponent.trim_start_matches('_').starts_with(|letter: char| letter.is_ascii_digit())
            {
                float = true;
                self.at = self.text.len() - exponent.len();
                self.take_while(is_digit);
            }
        }
        // An underscore may part digits, but not lead them.
        let written = &self.text[digits_start..self.at];
        if written.starts_with('_') || written.contains("._") {
            return self.no_number(start);
        }
        if !float {
            self.at = digits_start;
            return self.whole(start, negative, 10);
        }
        let digits: String =
            self.text[start..self.at].chars().filter(|&letter| letter != '_').collect();
        match digits.parse() {
            Ok(value) => self.suffixed(start, Magnitude::Float(value), true),
            Err(_) => self.no_number(start),
        }
    }

    /// The digits of a whole number in `base`, and its suffix.
    fn whole(&mut self, start: usize, negative: bool, base: u32) -> Result<Kind, Stop> {
        let digits_start = self.at;
        let mut value = Some(0_u64);
        let mut rounded = 0.0_f64;
        let mut some = false;
        while let Some(letter) = self.peek() {
            let digit = match letter.to_digit(base) {
                Some(digit) => digit,
                None if letter == '_' && some => {
                    self.at += 1;
                    continue;
                }
                None => break,
            };
            some = true;
            self.at += 1;
            value = value.and_then(|value| {
                value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))
            });
            rounded = rounded * f64::from(base) + f64::from(digit);
        }
        if !some {
            return self.no_number(start);
        }
        if base == 10 && value.is_none() {
            // Summing digit by digit would round at each; the parser rounds once.
            let digits = self.text[digits_start..self.at].replace('_', "");
            rounded = digits.parse().unwrap_or(rounded);
        }
        let magnitude = match (value, negative) {
            (Some(value), false) => Magnitude::Unsigned(value),
            (Some(value), true) => match 0_i64.checked_sub_unsigned(value) {
                Some(value) => Magnitude::Negative(value),
                None => Magnitude::Float(-rounded),
            },
            (None, _) => Magnitude::Float(if negative { -rounded } else { rounded }),
        };
        self.suffixed(start, magnitude, false)
    }

    /// Reads the suffix, if any, and checks that the value fits the type it names.
    fn suffixed(&mut self, start: usize, value: Magnitude, point: bool) -> Result<Kind, Stop> {
        let suffix_start = self.at;
        let written = self.take_while(is_name_letter);
        let suffix = if written.is_empty() { None } else { suffix(written) };
        let float_suffix = matches!(suffix, Some(Suffix::F32 | Suffix::F64));
        if !written.is_empty() && (suffix.is_none() || (point && !float_suffix)) {
            let number = &self.text[start..suffix_start];
            let fault = Diagnostic::error(
                self.since(start),
                format!(
                    "`{}` is neither a number nor a name",
                    shortened(self.since(start).of(self.text))
                ),
            );
            self.tell(fault.remedy(format!(
                "A quantity with its unit is written as text: \"{} {}\".",
                shortened(number),
                shortened(written)
            )))?;
        } else if let Some(suffix) = suffix
            && !fits(value, suffix)
        {
            let message = format!(
                "{} does not fit the type `{written}`",
                shortened(&self.text[start..suffix_start])
            );
            let fault = Diagnostic::error(self.since(start), message);
            self.tell(fault.remedy("Leave the suffix away or write a wider type."))?;
        }
        Ok(Kind::Number(Number { value, suffix }))
    }

    fn no_number(&mut self, start: usize) -> Result<Kind, Stop> {
        self.take_while(|letter| is_name_letter(letter) || matches!(letter, '.' | '+' | '-'));
        let span = self.since(start);
        let message = format!("`{}` is not a number", shortened(span.of(self.text)));
        let remedy = "Write digits, as in 12, -0.5, 1e-3, 0x1F or 1_000.";
        self.tell(Diagnostic::error(span, message).remedy(remedy))?;
        Ok(Kind::Number(Number { value: Magnitude::Unsigned(0), suffix: None }))
    }
}

/// The infinities and what is not a number, as bare names with or without a suffix.
pub(super) fn number_word(word: &str) -> Option<Number> {
    let (value, rest) = [("inf", f64::INFINITY), ("NaN", f64::NAN)]
        .iter()
        .find_map(|&(name, value)| word.strip_prefix(name).map(|rest| (value, rest)))?;
    let suffix = match rest {
        "" => None,
        "f32" => Some(Suffix::F32),
        "f64" => Some(Suffix::F64),
        _ => return None,
    };
    Some(Number { value: Magnitude::Float(value), suffix })
}

fn suffix(written: &str) -> Option<Suffix> {
    Some(match written {
        "i8" => Suffix::I8,
        "i16" => Suffix::I16,
        "i32" => Suffix::I32,
        "i64" => Suffix::I64,
        "i128" => Suffix::I128,
        "u8" => Suffix::U8,
        "u16" => Suffix::U16,
        "u32" => Suffix::U32,
        "u64" => Suffix::U64,
        "u128" => Suffix::U128,
        "f32" => Suffix::F32,
        "f64" => Suffix::F64,
        _ => return None,
    })
}

fn fits(value: Magnitude, suffix: Suffix) -> bool {
    let (low, high): (i128, i128) = match suffix {
        Suffix::I8 => (i8::MIN.into(), i8::MAX.into()),
        Suffix::I16 => (i16::MIN.into(), i16::MAX.into()),
        Suffix::I32 => (i32::MIN.into(), i32::MAX.into()),
        Suffix::I64 | Suffix::I128 => (i64::MIN.into(), i64::MAX.into()),
        Suffix::U8 => (0, u8::MAX.into()),
        Suffix::U16 => (0, u16::MAX.into()),
        Suffix::U32 => (0, u32::MAX.into()),
        Suffix::U64 | Suffix::U128 => (0, u64::MAX.into()),
        Suffix::F32 | Suffix::F64 => return true,
    };
    let value = match value {
        Magnitude::Unsigned(value) => value.into(),
        Magnitude::Negative(value) => value.into(),
        Magnitude::Float(_) => return false,
    };
    low <= value && value <= high
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '_'
}
