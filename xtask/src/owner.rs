//! An owner at a running server, by curl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The account that owns a site, signed in by curl's cookie jar.
pub(crate) struct Owner<'a> {
    url: &'a str,
    jar: PathBuf,
}

impl<'a> Owner<'a> {
    /// Signs up at a new server; cookies are kept in the folder.
    pub(crate) fn sign_up(url: &'a str, folder: &Path) -> Result<Self> {
        let owner = Self {
            url,
            jar: folder.join("cookies"),
        };
        owner.post(
            "/accounts",
            r#"{"email":"ann@owner.example","password":"correct horse battery","name":"Ann"}"#,
        )?;
        Ok(owner)
    }

    /// Posts JSON under `/api/v1` and returns the answer.
    pub(crate) fn post(&self, path: &str, body: &str) -> Result<Value> {
        let origin = format!("Origin: {}", self.url);
        let mut curl = Command::new("curl");
        curl.args(["-sf", "-H", &origin, "-H", "Content-Type: application/json", "-d", body]);
        curl.arg("-b").arg(&self.jar).arg("-c").arg(&self.jar);
        let answer = process::output(curl.arg(format!("{}/api/v1{path}", self.url)))?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// The session's cookie.
    pub(crate) fn cookie(&self) -> Result<String> {
        let jar = fs::read_to_string(&self.jar)?;
        let line = jar.lines().find(|line| line.contains("\tvitrine\t"));
        let value = line.and_then(|line| line.rsplit('\t').next());
        Ok(value.context("signing up sets a cookie")?.to_owned())
    }
}

/// A text of an answer.
pub(crate) fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str> {
    answer[name]
        .as_str()
        .with_context(|| format!("the answer has `{name}`"))
}
