//! Ending what a restored store would let in although it was ended after the backup.

use super::store::{self, AccountRow, GoalRow, LinkRow};
use super::{Result, failed};
use crate::db::{self, Conn, Db, Tx};
use std::collections::{HashMap, HashSet};

/// What is let in by the restored store.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'a> {
    /// Nothing that was handed out.
    EndAll,
    /// What the store that is replaced lets in as well.
    Compare(&'a Db),
    /// Everything.
    KeepAll,
}

/// What was ended, a line each.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// Links, portals, keys, invitations, memberships and passwords, in words.
    pub lines: Vec<String>,
    /// Sessions are not in a backup; these were in an older one.
    pub sessions: u64,
}

/// What the store that is replaced lets in.
#[derive(Default)]
struct Alive {
    links: HashMap<String, LinkRow>,
    goals: Vec<GoalRow>,
    channels: HashSet<(String, String)>,
    portals: HashSet<String>,
    group_sites: HashSet<(String, String)>,
    keys: HashMap<String, (Option<String>, String)>,
    invitations: HashSet<String>,
    viewers: HashSet<(String, String)>,
    owners: HashMap<String, String>,
    accounts: HashMap<String, AccountRow>,
    factors: Vec<store::FactorRow>,
    recovery_codes: Vec<(String, String)>,
}

impl Alive {
    async fn read(db: &Db) -> db::Result<Self> {
        let mut conn: Conn = db.read().await?;
        let link = &mut conn.link();
        let links = store::list_links(link).await?.into_iter();
        let channels = store::list_channels(link).await?.into_iter();
        let portals = store::list_portals(link).await?.into_iter();
        let keys = store::list_keys(link).await?.into_iter();
        let invitations = store::list_invitations(link).await?.into_iter();
        let viewers = store::list_members(link, "viewer").await?.into_iter();
        let owners = store::list_members(link, "owner").await?.into_iter();
        let accounts = store::list_accounts(link).await?.into_iter();
        Ok(Self {
            links: links.map(|row| (row.id.clone(), row)).collect(),
            goals: store::list_goals(link).await?,
            channels: channels.map(|row| (row.site_id, row.target_hash)).collect(),
            portals: portals.filter(|row| row.enabled).map(|row| row.token_hash).collect(),
            group_sites: store::list_group_sites(link).await?.into_iter().collect(),
            keys: keys.map(|row| (row.id, (row.site_id, row.scopes))).collect(),
            invitations: invitations.map(|row| row.token_hash).collect(),
            viewers: viewers.map(|row| (row.site_id, row.account_id)).collect(),
            owners: owners.map(|row| (row.site_id, row.account_id)).collect(),
            accounts: accounts.map(|row| (row.id.clone(), row)).collect(),
            factors: store::list_factors(link).await?,
            recovery_codes: store::list_recovery_codes(link).await?,
        })
    }
}

/// Ends, in one transaction, what the rule does not let in. Sessions always end.
pub async fn end(db: &Db, rule: Rule<'_>, now: i64) -> Result<Ended> {
    let alive = match rule {
        Rule::Compare(replaced) => Alive::read(replaced)
            .await
            .map_err(|cause| failed("the store that is replaced can't be read", &cause))?,
        Rule::EndAll | Rule::KeepAll => Alive::default(),
    };
    let ended = async {
        let mut tx = db.begin().await?;
        let mut ended = Ended {
            sessions: store::delete_sessions(&mut tx.link()).await?,
            ..Ended::default()
        };
        if !matches!(rule, Rule::KeepAll) {
            ended.lines = end_handed_out(&mut tx, &alive, now).await?;
        }
        if matches!(rule, Rule::Compare(_)) {
            ended.lines.extend(hand_over_sites(&mut tx, &alive, now).await?);
            ended.lines.extend(end_memberships(&mut tx, &alive).await?);
            ended.lines.extend(take_over_passwords(&mut tx, &alive).await?);
        }
        tx.commit().await?;
        db::Result::<_>::Ok(ended)
    };
    ended
        .await
        .map_err(|cause| failed("what was handed out can't be ended", &cause))
}

/// Links, portals, keys and invitations: whoever has them gets in.
async fn end_handed_out(tx: &mut Tx, alive: &Alive, now: i64) -> db::Result<Vec<String>> {
    let mut lines = Vec::new();
    let goals = store::list_goals(&mut tx.link()).await?;
    for row in store::list_links(&mut tx.link()).await? {
        let is_same = alive.links.get(&row.id).is_some_and(|other| {
            lets_in_the_same(&row, other)
                && (!names_goals(&row) || goals_of(&goals, &row.site_id).eq(goals_of(&alive.goals, &row.site_id)))
        });
        if !is_same {
            store::revoke_link(&mut tx.link(), &row.id, now).await?;
            let domain = row.domain.as_deref().unwrap_or("a deleted site");
            lines.push(format!("share link \"{}\" of {domain}", row.name));
        }
    }
    for row in store::list_portals(&mut tx.link()).await? {
        if !alive.portals.contains(&row.token_hash) {
            store::remove_portal_token(&mut tx.link(), &row.id).await?;
            lines.push(match (&row.domain, &row.name) {
                (Some(domain), _) => format!("portal of {domain}"),
                (None, name) => format!("portal \"{}\"", name.as_deref().unwrap_or_default()),
            });
        }
    }
    for row in store::list_keys(&mut tx.link()).await? {
        if alive.keys.get(&row.id) != Some(&(row.site_id, row.scopes)) {
            store::delete_key(&mut tx.link(), &row.id).await?;
            lines.push(format!("API key \"{}\" of {}", row.name, row.email));
        }
    }
    for row in store::list_invitations(&mut tx.link()).await? {
        if !alive.invitations.contains(&row.token_hash) {
            store::delete_invitation(&mut tx.link(), &row.id).await?;
            let whom = row.email.map_or(String::new(), |email| format!(" of {email}"));
            lines.push(format!("invitation{whom} to {}", row.domain));
        }
    }
    Ok(lines)
}

