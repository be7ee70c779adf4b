//! Sorts the functions of a module, so that similar ones are neighbours.
//!
//! A compressor writes how far back it copies from. Instances of one generic function are far
//! apart in the output of wasm-opt; as neighbours, they save 3 % of the module (brotli).

use std::collections::HashMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionSectionReader, Parser, Payload, TypeRef,
    Validator,
};

/// Functions are similar if they have many sequences of this many bytes in common.
const SEQUENCE: usize = 4;

/// Sorts the functions of a file, and drops its custom sections.
pub fn sort(wasm: &Path) -> Result<()> {
    let module = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let sorted = sorted(&module).with_context(|| wasm.display().to_string())?;
    fs::write(wasm, sorted)?;
    Ok(())
}

fn sorted(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = chain(&bodies);
    let mut places = vec![0; order.len()];
    for (place, function) in (0_u32..).zip(&order) {
        if let Some(entry) = places.get_mut(*function) {
            *entry = place;
        }
    }
    let mut output = Module::new();
    let mut sort = Sort {
        imported,
        order,
        places,
    };
    sort.parse_core_module(&mut output, Parser::new(0), module)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let output = output.finish();
    Validator::new().validate_all(&output)?;
    Ok(output)
}

/// An order in which each function follows the one that is most similar to it, of those that
/// are left.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let sequences: Vec<_> = bodies.iter().map(|body| sequences(body)).collect();
    let mut containing = HashMap::<_, Vec<usize>>::new();
    for (function, sequences) in sequences.iter().enumerate() {
        for sequence in sequences {
            containing.entry(*sequence).or_default().push(function);
        }
    }
    // The largest ones first, where there is no similar one.
    let mut left: Vec<_> = (0..bodies.len()).collect();
    left.sort_by_key(|function| bodies.get(*function).map_or(0, |body| body.len()));
    let mut is_left = vec![true; bodies.len()];
    let mut shared = vec![0_usize; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = None;
    while let Some(function) = next.take().or_else(|| left.pop()) {
        if !is_left.get_mut(function).is_some_and(std::mem::take) {
            continue;
        }
        order.push(function);
        shared.fill(0);
        for sequence in sequences.get(function).into_iter().flatten() {
            for other in containing.get(sequence).into_iter().flatten() {
                if let Some(count) = shared.get_mut(*other) {
                    *count += 1;
                }
            }
        }
        let candidates = shared.iter().zip(&is_left).zip(&sequences).enumerate();
        let candidates = candidates.filter(|(_, ((count, is_left), _))| **is_left && **count > 0);
        next = candidates
            // The greatest share of its sequences; of equal ones, the first.
            .map(|(other, ((count, _), all))| (count * 1_000_000 / all.len(), usize::MAX - other))
            .max()
            .map(|(_, other)| usize::MAX - other);
    }
    order
}

/// The different sequences in a body.
fn sequences(body: &[u8]) -> Vec<&[u8]> {
    let mut sequences: Vec<_> = body.windows(SEQUENCE).collect();
    sequences.sort_unstable();
    sequences.dedup();
    sequences
}

struct Sort {
    /// How many functions are imported: they come first and keep their indices.
    imported: u32,
    /// The other functions in their new order.
    order: Vec<usize>,
    /// The new place of each of the other functions.
    places: Vec<u32>,
}

impl Sort {
    fn ordered<T>(&self, items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        let mut items: Vec<_> = items.map(Some).collect();
        let order = self.order.iter();
        order.filter_map(move |function| items.get_mut(*function)?.take())
    }
}

impl Reencode for Sort {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let Some(own) = function.checked_sub(self.imported) else {
            return Ok(function);
        };
        let place = self.places.get(own as usize);
        Ok(place.map_or(function, |place| self.imported + place))
    }

    /// They say which tools made the module and which features it uses: nothing reads that.
    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: CustomSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for index in self.ordered(types.into_iter()) {
            functions.function(index);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        let ordered: Vec<_> = self.ordered(bodies.into_iter()).collect();
        for body in ordered {
            self.parse_function_body(code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ExportKind, ExportSection, Function, ImportSection, Instruction, TypeSection, ValType,
    };

    /// Imports `f`; exports functions that call each other and differ in their constants.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("m", "f", wasm_encoder::EntityType::Function(0));
        let (mut functions, mut exports) = (FunctionSection::new(), ExportSection::new());
        let mut code = CodeSection::new();
        for number in 0..6 {
            functions.function(number % 2);
            exports.export(&number.to_string(), ExportKind::Func, number + 1);
            let mut body = Function::new([]);
            for _ in 0..8 {
                let constant = if number % 2 == 0 { 7 } else { 1_000_000 };
                body.instruction(&Instruction::I32Const(constant));
                body.instruction(&Instruction::Drop);
            }
            // Calls itself, with a result of the right type.
            body.instruction(&Instruction::Call(number + 1));
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        module.section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn similar_functions_are_neighbours_and_keep_their_names() -> Result<()> {
        let sorted = sorted(&module())?;
        let (mut exports, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&sorted) {
            match payload? {
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        exports.push((export.name.to_owned(), export.index));
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().to_vec()),
                _ => {}
            }
        }
        // Three bodies with the large constant, which are longer, then three with the small one.
        let lengths: Vec<_> = bodies.iter().map(Vec::len).collect();
        assert_eq!(lengths, [44, 44, 44, 28, 28, 28]);
        for (name, index) in exports {
            let body = bodies.get(index as usize - 1).context("no body")?;
            let is_odd = name.parse::<u32>()? % 2 == 1;
            assert_eq!(body.len() == 44, is_odd, "{name}");
            // A function calls itself: opcode `call`, its index, `end`.
            assert!(
                body.ends_with(&[0x10, u8::try_from(index)?, 0x0b]),
                "{name}"
            );
        }
        Ok(())
    }
}
