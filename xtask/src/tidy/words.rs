//! Other people's product names, which must not slip into ours with an example or a fixture.

use super::{File, Finding};

/// Lower case, in halves so that this file does not find itself.
const NAMES: [(&str, &str); 2] = [("cass", "ian"), ("click", "port")];

/// Finds the names, whatever their case.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let names = NAMES.map(|(head, tail)| format!("{head}{tail}"));
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let line = line.to_lowercase();
        for name in names.iter().filter(|name| line.contains(*name)) {
            findings.push(Finding::new(
                file,
                index + 1,
                format!("`{name}` is another product's name"),
            ));
        }
    }
    findings
}
