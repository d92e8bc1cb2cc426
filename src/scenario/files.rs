//! The files that a scenario is made of: the opened one laid over those it is based on.
//!
//! All texts stand one behind the other in one text, and every tree counts its bytes there. So a
//! value's span alone tells its file, and what is found wrong with it is told there.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::diagnostic::{Diagnostic, Label, Report, Span};
use super::library;
use super::plain_file::{self, PlainFileError};
use super::reading::{name_of, shortened, without_some};
use super::reports::Reports;
use super::row_file::{self, NoRows};
use super::syntax::{
    Document, Field, Kind, Limits, Magnitude, Name, Node, Number, Tree, suggestion,
};
use crate::rows::NotText;

/// How many files a scenario may be made of, each based on the next.
const MOST_FILES: usize = 8;

/// A file and where its text begins in that of all.
#[derive(Debug)]
struct File {
    name: String,
    path: PathBuf,
    text: String,
    start: usize,
}

/// The files that a scenario is made of.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    /// All texts, one behind the other with a line's end between them.
    pub text: String,
    /// What was found wrong while they were put together.
    pub findings: Vec<Diagnostic>,
    /// Whether one that others are based on could not be had, so that what is not there may be
    /// missing for that reason alone.
    pub incomplete: bool,
    /// The report of a file whose syntax is wrong.
    broken: Option<Report>,
}

impl Files {
    /// The tree of a text that may not be based on another.
    pub fn of_text(name: &str, text: &str) -> Result<(Self, Node), Reports> {
        let mut files = Self::default();
        let document = Document::parse(name, text)?;
        let mut tree = files.add(document, name, Path::new(""));
        if let Some(base) = based_on(&tree) {
            files.incomplete = true;
            let message = "this text cannot be based on another file, as it is none itself";
            let remedy = "Save it to a file first, or put all values into it.";
            files
                .findings
                .push(Diagnostic::error(base.span, message).path(BASED_ON).remedy(remedy));
        }
        files.take_in_rows(&mut tree, |_| {
            let remedy = "Save it to a file first, or write the rows into it.";
            Err(NoRows::Unread("a text can name no other file".to_owned(), remedy))
        });
        Ok((files, tree))
    }

    /// The tree of a file, laid over those it is based on: each beside the one that names it, or else
    /// one that the library lists.
    pub fn open(path: &Path) -> Result<(Self, Node), Reports> {
        let name = |path: &Path| path.display().to_string();
        // What the library lists and no folder has is built in.
        let built_in = |path: &Path| {
            let listed = name(path).replace('\\', "/");
            (!path.exists()).then(|| library::text_of_file(&listed)).flatten()
        };
        Self::gather(
            path.to_owned(),
            name,
            identity,
            |path| match plain_file::beginning(path, 0) {
                Err(what @ (PlainFileError::Folder | PlainFileError::NotPlain)) => {
                    let told = Diagnostic::of_file(what.to_string()).remedy("Name a file in RON.");
                    Err(Report::of_file(name(path), told))
                }
                _ => match built_in(path) {
                    Some(text) => Document::parse(&name(path), text),
                    None => Document::open(path, Limits::default()),
                },
            },
            |path| built_in(path).map_or_else(|| row_file::open(path), |text| Ok(text.to_owned())),
            |beside, written| (!beside.exists()).then(|| library::place_of(written)).flatten(),
        )
    }

