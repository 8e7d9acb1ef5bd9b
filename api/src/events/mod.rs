//! TEMP
use crate::error::Result;
use shared::ids::SiteId;
/// x
#[derive(Clone, Debug)]
pub struct Events;
/// x
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct OpenError;
impl Events {
    /// x
    pub async fn open(_: &(), _: &std::path::Path, _: crate::kit::clock::Clock) -> Result<Self, OpenError> {
        Ok(Self)
    }
    /// x
    pub async fn delete_site(&self, _: &SiteId) -> Result<()> {
        Ok(())
    }
    /// x
    pub async fn ready(&self) -> Result<()> {
        Ok(())
    }
    /// x
    pub async fn shutdown(&self) {}
    /// x
    pub fn register_metrics(&self, _: &mut prometheus_client::registry::Registry) {}
}
impl crate::config::Config {
    /// x
    pub fn events(&self) {}
}
