//! Optimises the release build and prints its compressed size.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::run;
use crate::{function_order, optimised, short_names, tools};

/// Set to keep the names of the WASM's functions, for a profile.
pub const KEEP_NAMES: &str = "KEEP_NAMES";

/// `-Oz` alone makes a module that is smaller, but larger once it is compressed. Rebuilding
/// the control flow and a second round save another 2 kB of brotli.
///
/// Nothing but the end of the stack is in the first 1024 bytes, since the linker puts the
/// stack before the data. With that, offsets become part of loads and stores, which saves
/// another 2 kB.
const OPTIMISATIONS: [&str; 5] = [
    "--low-memory-unused",
    "-Os",
    "--flatten",
    "--rereloop",
    "-Os",
];

/// Optimises trunk's staged files, in release builds only, and prints sizes.
pub fn optimise() -> Result<()> {
    if std::env::var_os("TRUNK_PROFILE").as_deref() != Some(OsStr::new("release")) {
        return Ok(());
    }
    let staged = std::env::var_os("TRUNK_STAGING_DIR").context("TRUNK_STAGING_DIR is not set")?;
    let staged = Path::new(&staged);
    shrink_wasm(staged)?;
    shrink_javascript(staged)?;
    print(staged)
}

/// Runs wasm-opt on the WASM in a folder, if a recent version is installed.
pub fn shrink_wasm(folder: &Path) -> Result<()> {
    let Some(wasm_opt) = tools::wasm_opt() else {
        eprintln!("xtask: no wasm-opt of version 120 or later, so the WASM stays larger; {GET}");
        return Ok(());
    };
    for wasm in files_that_end_in("wasm", folder)? {
        let mut options = OPTIMISATIONS.to_vec();
        if std::env::var_os(KEEP_NAMES).is_some() {
            options.push("-g");
        }
        let wasm = Path::new(&wasm);
        optimised::replace(wasm, folder, &wasm_opt, &options)?;
        if options.len() == OPTIMISATIONS.len() {
            // Names would have to be sorted too.
            function_order::sort(wasm)?;
        }
        short_names::shorten(wasm, &glue(wasm))?;
    }
    Ok(())
}

/// Runs terser on the JavaScript in a folder, if it is installed.
pub fn shrink_javascript(folder: &Path) -> Result<()> {
    let Some(terser) = tools::terser() else {
        eprintln!("xtask: no terser, so the JavaScript stays larger; {GET}");
        return Ok(());
    };
    let how = ["--module", "--compress", "--mangle"];
    for script in files_that_end_in("js", folder)? {
        let place = [script.as_str(), "-o", &script];
        run(&terser.to_string_lossy(), &[&place[..], &how].concat())?;
    }
    Ok(())
}

const GET: &str = "`npm ci --prefix tests/e2e` gets one";

fn files_that_end_in(ending: &str, folder: &Path) -> Result<Vec<String>> {
    let files = files(folder)?.into_iter();
    let files = files.filter(|file| file.extension() == Some(OsStr::new(ending)));
    Ok(files
        .map(|file| file.to_string_lossy().into_owned())
        .collect())
}

/// The script with the imports of a module. For bundlers it has the name of the module.
fn glue(wasm: &Path) -> PathBuf {
    let of_bundlers = wasm.with_extension("js");
    if of_bundlers.exists() {
        return of_bundlers;
    }
    let name = wasm.file_stem().unwrap_or_default().to_string_lossy();
    wasm.with_file_name(format!("{}.js", name.trim_end_matches("_bg")))
}

/// Prints the brotli sizes of the files that a page loads from a folder.
pub fn print(folder: &Path) -> Result<()> {
    let mut total = 0;
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    for (file, bytes, compressed) in sizes(folder)? {
        total += compressed;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("{bytes:>10} {compressed:>10}  {name}");
    }
    println!("{:>10} {total:>10}  in all", "");
    for file in files(folder)? {
        if is_optional(&file) {
            let bytes = fs::read(&file)?;
            let compressed = brotli_size(&bytes)?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            println!(
                "{:>10} {compressed:>10}  {name}, if it is used",
                bytes.len()
            );
        }
    }
    Ok(())
}

/// The total brotli size of the files that a page loads from a folder.
pub fn brotli_of(folder: &Path) -> Result<usize> {
    let sizes = sizes(folder)?.into_iter();
    Ok(sizes.map(|(_, _, compressed)| compressed).sum())
}

/// Whether only pages that use object storage, the simulator or kept files load a file.
fn is_optional(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let is_code = file
        .extension()
        .is_some_and(|it| it == "js" || it == "wasm");
    is_code
        && matches!(
            &*name,
            "s3" | "simulated" | "simulator" | "simulator_bg" | "kept-files"
        )
}

/// The files that a page loads from a folder, with their sizes before and after brotli.
fn sizes(folder: &Path) -> Result<Vec<(PathBuf, usize, usize)>> {
    let loads = ["js", "wasm", "css"].map(OsStr::new);
    let files = files(folder)?.into_iter();
    let loaded = files.filter(|file| {
        file.extension().is_some_and(|it| loads.contains(&it)) && !is_optional(file)
    });
    loaded
        .map(|file| {
            let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
            let compressed = brotli_size(&bytes)?;
            Ok((file, bytes.len(), compressed))
        })
        .collect()
}

fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed.len())
}

/// The files in a folder and in the folders inside of it, such as the package's `snippets`.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(self::files(&path)?),
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}
