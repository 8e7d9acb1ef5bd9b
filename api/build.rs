//! Tells the linker where the programs of this crate find the DuckDB library at run time.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    if env::var_os("CARGO_FEATURE_BUNDLED").is_none() {
        link_prebuilt_duckdb();
    }
    // rust-embed settles the folder's real path when it compiles: an app built later is found only where there is one.
    if let Err(error) = fs::create_dir_all("../web/dist") {
        println!("cargo::error=cannot create web/dist: {error}");
    }
    // A development build reads the web app from disk; a release embeds it and must see new files.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../web/dist");
    }
}

fn link_prebuilt_duckdb() {
    let macos = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "macos");
    let (library, beside) = if macos {
        ("libduckdb.dylib", "@loader_path")
    } else {
        ("libduckdb.so", "$ORIGIN")
    };
    let folder = env::var_os("DUCKDB_LIB_DIR").map(PathBuf::from).unwrap_or_default();
    let file = folder.join(library);
    println!("cargo::rerun-if-changed={}", file.display());
    if !file.is_file() {
        println!("cargo::error={} is missing: run cargo xtask setup", file.display());
        return;
    }
    // Beside the program for what is handed out, in the work tree for what is run here.
    for folder in [beside, &*folder.to_string_lossy()] {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
