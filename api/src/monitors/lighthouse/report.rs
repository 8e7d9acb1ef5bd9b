//! What a report of Lighthouse says. Pure.

use super::super::store::findings::LighthouseRow;
use serde_json::Value;
use shared::facts::{Device, LighthouseScores};

/// Findings that are kept of a run.
const MOST_FINDINGS: usize = 25;
const MAX_TEXT_CHARS: usize = 500;
/// An audit with this score is passed.
const PASSED: f64 = 0.9;

/// What is kept of a report.
#[derive(Clone, Debug)]
pub struct Measured {
    pub scores: LighthouseScores,
    pub version: String,
    /// Without device and position, the most rewarding first.
    pub findings: Vec<LighthouseRow>,
}

/// The word of a device, as it is stored.
pub fn device_word(device: Device) -> &'static str {
    match device {
        Device::Mobile => "mobile",
        Device::Desktop => "desktop",
    }
}

/// Reads a report; none when the page could not be measured.
pub fn read(report: &Value) -> Option<Measured> {
    if report["runtimeError"]["code"].is_string() {
        return None;
    }
    let score = |category: &str| hundredths(&report["categories"][category]["score"]);
    let number = |audit: &str| {
        report["audits"][audit]["numericValue"]
            .as_f64()
            .filter(|value| value.is_finite())
    };
    let scores = LighthouseScores {
        performance: score("performance")?,
        accessibility: score("accessibility"),
        best_practices: score("best-practices"),
        seo: score("seo"),
        first_contentful_paint_ms: number("first-contentful-paint"),
        largest_contentful_paint_ms: number("largest-contentful-paint"),
        total_blocking_time_ms: number("total-blocking-time"),
        cumulative_layout_shift: number("cumulative-layout-shift"),
    };
    Some(Measured {
        scores,
        version: text(&report["lighthouseVersion"]).unwrap_or_default(),
        findings: findings(report),
    })
}

fn hundredths(score: &Value) -> Option<u8> {
    let score = score.as_f64().filter(|score| (0.0..=1.0).contains(score))?;
    Some((score * 100.0).round() as u8)
}

fn findings(report: &Value) -> Vec<LighthouseRow> {
    let mut found = Vec::new();
    for category in ["performance", "accessibility", "best-practices", "seo"] {
        let audits = report["categories"][category]["auditRefs"].as_array();
        for id in audits
            .into_iter()
            .flatten()
            .filter_map(|reference| reference["id"].as_str())
        {
            let audit = &report["audits"][id];
            let is_new = found.iter().all(|row: &LighthouseRow| row.audit != id);
            // The times themselves are told as such.
            let is_time =
                category == "performance" && audit["scoreDisplayMode"] == "numeric" && audit["details"].is_null();
            let score = audit["score"].as_f64().filter(|score| (0.0..PASSED).contains(score));
            let (Some(_), Some(title)) = (score.filter(|_| is_new && !is_time), text(&audit["title"])) else {
                continue;
            };
            found.push(LighthouseRow {
                device: String::new(),
                position: 0,
                audit: id.chars().take(100).collect(),
                title,
                description: text(&audit["description"]).unwrap_or_default(),
                category: category.to_owned(),
                score: hundredths(&audit["score"]).unwrap_or(0).into(),
                measured: text(&audit["displayValue"]),
                savings_us: savings_ms(audit).map(|ms| (ms * 1000.0) as i64),
            });
        }
    }
    found.sort_by_key(|row| (std::cmp::Reverse(row.savings_us), row.score));
    found.truncate(MOST_FINDINGS);
    found
}

/// Lighthouse's estimate, by whichever of its measures it gives.
fn savings_ms(audit: &Value) -> Option<f64> {
    let overall = audit["details"]["overallSavingsMs"].as_f64();
    let metrics = ["FCP", "LCP", "TBT"].map(|metric| audit["metricSavings"][metric].as_f64());
    let all = metrics.into_iter().chain([overall]).flatten();
    all.filter(|ms| ms.is_finite() && *ms > 0.0 && *ms < 1e9)
        .reduce(f64::max)
}

/// Lighthouse's words without their marks: `[label](address)` is its label, code has no back ticks.
fn text(value: &Value) -> Option<String> {
    let mut rest = value.as_str()?;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after
            .split_once("](")
            .and_then(|(label, tail)| Some((label, tail.split_once(')')?.1)))
        {
            Some((label, tail)) if !label.contains('[') => {
                plain.push_str(label);
                rest = tail;
            }
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    let plain = plain
        .chars()
        .filter(|c| *c != '`')
        .map(|c| if c.is_control() { ' ' } else { c });
    let plain = plain.take(MAX_TEXT_CHARS).collect::<String>().trim().to_owned();
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_is_scores_and_what_would_bring_most() {
        let report = json!({
            "lighthouseVersion": "12.8.2",
            "categories": {
                "performance": {"score": 0.455, "auditRefs": [{"id": "fcp"}, {"id": "small"}, {"id": "big"}, {"id": "good"}, {"id": "gone"}]},
                "accessibility": {"score": null, "auditRefs": [{"id": "contrast"}, {"id": "big"}]},
                "seo": {"score": 7}
            },
            "audits": {
                "fcp": {"title": "First", "score": 0.2, "scoreDisplayMode": "numeric", "numericValue": 1.0},
                "first-contentful-paint": {"numericValue": 1234.5},
                "small": {"title": "Small", "score": 0.5, "scoreDisplayMode": "metricSavings", "metricSavings": {"FCP": 50, "LCP": 0}},
                "big": {"title": "Use `big`", "description": "Do [this now](https://x.example/a). [See] <b>", "score": 0,
                        "displayValue": "Est savings of 1,200\u{a0}ms", "details": {"overallSavingsMs": 1200}},
                "good": {"title": "Good", "score": 0.95},
                "contrast": {"title": "Contrast", "score": 0, "scoreDisplayMode": "binary"}
            }
        });
        let read = read(&report).unwrap();
        assert_eq!((read.version.as_str(), read.scores.performance), ("12.8.2", 46));
        assert_eq!((read.scores.accessibility, read.scores.seo), (None, None));
        assert_eq!(read.scores.first_contentful_paint_ms, Some(1234.5));
        let told = read
            .findings
            .iter()
            .map(|row| (row.audit.as_str(), row.savings_us, row.score));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("big", Some(1_200_000), 0),
                ("small", Some(50_000), 50),
                ("contrast", None, 0)
            ]
        );
        assert_eq!(read.findings[0].title, "Use big");
        assert_eq!(read.findings[0].description, "Do this now. [See] <b>");
    }

    #[test]
    fn a_page_that_could_not_be_measured_has_no_scores() {
        for report in [
            json!({}),
            json!([]),
            json!({"categories": {"performance": {"score": null}}}),
            json!({"runtimeError": {"code": "NO_FCP"}, "categories": {"performance": {"score": 0.5}}}),
        ] {
            assert!(read(&report).is_none(), "{report}");
        }
    }
}
