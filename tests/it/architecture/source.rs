//! Rust source text → what each file names and where it is unsafe, found by parsing.
//!
//! Every form of a path is seen: `use` with nested braces, renames and globs; `self`, `super` and `crate`; paths in types, patterns
//! and expressions; paths among the tokens of macros and attributes. A name that a `use` brings in, or that a module passes on with
//! `pub use`, is followed to the file that defines it. Not seen: methods, and what only a type could resolve.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Modules from the root of the crate: `neural`, `ops` for `src/neural/ops/mod.rs`.
type ModulePath = Vec<String>;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A module of this crate, and what is named in it.
    Inside(ModulePath),
    /// Anything else, by its first segment: a crate, or a name that is no module.
    Outside(String),
}

/// A path that a file names.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) target: Target,
    pub(super) line: usize,
}

/// A parsed file.
#[derive(Debug)]
pub(super) struct File {
    /// Path from the root of the package.
    pub(super) path: String,
    /// The module that it is; empty for `lib.rs` and `main.rs`.
    pub(super) module: ModulePath,
    /// What it names outside tests.
    pub(super) mentions: Vec<Mention>,
    /// Lines with `unsafe`, tests included.
    pub(super) unsafe_lines: Vec<usize>,
    /// Names that `use` brings into the file.
    bindings: BTreeMap<String, ModulePath>,
    /// Modules that exist in tests alone.
    test_modules: Vec<ModulePath>,
    raw: Vec<Raw>,
}

/// The files of a crate.
pub(super) struct Sources {
    pub(super) files: Vec<File>,
    by_module: BTreeMap<ModulePath, usize>,
}

/// A path as it is written, with the module in which it is written.
#[derive(Clone, Debug)]
struct Raw {
    segments: Vec<String>,
    module: ModulePath,
    line: usize,
}

impl Sources {
    /// Parses `texts`: paths from the root of the package, such as `src/neural/mod.rs`, with their contents.
    pub(super) fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<File> = texts.into_iter().map(|(path, text)| File::parse(path, text)).collect();
        let in_tests: Vec<ModulePath> = files.iter().flat_map(|file| file.test_modules.clone()).collect();
        for file in files.iter_mut().filter(|file| in_tests.iter().any(|module| file.module.starts_with(module))) {
            file.raw.clear();
        }
        let modules = files.iter().enumerate().filter(|(_, file)| file.path != "src/main.rs");
        let by_module = modules.map(|(index, file)| (file.module.clone(), index)).collect();
        let mut sources = Self { files, by_module };
        sources.resolve();
        sources
    }

    /// The file that defines what `path` names: that of its longest part that is a module, followed through `pub use`.
    pub(super) fn file_of(&self, path: &[String]) -> Option<&File> {
        let mut path = path.to_vec();
        // As many steps as any chain of re-exports has; a circle of them would not compile.
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| self.by_module.contains_key(&path[..*length]))?;
            let file = &self.files[self.by_module[&path[..length]]];
            match path.get(length).and_then(|name| file.bindings.get(name)) {
                Some(origin) if *origin != path => path = [origin, &path[length + 1..]].concat(),
                _ => return Some(file),
            }
        }
        None
    }

    fn resolve(&mut self) {
        let modules: BTreeSet<ModulePath> = self.by_module.keys().cloned().collect();
        for file in &mut self.files {
            // A binding may begin with another one of the file.
            for _ in 0..3 {
                let uses = file.raw.iter().filter_map(|raw| Some((raw, raw.segments.last()?.strip_prefix("as ")?)));
                let bound = uses.filter_map(|(raw, name)| {
                    let segments = &raw.segments[..raw.segments.len() - 1];
                    match target(segments, &raw.module, &file.bindings, &modules) {
                        Target::Inside(path) => Some((name.to_owned(), path)),
                        Target::Outside(_) => None,
                    }
                });
                file.bindings = bound.collect();
            }
            let written = file.raw.iter().map(|raw| {
                let segments = raw.segments.iter().filter(|segment| !segment.starts_with("as ")).cloned();
                let segments: Vec<String> = segments.collect();
                Mention { target: target(&segments, &raw.module, &file.bindings, &modules), line: raw.line }
            });
            file.mentions = written.collect();
        }
    }
}

