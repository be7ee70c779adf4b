//! Runs wasm-opt, and keeps its last output for each folder: it takes a minute, and often
//! its input is unchanged.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{run, target_folder};

/// Replaces a module by its optimised form.
pub fn replace(module: &Path, folder: &Path, wasm_opt: &Path, options: &[&str]) -> Result<()> {
    let input = fs::read(module).with_context(|| module.display().to_string())?;
    let kept = Kept::of(folder, wasm_opt, options)?;
    if let Some(output) = kept.output(&input) {
        eprintln!(
            "xtask: the module in {} is unchanged: using the last output of wasm-opt",
            folder.display()
        );
        return fs::write(module, output).with_context(|| module.display().to_string());
    }
    let name = module.to_string_lossy();
    let files = [&*name, "-o", &name];
    run(&wasm_opt.to_string_lossy(), &[&files[..], options].concat())?;
    kept.keep(&input, &fs::read(module)?)
}

/// The last input and output of a folder.
struct Kept {
    input: PathBuf,
    output: PathBuf,
    /// How the output was made.
    recipe: PathBuf,
    made_by: String,
}

impl Kept {
    fn of(folder: &Path, wasm_opt: &Path, options: &[&str]) -> Result<Self> {
        let version = crate::command::output(&wasm_opt.to_string_lossy(), &["--version"]);
        let name = folder.file_name().unwrap_or_default();
        let place = target_folder()?.join("wasm-opt").join(name);
        fs::create_dir_all(&place).with_context(|| place.display().to_string())?;
        Ok(Self {
            input: place.join("input.wasm"),
            output: place.join("output.wasm"),
            recipe: place.join("recipe.txt"),
            made_by: format!("{} {options:?}", version.unwrap_or_default()),
        })
    }

    /// The output for this input, if it is the last one.
    fn output(&self, input: &[u8]) -> Option<Vec<u8>> {
        let is_same = fs::read_to_string(&self.recipe).is_ok_and(|it| it == self.made_by)
            && fs::read(&self.input).is_ok_and(|it| it == input);
        is_same.then(|| fs::read(&self.output).ok()).flatten()
    }

    /// The recipe is written last, so that an interrupted write keeps nothing.
    fn keep(&self, input: &[u8], output: &[u8]) -> Result<()> {
        if self.recipe.exists() {
            fs::remove_file(&self.recipe)?;
        }
        fs::write(&self.input, input)?;
        fs::write(&self.output, output)?;
        fs::write(&self.recipe, &self.made_by)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(place: &Path, made_by: &str) -> Kept {
        Kept {
            input: place.join("input"),
            output: place.join("output"),
            recipe: place.join("recipe"),
            made_by: made_by.to_owned(),
        }
    }

    #[test]
    fn output_is_kept_for_the_same_input_and_recipe_only() -> Result<()> {
        let place = std::env::temp_dir().join(format!("xtask-optimised-{}", std::process::id()));
        fs::create_dir_all(&place)?;
        let first = kept(&place, "132 -Oz");
        assert_eq!(first.output(b"in"), None);
        first.keep(b"in", b"out")?;
        assert_eq!(first.output(b"in").as_deref(), Some(&b"out"[..]));
        assert_eq!(first.output(b"other"), None);
        assert_eq!(kept(&place, "132 -Oz -g").output(b"in"), None);
        first.keep(b"other", b"smaller")?;
        assert_eq!(first.output(b"in"), None);
        fs::remove_dir_all(&place)?;
        Ok(())
    }
}
