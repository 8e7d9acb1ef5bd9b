//! An answer as a CSV file. Pure.

use crate::client::answer::Answer;

/// Dimensions and metrics, one row a line. Texts that a spreadsheet would take for a formula get an apostrophe before
/// them; numbers stay numbers.
pub fn write(answer: &Answer) -> String {
    let mut out = String::new();
    let dimensions = answer.asked.dimensions.iter().map(|dimension| dimension.to_string());
    let metrics = answer.asked.metrics.iter().map(|metric| metric.as_str().to_owned());
    line(&mut out, dimensions.chain(metrics));
    for row in &answer.rows {
        let names = row.dimensions.iter().map(|name| cell(name));
        let numbers = (0..answer.asked.metrics.len()).map(|at| match (row.money(at), row.number(at)) {
            (Some(money), _) => money.value.clone(),
            (None, Some(value)) => number(value),
            (None, None) => String::new(),
        });
        line(&mut out, names.chain(numbers));
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

/// A number with at most three decimals, written from whole numbers: formatting floats is not worth its size.
fn number(value: f64) -> String {
    let thousandths = (value * 1000.0).round() as i64;
    let (whole, rest) = (thousandths / 1000, (thousandths % 1000).unsigned_abs());
    let sign = if thousandths < 0 && whole == 0 { "-" } else { "" };
    match rest {
        0 => format!("{whole}"),
        rest => format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_owned(),
    }
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_formulas_defused() {
        for (text, written) in [
            ("/blog", "/blog"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("@cmd", "'@cmd"),
            ("-2", "'-2"),
            ("+a,b", "\"'+a,b\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), written, "{text}");
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        for (value, written) in [
            (0.0, "0"),
            (30_012.0, "30012"),
            (1.5, "1.5"),
            (-0.25, "-0.25"),
            (-3.1, "-3.1"),
            (2.34567, "2.346"),
        ] {
            assert_eq!(number(value), written);
        }
    }

    #[test]
    fn an_answer_becomes_lines() {
        let json = r#"{"results":[
            {"dimensions":["=x","EUR"],"metrics":[3,{"value":"12.340","currency":"EUR"},null]}],
            "meta":{},"query":{"metrics":["visitors","total_revenue","bounce_rate"],"date_range":["a","b"],
            "dimensions":["event:page","event:currency"]}}"#;
        let outcome = serde_json::from_str(json).expect("it is JSON");
        let answer = Answer::read(&outcome).expect("an answer");
        let text = "event:page,event:currency,visitors,total_revenue,bounce_rate\r\n'=x,EUR,3,12.340,\r\n";
        assert_eq!(write(&answer), text);
    }
}
