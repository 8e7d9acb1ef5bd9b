//! The channel of a visit: the rules of Google Analytics 4's default channel group, with a channel of its own for visits
//! from chats with language models. The first rule that holds decides.

use super::sources::{SourceKind, of_tag};

/// What the rules look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clues<'a> {
    /// Name of the source; empty for none.
    pub source: &'a str,
    /// What the table of sources knows of it.
    pub kind: Option<SourceKind>,
    /// `utm_medium`.
    pub medium: &'a str,
    /// `utm_campaign`.
    pub campaign: &'a str,
    /// Name of the advertiser's click parameter in the address.
    pub click_id: &'a str,
    /// True when another site referred.
    pub has_referrer: bool,
}

/// The channel's name.
pub fn channel(clues: Clues<'_>) -> &'static str {
    let medium = clues.medium.to_lowercase();
    let medium = medium.as_str();
    let campaign = clues.campaign.to_lowercase();
    let kind = clues.kind;
    let paid = medium.contains("cp") || medium == "ppc" || medium == "retargeting" || medium.starts_with("paid");
    let shopping = kind == Some(SourceKind::Shopping) || has_word(&campaign, "shop") || has_word(&campaign, "shopping");
    let search = kind == Some(SourceKind::Search);
    let social = kind == Some(SourceKind::Social);
    let video = kind == Some(SourceKind::Video);
    match () {
        () if campaign.contains("cross-network") => "Cross-network",
        () if paid && shopping => "Paid Shopping",
        () if search && (paid || !clues.click_id.is_empty()) => "Paid Search",
        () if social && paid => "Paid Social",
        () if video && paid => "Paid Video",
        () if matches!(medium, "display" | "banner" | "expandable" | "interstitial" | "cpm") => "Display",
        () if paid => "Paid Other",
        () if shopping => "Organic Shopping",
        () if social || is_social_medium(medium) => "Organic Social",
        () if video || medium.contains("video") => "Organic Video",
        () if search || medium == "organic" => "Organic Search",
        () if kind == Some(SourceKind::Ai) => "AI Assistants",
        () if kind == Some(SourceKind::Email) || is_email(medium) || is_email(&clues.source.to_lowercase()) => "Email",
        () if medium == "affiliate" => "Affiliates",
        () if medium == "audio" => "Audio",
        () if medium == "sms" || clues.source.eq_ignore_ascii_case("sms") => "SMS",
        () if medium.ends_with("push") || medium.contains("mobile") || medium.contains("notification") => {
            "Mobile Push Notifications"
        }
        () if matches!(medium, "referral" | "app" | "link") || clues.has_referrer => "Referral",
        () if clues.source.is_empty() && medium.is_empty() => "Direct",
        () => "Unassigned",
    }
}

/// The channel of totals that tell no more than these.
pub fn of_totals(source: &str, medium: &str, campaign: &str) -> String {
    let is_direct = matches!(source, "" | "Direct / None");
    let clues = Clues {
        source: if is_direct { "" } else { source },
        kind: (!is_direct).then(|| of_tag(source).kind).flatten(),
        medium,
        campaign,
        click_id: "",
        has_referrer: !is_direct,
    };
    channel(clues).to_owned()
}

fn is_social_medium(medium: &str) -> bool {
    matches!(
        medium,
        "social" | "social-network" | "social-media" | "sm" | "social network" | "social media"
    )
}

fn is_email(word: &str) -> bool {
    matches!(word, "email" | "e-mail" | "e_mail" | "e mail" | "newsletter")
}

/// True when the text has the word between characters that are no letters.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use SourceKind::*;

    #[test]
    fn the_first_rule_that_holds_decides() {
        let none = Clues::default();
        let of = |kind| Clues {
            source: "S",
            kind: Some(kind),
            has_referrer: true,
            ..none
        };
        for (expected, clues) in [
            ("Direct", none),
            ("Organic Search", of(Search)),
            (
                "Paid Search",
                Clues {
                    medium: "cpc",
                    ..of(Search)
                },
            ),
            (
                "Paid Search",
                Clues {
                    click_id: "gclid",
                    ..of(Search)
                },
            ),
            ("Organic Social", of(Social)),
            (
                "Paid Social",
                Clues {
                    medium: "Paid_Social",
                    ..of(Social)
                },
            ),
            ("Organic Video", of(Video)),
            ("Organic Shopping", of(Shopping)),
            (
                "Paid Shopping",
                Clues {
                    medium: "ppc",
                    ..of(Shopping)
                },
            ),
            (
                "Paid Shopping",
                Clues {
                    medium: "cpc",
                    campaign: "summer-shop-sale",
                    ..none
                },
            ),
            (
                "Paid Other",
                Clues {
                    medium: "cpc",
                    campaign: "workshops",
                    ..none
                },
            ),
            ("AI Assistants", of(Ai)),
            ("Email", of(Email)),
            (
                "Email",
                Clues {
                    medium: "Email",
                    ..none
                },
            ),
            (
                "Display",
                Clues {
                    medium: "banner",
                    ..none
                },
            ),
            (
                "Affiliates",
                Clues {
                    source: "Partner",
                    medium: "affiliate",
                    ..none
                },
            ),
            ("SMS", Clues { source: "sms", ..none }),
            (
                "Mobile Push Notifications",
                Clues {
                    source: "App",
                    medium: "web-push",
                    ..none
                },
            ),
            ("Referral", of(Referral)),
            (
                "Referral",
                Clues {
                    source: "blog.example.org",
                    has_referrer: true,
                    ..none
                },
            ),
            (
                "Unassigned",
                Clues {
                    source: "Poster",
                    ..none
                },
            ),
            (
                "Cross-network",
                Clues {
                    campaign: "x Cross-Network y",
                    medium: "cpc",
                    ..of(Search)
                },
            ),
        ] {
            assert_eq!(channel(clues), expected, "{clues:?}");
        }
    }
}
