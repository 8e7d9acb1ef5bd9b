//! The figures as Markdown, for people.

use super::targets::dashboard;
use serde_json::Value;
use std::fmt::Write as _;

/// All tables.
pub(super) fn of(figures: &Value) -> String {
    let mut text = String::new();
    let sizes: Vec<&Value> = figures["sizes"].as_array().into_iter().flatten().collect();
    // Writing to a String can't fail.
    let _infallible = write(&mut text, figures, &sizes);
    text
}

fn write(text: &mut String, figures: &Value, sizes: &[&Value]) -> std::fmt::Result {
    let machine = &figures["machine"];
    writeln!(
        text,
        "Measured on {}, {} processors, {} GiB of memory, DuckDB with at most {} on both sides.\n",
        figures["on"].as_str().unwrap_or_default(),
        machine["processors"],
        machine["memory_gib"],
        figures["memory_limit"].as_str().unwrap_or_default()
    )?;
    writeln!(text, "| target | | measured | |\n|---|---|---:|---|")?;
    for target in figures["targets"].as_array().into_iter().flatten() {
        let met = if target["met"] == true { "met" } else { "**missed**" };
        let (what, aim) = (word(&target["what"]), word(&target["target"]));
        writeln!(text, "| {what} | {aim} | {} | {met} |", number(&target["measured"]))?;
    }
    dashboards(text, sizes)?;
    stores(text, sizes, &figures["empty"])?;
    match figures.get("requests") {
        Some(told) => requests(text, told),
        None => Ok(()),
    }
}

fn dashboards(text: &mut String, sizes: &[&Value]) -> std::fmt::Result {
    if sizes.is_empty() {
        return Ok(());
    }
    write!(text, "\n| dashboard, ms: Vitrine / plain DuckDB = times faster |")?;
    for size in sizes {
        write!(text, " {} M events |", size["millions"])?;
    }
    writeln!(text, "\n|---|{}", "---:|".repeat(sizes.len()))?;
    let cases = sizes
        .iter()
        .flat_map(|size| size["dashboards"].as_array().into_iter().flatten());
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for case in cases {
        let row = (word(&case["range"]), word(&case["filter"]));
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    for (range, filter) in rows {
        write!(text, "| {range}, {filter} |")?;
        for size in sizes {
            match dashboard(size, range, filter) {
                Some(case) => write!(
                    text,
                    " {} / {} = {} |",
                    number(&case["ms"]),
                    number(&case["plain_ms"]),
                    number(&case["times_faster"])
                )?,
                None => write!(text, " – |")?,
            }
        }
        writeln!(text)?;
    }
    write!(text, "| a year, open, the first question after the start |")?;
    for size in sizes {
        write!(text, " {} |", number(&size["first_ms"]))?;
    }
    writeln!(text)?;
    for (at, range) in ["a year", "30 days", "24 hours"].into_iter().enumerate() {
        write!(text, "| {range}, open, from memory |")?;
        for size in sizes {
            write!(text, " {} |", number(&size["from_memory"][at]["ms"]))?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn stores(text: &mut String, sizes: &[&Value], empty: &Value) -> std::fmt::Result {
    write!(text, "\n| store | empty |")?;
    for size in sizes {
        write!(text, " {} M events |", size["millions"])?;
    }
    writeln!(text, "\n|---|---:|{}", "---:|".repeat(sizes.len()))?;
    let lines = [
        ("ready after, ms", "start_ms"),
        ("memory idle, MiB", "idle_mib"),
        ("memory idle without pages of files, MiB", "idle_own_mib"),
        ("memory after all questions, MiB", "busy_mib"),
        ("bytes an event, rollups included", "bytes_per_event"),
        ("rolling everything up, s", "roll_up_s"),
    ];
    for (what, name) in lines {
        write!(text, "| {what} | {} |", number(&empty[name]))?;
        for size in sizes {
            write!(text, " {} |", number(&size[name]))?;
        }
        writeln!(text)?;
    }
    for at in 0..2 {
        let Some(format) = sizes.first().and_then(|size| size["export"][at]["format"].as_str()) else {
            continue;
        };
        write!(
            text,
            "| exporting a year as {format}: events a second, MB, memory before and at most, MiB | |"
        )?;
        for size in sizes {
            let of = |name: &str| number(&size["export"][at][name]);
            let [rate, mb, before, peak] = ["events_per_second", "mb", "before_mib", "peak_mib"].map(of);
            write!(text, " {rate}, {mb}, {before}, {peak} |")?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn requests(text: &mut String, requests: &Value) -> std::fmt::Result {
    writeln!(
        text,
        "\n| request | bare actix-web | Vitrine | share |\n|---|---|---|---:|"
    )?;
    for (what, name) in [
        ("resolving a link", "resolve"),
        ("one number, from memory", "query"),
        ("an event", "event"),
    ] {
        let cell = |side: &Value| {
            let [rate, p50, p99] = ["per_second", "p50_ms", "p99_ms"].map(|name| number(&side[name]));
            format!("{rate}/s, p50 {p50} ms, p99 {p99} ms")
        };
        let row = &requests[name];
        let share = row["share"].as_f64().unwrap_or(f64::NAN);
        writeln!(
            text,
            "| {what} | {} | {} | {share:.2} |",
            cell(&row["bare"]),
            cell(&row["ours"])
        )?;
    }
    let sync = &requests["sync"];
    writeln!(
        text,
        "\nA write of what 64 senders send and its `fdatasync`, one after another: {}/s (p50 {} ms), which would be {} events a second; \
         collecting reaches {:.0} % of that.",
        number(&sync["per_second"]),
        number(&sync["p50_ms"]),
        number(&sync["events_per_second"]),
        100.0 * sync["share"].as_f64().unwrap_or(f64::NAN)
    )
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Three digits of a number, and all that it has before the point.
fn number(value: &Value) -> String {
    match value.as_f64() {
        None => "–".to_owned(),
        Some(x) if x.abs() >= 100.0 => grouped(x.round() as i64),
        Some(x) if x.abs() >= 10.0 => format!("{x:.1}"),
        Some(x) => format!("{x:.2}"),
    }
}

/// `1,234,567`.
fn grouped(n: i64) -> String {
    let digits = n.abs().to_string();
    let mut text = if n < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
