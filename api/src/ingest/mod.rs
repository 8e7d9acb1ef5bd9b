//! TEMP
use utoipa_actix_web::service_config::ServiceConfig;
pub mod salts {
    //! x
    /// x
    pub async fn forget_old(_: &crate::state::State) -> crate::error::Result<()> {
        Ok(())
    }
}
/// x
pub fn configure(_config: &mut ServiceConfig<'_>) {}
/// x
pub fn configure_script(_config: &mut ServiceConfig<'_>) {}
