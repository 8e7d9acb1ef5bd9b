//! Facts about this database that every start checks.

mod store;

use crate::app::StartError;
use crate::db::Db;
use crate::error::chain;
use crate::kit::seal::Seal;
use crate::kit::secret::hex;

/// Refuses to start with another secret than the one that sealed this database: every token would be lost.
pub async fn check_seal(db: &Db, seal: &Seal) -> Result<(), StartError> {
    let expected = hex(&seal.check_value());
    let stored = async {
        let mut tx = db.begin().await?;
        store::insert_if_absent(&mut tx.link(), "seal_check", &expected).await?;
        let stored = store::find(&mut tx.link(), "seal_check").await?;
        tx.commit().await?;
        crate::db::Result::<_>::Ok(stored)
    };
    let stored = stored
        .await
        .map_err(|cause| StartError(format!("the metadata store can't be read: {}", chain(&cause))))?;
    if stored.is_some_and(|(value,)| value == expected) {
        return Ok(());
    }
    Err(StartError(
        "the server's secret is not the one that this database was sealed with: put the right secret.key into the data \
         folder, or the right VITRINE_SECRET"
            .to_owned(),
    ))
}
