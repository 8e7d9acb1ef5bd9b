//! Incidents, as the outbox takes them: in the transaction that records what happened.

use super::super::model::event_word;
use super::super::store::channels;
use super::super::store::outbox::{self, NoticeRow};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::sites::service::domain_of;
use crate::state::State;
use shared::ids::SiteId;
use shared::monitor::Incident;
use shared::notice::{NoticeData, NoticeEvent, NoticeSite, Obstacle};

/// An incident opened: everyone is told who is told of anything.
pub async fn opened(state: &State, tx: &mut Tx, site_id: &str, incident: &Incident) -> Result<()> {
    let told = channels::list_telling(&mut tx.link(), site_id).await?;
    for channel_id in &told {
        write(state, tx, site_id, channel_id, NoticeEvent::IncidentOpened, incident).await?;
    }
    Ok(())
}

/// An incident closed: those are told who were told that it opened. Who was told nothing yet gets both as one.
pub async fn closed(state: &State, tx: &mut Tx, site_id: &str, incident: &Incident) -> Result<()> {
    let told = outbox::list_told(&mut tx.link(), incident.id.as_str()).await?;
    if told.is_empty() {
        return Ok(());
    }
    let payload = payload(tx, site_id, incident).await?;
    for channel_id in &told {
        if outbox::fold(&mut tx.link(), channel_id, incident.id.as_str(), &payload).await? == 0 {
            write(state, tx, site_id, channel_id, NoticeEvent::IncidentClosed, incident).await?;
        }
    }
    Ok(())
}

/// A worse incident is told in place of one.
pub async fn overtaken(state: &State, tx: &mut Tx, incident_id: &str) -> Result<()> {
    drop_waiting(state, tx, incident_id, Obstacle::Overtaken).await
}

/// What was looked at is looked at no more, or elsewhere: nobody can say that an incident is over.
pub async fn withdrawn(state: &State, tx: &mut Tx, incident_id: &str) -> Result<()> {
    drop_waiting(state, tx, incident_id, Obstacle::MonitorChanged).await
}

async fn drop_waiting(state: &State, tx: &mut Tx, incident_id: &str, why: Obstacle) -> Result<()> {
    let now = state.clock.now_ms();
    outbox::drop_of_incident(&mut tx.link(), incident_id, why.as_str(), now).await?;
    Ok(())
}

async fn write(
    state: &State,
    tx: &mut Tx,
    site_id: &str,
    channel_id: &str,
    event: NoticeEvent,
    incident: &Incident,
) -> Result<()> {
    let now = state.clock.now_ms();
    let row = NoticeRow {
        id: state.ids.next("msg"),
        site_id: site_id.to_owned(),
        channel_id: channel_id.to_owned(),
        event: event_word(event).to_owned(),
        incident_id: Some(incident.id.0.clone()),
        payload: payload(tx, site_id, incident).await?,
        state: "waiting".to_owned(),
        attempts: 0,
        due_at: now,
        reason: None,
        status: None,
        created_at: now,
        ended_at: None,
    };
    outbox::insert_notice(&mut tx.link(), &row).await?;
    Ok(())
}

async fn payload(tx: &mut Tx, site_id: &str, incident: &Incident) -> Result<String> {
    let data = NoticeData {
        site: NoticeSite {
            id: SiteId(site_id.to_owned()),
            domain: domain_of(tx, site_id).await?.unwrap_or_default(),
        },
        incident: Some(incident.clone()),
    };
    serde_json::to_string(&data).map_err(Error::internal)
}