/// Whether a link shows the same to the same people. Its name does not matter.
fn lets_in_the_same(row: &LinkRow, other: &LinkRow) -> bool {
    let named_alike = LinkRow {
        name: row.name.clone(),
        domain: row.domain.clone(),
        ..other.clone()
    };
    *row == named_alike
}

/// Whether what a link shows depends on the site's goals: a filter names them by their names or patterns.
fn names_goals(row: &LinkRow) -> bool {
    row.filters
        .as_ref()
        .is_some_and(|filters| filters.contains("event:goal"))
}

fn goals_of<'a>(goals: &'a [GoalRow], site_id: &'a str) -> impl Iterator<Item = &'a GoalRow> {
    goals.iter().filter(move |goal| goal.site_id == site_id)
}

/// Sites that have gone to another owner: the former one gets them back no more than he gets a link back. Where the new owner's account is
/// younger than the backup, the site has no owner until whoever runs the server names one.
async fn hand_over_sites(tx: &mut Tx, alive: &Alive, now: i64) -> db::Result<Vec<String>> {
    let mut lines = Vec::new();
    for row in store::list_members(&mut tx.link(), "owner").await? {
        let Some(owner) = alive.owners.get(&row.site_id).filter(|owner| **owner != row.account_id) else {
            continue;
        };
        store::delete_owner(&mut tx.link(), &row.site_id).await?;
        if alive.viewers.contains(&(row.site_id.clone(), row.account_id.clone())) {
            store::upsert_member(&mut tx.link(), &row.site_id, &row.account_id, "viewer", now).await?;
        }
        let is_there = store::upsert_member(&mut tx.link(), &row.site_id, owner, "owner", now).await? > 0;
        let rest = if is_there {
            ""
        } else {
            ", which has no owner now: the new one's account is not in the backup"
        };
        lines.push(format!("{} as the owner of {}{rest}", row.email, row.domain));
    }
    Ok(lines)
}

/// Viewers that were taken out of a site, sites that were taken out of a portal, and those who are no longer told of incidents.
async fn end_memberships(tx: &mut Tx, alive: &Alive) -> db::Result<Vec<String>> {
    let mut lines = Vec::new();
    for row in store::list_members(&mut tx.link(), "viewer").await? {
        if !alive.viewers.contains(&(row.site_id.clone(), row.account_id.clone())) {
            store::delete_viewer(&mut tx.link(), &row.site_id, &row.account_id).await?;
            lines.push(format!("{} as a viewer of {}", row.email, row.domain));
        }
    }
    for pair in store::list_group_sites(&mut tx.link()).await? {
        if !alive.group_sites.contains(&pair) {
            store::delete_group_site(&mut tx.link(), &pair.0, &pair.1).await?;
            lines.push(format!("site {} in portal {}", pair.1, pair.0));
        }
    }
    for row in store::list_channels(&mut tx.link()).await? {
        if !alive.channels.contains(&(row.site_id, row.target_hash)) {
            store::delete_channel(&mut tx.link(), &row.id).await?;
            lines.push(format!("{} that is told of incidents of {}", row.kind, row.domain));
        }
    }
    Ok(lines)
}

/// What people sign in with now: a password that was changed because others knew it must not work again.
async fn take_over_passwords(tx: &mut Tx, alive: &Alive) -> db::Result<Vec<String>> {
    let mut lines = Vec::new();
    for row in store::list_accounts(&mut tx.link()).await? {
        let Some(now) = alive.accounts.get(&row.id) else {
            continue;
        };
        if now.password_hash != row.password_hash {
            store::update_password(&mut tx.link(), &row.id, &now.password_hash).await?;
            lines.push(format!("former password of {}", row.email));
        }
        store::delete_factor(&mut tx.link(), &row.id).await?;
        for factor in alive.factors.iter().filter(|factor| factor.account_id == row.id) {
            store::insert_factor(&mut tx.link(), factor).await?;
        }
        for (account_id, code) in alive.recovery_codes.iter().filter(|(id, _)| *id == row.id) {
            store::insert_recovery_code(&mut tx.link(), account_id, code).await?;
        }
    }
    Ok(lines)
}