    /// The tree of a text that `text_of` has by its path, laid over those it is based on.
    pub fn built_in<'t>(
        path: &str,
        text_of: impl Fn(&str) -> Option<&'t str> + Copy,
    ) -> Result<(Self, Node), Reports> {
        let name = |path: &Path| path.display().to_string().replace('\\', "/");
        Self::gather(
            PathBuf::from(path),
            name,
            Path::to_owned,
            |path| {
                let name = name(path);
                match text_of(&name) {
                    Some(text) => Document::parse(&name, text),
                    None => {
                        let told = Diagnostic::of_file("no scenario of this name is built in");
                        Err(Report::of_file(name, told.remedy("See `taktlab list`.")))
                    }
                }
            },
            |path| {
                let missing = "no file of this name is built in";
                let missing = || NoRows::Unread(missing.to_owned(), row_file::BY_PATH);
                text_of(&name(path)).map(str::to_owned).ok_or_else(missing)
            },
            |_, _| None,
        )
    }

    fn gather(
        path: PathBuf,
        name: impl Fn(&Path) -> String,
        identity: impl Fn(&Path) -> PathBuf,
        document: impl Fn(&Path) -> Result<Document, Report>,
        row_file: impl Fn(&Path) -> Result<String, NoRows>,
        elsewhere: impl Fn(&Path, &str) -> Option<PathBuf>,
    ) -> Result<(Self, Node), Reports> {
        let mut files = Self::default();
        let mut tree = files.add(document(&path)?, &name(&path), &path);
        let mut bases = Vec::new();
        let mut opened = vec![identity(&path)];
        let mut folder = path;
        let mut base = based_on(&tree).cloned();
        while let Some(Node { span, kind: Kind::Text(written) }) = base.take() {
            folder.pop();
            let beside = folder.join(&written);
            let path = elsewhere(&beside, &written).unwrap_or(beside);
            let refused = if Path::new(&written).is_absolute() {
                Some((
                    "the file that this one is based on is named from the root of the disk".into(),
                    "Write a path relative to this file, so that both can be moved together.",
                ))
            } else if let Some(first) = opened.iter().position(|known| *known == identity(&path)) {
                let circle = files.files.iter().skip(first).map(|file| file.name.as_str());
                let circle: Vec<&str> =
                    circle.chain(files.files.get(first).map(|f| &*f.name)).collect();
                Some((
                    format!(
                        "`{}` is based on this file in turn, in a circle: {}",
                        shortened(&written),
                        circle.join(" → ")
                    ),
                    "Let one of the files stand alone.",
                ))
            } else if opened.len() == MOST_FILES {
                Some((
                    format!("more than {MOST_FILES} files are based on one another"),
                    "Put some of them together.",
                ))
            } else {
                None
            };
            let refused = match refused {
                Some(refused) => refused,
                None => match document(&path) {
                    Ok(document) => {
                        let tree = files.add(document, &name(&path), &path);
                        base = based_on(&tree).cloned();
                        opened.push(identity(&path));
                        folder = path;
                        bases.push(tree);
                        continue;
                    }
                    Err(report) => {
                        let first = report.diagnostics().first();
                        match first.filter(|told| told.span.is_none()) {
                            Some(told) => (
                                format!("`{}`: {}", shortened(&written), told.message),
                                "Write the path of a file, relative to this one.",
                            ),
                            None => {
                                files.broken = Some(report);
                                break;
                            }
                        }
                    }
                },
            };
            files.incomplete = true;
            let told = Diagnostic::error(span, refused.0).path(BASED_ON).remedy(refused.1);
            files.findings.push(told);
        }
        for base in bases {
            tree = files.lay(tree, base);
        }
        files.take_in_rows(&mut tree, row_file);
        match files.broken.take() {
            None => Ok((files, tree)),
            Some(broken) => {
                let own = files.reports(Vec::new()).0.into_iter();
                let told = own.filter(|report| !report.is_empty());
                Err(Reports(told.chain([broken]).collect()))
            }
        }
    }

    /// Adds a file's text behind the others, and returns its tree as it counts there.
    fn add(&mut self, document: Document, name: &str, path: &Path) -> Node {
        let Tree { text, mut root, .. } = document.into_tree();
        if let Kind::Struct(_, fields) = &mut root.kind {
            let called = |field: &&mut Field| field.name.text == BASE;
            for field in fields.iter_mut().filter(called) {
                field.name.text = BASED_ON.to_owned();
            }
        }
        let start = self.begin_file(&text, name, path);
        shift(&mut root, start);
        root
    }

    /// Adds a text behind the others, and says where it starts.
    fn begin_file(&mut self, text: &str, name: &str, path: &Path) -> u32 {
        let start = self.text.len();
        self.text.push_str(text);
        self.text.push('\n');
        let (name, path) = (name.to_owned(), path.to_owned());
        self.files.push(File { name, path, text: text.to_owned(), start });
        u32::try_from(start).unwrap_or(u32::MAX)
    }

    /// Puts the rows of the file that a table names in the place of its name. Where they cannot be
    /// had this is told, and the name is taken out.
    fn take_in_rows(&mut self, tree: &mut Node, text_of: impl Fn(&Path) -> Result<String, NoRows>) {
        let Some(fields) = table_of(tree) else { return };
        let place = |name: &str, fields: &[Field]| fields.iter().position(|f| f.name.text == name);
        if let Some(rows) = place(row_file::ROWS, fields)
            && let Some(file) = place(row_file::FIELD, fields)
        {
            let file_of = |at| fields.get(at).map(|field: &Field| self.file_at(field.name.span));
            // What a file says takes the place of what it is based on; where it says both, the
            // reader tells it.
            match file_of(rows).cmp(&file_of(file)) {
                Ordering::Equal => return,
                Ordering::Less => drop(fields.remove(file)),
                Ordering::Greater => drop(fields.remove(rows)),
            }
        }
        let Some(at) = place(row_file::FIELD, fields) else { return };
        let Some(field) = fields.get_mut(at) else { return };
        let Kind::Text(written) = without_some(&field.value).kind.clone() else { return };
        let span = field.value.span;
        let folder = self.files.get(self.file_at(span)).and_then(|file| file.path.parent());
        let path = folder.unwrap_or(Path::new("")).join(&written);
        let text = match Path::new(&written).is_absolute() {
            true => {
                let told = "it is named from the root of the disk".to_owned();
                Err(NoRows::Unread(told, row_file::BY_PATH))
            }
            false => text_of(&path),
        };
        let name = path.display().to_string().replace('\\', "/");
        let told = match text {
            Err(NoRows::Unread(message, remedy)) => {
                let told = format!("`{}`: {message}", shortened(&written));
                let told = Diagnostic::error(span, told);
                vec![told.path(format!("environment.{}", row_file::FIELD)).remedy(remedy)]
            }
            Err(NoRows::NotText(not)) => {
                let at = not.text.len();
                let start = self.begin_file(&not.text, &name, &path);
                let place = moved(Span::new(at..at), start);
                vec![Diagnostic::error(place, not.to_string()).remedy(NotText::REMEDY)]
            }
            Ok(text) => {
                let read = row_file::rows(&text);
                let start = self.begin_file(&text, &name, &path);
                match read {
                    Ok(mut rows) => {
                        shift(&mut rows, start);
                        field.name.text = row_file::ROWS.to_owned();
                        field.value = rows;
                        return;
                    }
                    Err(faults) => faults
                        .into_iter()
                        .map(|told| Diagnostic { span: told.span.map(|s| moved(s, start)), ..told })
                        .collect(),
                }
            }
        };
        self.findings.extend(told);
        self.incomplete = true;
        fields.remove(at);
    }

    /// The number of the file that a place is in.
    fn file_at(&self, span: Span) -> usize {
        self.files.partition_point(|file| file.start <= span.start as usize).max(1) - 1
    }

    /// Lays a tree over another: field by field where both are structs of one name, entry by entry
    /// where both are maps. A map over a list changes the items it names; all else is replaced.
    fn lay(&mut self, over: Node, base: Node) -> Node {
        let span = over.span;
        let kind = match (over.kind, base.kind) {
            (Kind::Struct(name, fields), Kind::Struct(under, base)) if fit(&name, &under) => {
                Kind::Struct(name.or(under), self.lay_fields(fields, base))
            }
            (Kind::Tuple(name, items), Kind::Struct(under, base))
                if items.is_empty() && name.is_none() =>
            {
                Kind::Struct(under, base)
            }
            (Kind::Map(entries), Kind::Map(base)) => {
                let own: HashSet<String> = entries.iter().map(|(key, _)| self.key(key)).collect();
                let rest: Vec<_> =
                    base.into_iter().filter(|(key, _)| !own.contains(&self.key(key))).collect();
                Kind::Map(entries.into_iter().chain(rest).collect())
            }
            (Kind::Map(changes), Kind::List(items)) => self.change(changes, items),
            (kind, _) => kind,
        };
        Node { span, kind }
    }

    /// A map's key as text, so that keys can be compared however they are written.
    fn key(&self, key: &Node) -> String {
        match &key.kind {
            Kind::Text(text) => text.clone(),
            Kind::Word(name) => name.text.clone(),
            _ => key.span.of(&self.text).to_owned(),
        }
    }

    fn lay_fields(&mut self, over: Vec<Field>, base: Vec<Field>) -> Vec<Field> {
        let mut places = HashMap::new();
        for (place, field) in base.iter().enumerate() {
            places.entry(field.name.text.clone()).or_insert(place);
        }
        let mut base: Vec<Option<Field>> = base.into_iter().map(Some).collect();
        let mut fields = Vec::new();
        for field in over {
            let place = places.get(&field.name.text);
            fields.push(match place.and_then(|place| base.get_mut(*place)?.take()) {
                Some(under) => Field { value: self.lay(field.value, under.value), ..field },
                None => field,
            });
        }
        fields.extend(base.into_iter().flatten());
        fields
    }

    /// Changes the items of a list that a map names: by their names, or by `machine 2` or 2 for
    /// the second.
    fn change(&mut self, changes: Vec<(Node, Node)>, mut items: Vec<Node>) -> Kind {
        let mut names = HashMap::new();
        for (place, item) in items.iter().enumerate() {
            if let Some(name) = name_of(item) {
                names.entry(name.to_owned()).or_insert(place);
            }
        }
        for (key, value) in changes {
            let place = place_of(&key, &names, &items);
            match place.and_then(|place| items.get_mut(place)) {
                Some(item) => {
                    let under = std::mem::replace(item, value.clone());
                    *item = self.lay(value, under);
                }
                None => {
                    let count = items.len();
                    let found = key.described(&self.text);
                    let told = format!("none of the {count} items is named by {found}");
                    let known: Vec<&str> = items.iter().filter_map(name_of).collect();
                    let remedy = match suggestion(&self.key(&key), known.iter().copied()) {
                        Some(meant) => format!("Did you mean `{}`?", shortened(meant)),
                        None => "Write an item's name, or its number from 1.".to_owned(),
                    };
                    self.findings.push(Diagnostic::error(key.span, told).remedy(remedy));
                }
            }
        }
        Kind::List(items)
    }

    /// The paths of all files, that of the opened one first.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    /// Where each file's text starts, in the order of the files.
    pub fn starts(&self) -> Vec<u32> {
        let start = |file: &File| u32::try_from(file.start).unwrap_or(u32::MAX);
        self.files.iter().map(start).collect()
    }

    /// The reports of all files, each finding in that of its own.
    pub fn reports(&self, found: Vec<Diagnostic>) -> Reports {
        let report = |file: &File| Report::new(file.name.as_str(), file.text.as_str());
        let mut reports: Vec<Report> = self.files.iter().map(report).collect();
        let starts = self.starts();
        let file_of = |span: Span| starts.partition_point(|start| *start <= span.start).max(1) - 1;
        for told in self.findings.iter().cloned().chain(found) {
            let file = told.span.map_or(0, file_of);
            let from = starts.get(file).copied().unwrap_or(0);
            let back = |span: Span| Span {
                start: span.start.saturating_sub(from),
                end: span.end.saturating_sub(from),
            };
            let labels = told.labels.into_iter().filter(|label| file_of(label.span) == file);
            let labels = labels.map(|label| Label { span: back(label.span), ..label }).collect();
            if let Some(report) = reports.get_mut(file) {
                report.push(Diagnostic { span: told.span.map(back), labels, ..told });
            }
        }
        for report in &mut reports {
            report.sort();
        }
        Reports(reports)
    }
}

