//! Shortens the names of imports and exports that WASM and JavaScript share.
//!
//! wasm-bindgen gives about 350 imports and 17 exports a name with a hash, in the module and in
//! the glue. No minifier can shorten both, and hashes do not compress: short names save 8 kB
//! (brotli).

use std::collections::HashMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, Import, ImportSectionReader, Parser, Payload};

/// The prefix of wasm-bindgen's own names. Other names are public.
const OURS: &str = "__wb";

/// The prefix of the functions that call closures of each signature.
const CLOSURE: &str = "wasm_bindgen_";

/// Renames the imports and exports of a module, in the module and in its glue.
pub fn shorten(wasm: &Path, glue: &Path) -> Result<()> {
    let module = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let script = fs::read_to_string(glue).with_context(|| glue.display().to_string())?;
    let names = Names::of(&module)?;
    for short in names.0.values() {
        let is_free = words(&script).all(|word| word != short);
        ensure!(is_free, "{} has a name {short} already", glue.display());
    }
    let mut shortened = Module::new();
    Rename(&names)
        .parse_core_module(&mut shortened, Parser::new(0), &module)
        .map_err(|error| anyhow::anyhow!("{}: {error}", wasm.display()))?;
    fs::write(wasm, shortened.finish())?;
    // The types of the exports are declared twice.
    let declared = [
        glue.with_extension("d.ts"),
        wasm.with_extension("wasm.d.ts"),
    ];
    let declared = declared.into_iter().filter(|file| file.exists());
    for file in std::iter::once(glue.to_owned()).chain(declared) {
        let text = fs::read_to_string(&file)?;
        let text: String = words(&text).map(|word| names.short(word)).collect();
        fs::write(file, text)?;
    }
    Ok(())
}

/// The long names and their short names.
struct Names(HashMap<String, String>);

impl Names {
    fn of(module: &[u8]) -> Result<Self> {
        let mut names = HashMap::new();
        for payload in Parser::new(0).parse_all(module) {
            let mut add = |name: &str| {
                let number = names.len();
                let name = names.entry(name.to_owned());
                name.or_insert_with(|| format!("_{number}"));
            };
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if import.name.starts_with(OURS) {
                            add(import.name);
                        }
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.name.starts_with(CLOSURE) {
                            add(export.name);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self(names))
    }

    fn short<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }
}

struct Rename<'a>(&'a Names);

impl Reencode for Rename<'_> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        section: &mut ImportSection,
        imports: ImportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for import in imports.into_imports() {
            let import = import?;
            let name = self.0.short(import.name);
            utils::parse_import(self, section, Import { name, ..import })?;
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        section: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let name = self.0.short(export.name);
        utils::parse_export(self, section, Export { name, ..export })
    }
}

/// Splits a script into words and the text between them.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let is_word = |character: char| character.is_alphanumeric() || "_$".contains(character);
    let mut rest = script;
    std::iter::from_fn(move || {
        let first = is_word(rest.chars().next()?);
        let end = rest.find(|character| is_word(character) != first);
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_replaced() {
        let names = Names(HashMap::from([("__wb_a".to_owned(), "_0".to_owned())]));
        let script = "x.__wb_a(__wb_ab, $__wb_a, '__wb_a')";
        let renamed: String = words(script).map(|word| names.short(word)).collect();
        assert_eq!(renamed, "x._0(__wb_ab, $__wb_a, '_0')");
    }
}