/// What `segments`, written in `module`, lead to.
fn target(
    segments: &[String],
    module: &[String],
    bindings: &BTreeMap<String, ModulePath>,
    modules: &BTreeSet<ModulePath>,
) -> Target {
    let (first, rest) = match segments {
        [] => return Target::Outside(String::new()),
        [first, rest @ ..] => (first.as_str(), rest),
    };
    let inside = |path: &[String], rest: &[String]| Target::Inside([path, rest].concat());
    match first {
        "crate" | "depesche" => inside(&[], rest),
        "self" => inside(module, rest),
        "super" => {
            let levels = segments.iter().take_while(|segment| *segment == "super").count();
            inside(&module[..module.len().saturating_sub(levels)], &segments[levels..])
        }
        _ => {
            let child = [module, &segments[..1]].concat();
            match bindings.get(first) {
                _ if modules.contains(&child) => inside(&child, rest),
                Some(path) => inside(path, rest),
                None => Target::Outside(first.to_owned()),
            }
        }
    }
}

impl File {
    fn parse(path: &str, text: &str) -> Self {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let inner = path.strip_prefix("src/").unwrap_or(path).strip_suffix(".rs").unwrap_or(path);
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        let root = matches!(inner, "lib" | "main");
        let module: ModulePath = if root { Vec::new() } else { inner.split('/').map(str::to_owned).collect() };
        let mut walk = Walk {
            module: module.clone(),
            tests: 0,
            raw: Vec::new(),
            unsafe_lines: Vec::new(),
            test_modules: Vec::new(),
        };
        walk.visit_file(&parsed);
        walk.unsafe_lines.sort_unstable();
        walk.unsafe_lines.dedup();
        Self {
            path: path.to_owned(),
            module,
            mentions: Vec::new(),
            unsafe_lines: walk.unsafe_lines,
            bindings: BTreeMap::new(),
            test_modules: walk.test_modules,
            raw: walk.raw,
        }
    }
}

/// Collects paths and `unsafe` from a syntax tree.
struct Walk {
    /// The module that is being read, inline modules included.
    module: ModulePath,
    /// How many items of `#[cfg(test)]` surround what is being read.
    tests: usize,
    raw: Vec<Raw>,
    unsafe_lines: Vec<usize>,
    test_modules: Vec<ModulePath>,
}

impl Walk {
    fn mention(&mut self, segments: Vec<String>, line: usize) {
        if self.tests == 0 {
            self.raw.push(Raw { segments, module: self.module.clone(), line });
        }
    }