const BASED_ON: &str = "based_on";
/// Another name for it.
const BASE: &str = "base";

/// The fields of the table that a scenario is of.
fn table_of(tree: &mut Node) -> Option<&mut Vec<Field>> {
    let Kind::Struct(_, fields) = &mut tree.kind else { return None };
    let environment = fields.iter_mut().find(|field| field.name.text == "environment")?;
    match &mut environment.value.kind {
        Kind::Struct(Some(name), fields) if name.text == row_file::KIND => Some(fields),
        _ => None,
    }
}

/// The value of the root's field `based_on`.
fn based_on(tree: &Node) -> Option<&Node> {
    let Kind::Struct(_, fields) = &tree.kind else { return None };
    let field = fields.iter().find(|field| field.name.text == BASED_ON)?;
    Some(without_some(&field.value))
}

/// Whether a file names another under a name that is nearly the right one: what is not there, and what
/// only changes what would be there, is no error then, as the name is.
pub(super) fn misspells_base<'k>(
    tree: &Node,
    known: impl Iterator<Item = &'k str> + Clone,
) -> bool {
    let Kind::Struct(None, fields) = &tree.kind else { return false };
    let means_base = |name: &str| {
        let names = known.clone().chain([BASE]);
        known.clone().all(|known| known != name)
            && suggestion(name, names).is_some_and(|meant| [BASED_ON, BASE].contains(&meant))
    };
    fields.iter().any(|field| means_base(&field.name.text))
}

/// What tells a file from another however its path is written.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a struct may be laid over another.
fn fit(over: &Option<Box<Name>>, base: &Option<Box<Name>>) -> bool {
    match (over, base) {
        (Some(over), Some(base)) => over.text == base.text,
        _ => true,
    }
}

/// Which item of a list a key names; `names` are those of the items that have one.
fn place_of(key: &Node, names: &HashMap<String, usize>, items: &[Node]) -> Option<usize> {
    match &key.kind {
        Kind::Number(Number { value: Magnitude::Unsigned(number), .. }) => {
            let place = usize::try_from(*number).ok()?.checked_sub(1)?;
            (place < items.len()).then_some(place)
        }
        Kind::Text(text) => names.get(text).copied().or_else(|| {
            // A number names an item without a name of its own only.
            let place = text.rsplit_once(' ')?.1.parse::<usize>().ok()?.checked_sub(1)?;
            items.get(place).filter(|item| name_of(item).is_none()).map(|_| place)
        }),
        _ => None,
    }
}

fn moved(span: Span, by: u32) -> Span {
    Span { start: span.start.saturating_add(by), end: span.end.saturating_add(by) }
}

/// Moves all spans of a tree by as many bytes.
fn shift(node: &mut Node, by: u32) {
    let moved = |span: &mut Span| *span = moved(*span, by);
    moved(&mut node.span);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Kind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
            shift(key, by);
            shift(value, by);
        }),
        Kind::Word(name) => moved(&mut name.span),
        Kind::Tuple(name, items) => {
            name.iter_mut().for_each(|name| moved(&mut name.span));
            items.iter_mut().for_each(|item| shift(item, by));
        }
        Kind::Struct(name, fields) => {
            name.iter_mut().for_each(|name| moved(&mut name.span));
            for field in fields {
                moved(&mut field.name.span);
                shift(&mut field.value, by);
            }
        }
        Kind::Range(interval) => {
            interval.start.iter_mut().chain(interval.end.iter_mut()).for_each(|end| shift(end, by));
        }
        Kind::Bool(_) | Kind::Number(_) | Kind::Char(_) | Kind::Text(_) | Kind::Bytes(_) => {}
    }
}