    /// Every path of a `use`; the name that it binds stands at the end as `as NAME`.
    fn use_tree(&mut self, tree: &syn::UseTree, prefix: &[String]) {
        let name = |ident: &syn::Ident| ident.to_string();
        let bound = |ident: &syn::Ident, alias: &syn::Ident| match (name(ident).as_str(), prefix.last()) {
            ("self", Some(module)) if ident == alias => ([prefix, &[format!("as {module}")]].concat(), ident.span()),
            ("self", Some(_)) => ([prefix, &[format!("as {alias}")]].concat(), ident.span()),
            _ => ([prefix, &[name(ident), format!("as {alias}")]].concat(), ident.span()),
        };
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &[prefix, &[name(&path.ident)]].concat()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, prefix)),
            syn::UseTree::Glob(glob) => self.mention(prefix.to_vec(), glob.span().start().line),
            syn::UseTree::Name(item) => {
                let (segments, span) = bound(&item.ident, &item.ident);
                self.mention(segments, span.start().line);
            }
            syn::UseTree::Rename(item) => {
                let (segments, span) = bound(&item.ident, &item.rename);
                self.mention(segments, span.start().line);
            }
        }
    }

    /// Every path among `tokens`, with `prefix` before it.
    fn tokens(&mut self, tokens: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let line = token.span().start().line;
            match token {
                TokenTree::Group(group) => self.tokens(group.stream(), &[]),
                TokenTree::Literal(literal) => self.literal(&literal.to_string(), line),
                TokenTree::Punct(_) => {}
                TokenTree::Ident(ident) if ident == "unsafe" => self.unsafe_lines.push(line),
                // `pub(in crate::x)` uses nothing.
                TokenTree::Ident(ident) if ident == "pub" => {
                    at += usize::from(matches!(tokens.get(at), Some(TokenTree::Group(_))));
                }
                TokenTree::Ident(ident) => {
                    let mut path = [prefix, &[ident.to_string()]].concat();
                    while colon(at) && colon(at + 1) {
                        match tokens.get(at + 2) {
                            Some(TokenTree::Ident(next)) => path.push(next.to_string()),
                            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                                self.tokens(group.stream(), &path);
                            }
                            // `::<` or `::*`
                            _ => {}
                        }
                        at += 3;
                    }
                    if path.len() > 1 {
                        self.mention(path, line);
                    }
                }
            }
        }
    }

    /// A path in a string, as serde and clap take them.
    fn literal(&mut self, text: &str, line: usize) {
        let segments: Vec<String> = text.trim_matches('"').split("::").map(str::to_owned).collect();
        if segments.len() > 1 && matches!(segments[0].as_str(), "crate" | "depesche" | "self" | "super") {
            self.mention(segments, line);
        }
    }

    fn keyword(&mut self, keyword: Option<&syn::token::Unsafe>) {
        self.unsafe_lines.extend(keyword.map(|keyword| keyword.span.start().line));
    }
}

/// Whether `attributes` keep an item to tests: `#[test]`, `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| {
                    let text = list.tokens.to_string();
                    text == "test" || (text.starts_with("all") && text.contains("test") && !text.contains("not"))
                })
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let test = usize::from(is_test(attributes(item)));
        self.tests += test;
        visit::visit_item(self, item);
        self.tests -= test;
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes: &[syn::Attribute] = match item {
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Const(item) => &item.attrs,
            _ => &[],
        };
        let test = usize::from(is_test(attributes));
        self.tests += test;
        visit::visit_impl_item(self, item);
        self.tests -= test;
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        if item.content.is_none() && self.tests > 0 {
            self.test_modules.push(self.module.clone());
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // A single name is a local one, or bound by a `use` that is seen.
        if path.segments.len() > 1 {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(in crate::x)` uses nothing.
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone(), &[]);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        visit::visit_attribute(self, attribute);
        match &attribute.meta {
            syn::Meta::List(list) => {
                // `#[unsafe(no_mangle)]`
                if list.path.is_ident("unsafe") {
                    self.unsafe_lines.push(attribute.span().start().line);
                }
                self.tokens(list.tokens.clone(), &[]);
            }
            syn::Meta::NameValue(_) | syn::Meta::Path(_) => {}
        }
    }

    fn visit_expr_unsafe(&mut self, expression: &'ast syn::ExprUnsafe) {
        self.keyword(Some(&expression.unsafe_token));
        visit::visit_expr_unsafe(self, expression);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.keyword(signature.unsafety.as_ref());
        visit::visit_signature(self, signature);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.keyword(item.unsafety.as_ref());
        visit::visit_item_impl(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.keyword(item.unsafety.as_ref());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_foreign_mod(&mut self, item: &'ast syn::ItemForeignMod) {
        self.keyword(item.unsafety.as_ref());
        visit::visit_item_foreign_mod(self, item);
    }

    fn visit_type_bare_fn(&mut self, kind: &'ast syn::TypeBareFn) {
        self.keyword(kind.unsafety.as_ref());
        visit::visit_type_bare_fn(self, kind);
    }
}
