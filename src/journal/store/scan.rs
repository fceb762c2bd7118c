//! Reading what stands beside records.

use super::{Reader, StoreError};

impl Reader {
    /// The sizes of the checkpoints before and after `size`.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn checkpoint_sizes_around(
        &self,
        size: u64,
    ) -> Result<(Option<u64>, Option<u64>), StoreError> {
        let sql = "SELECT (SELECT max(size) FROM checkpoint WHERE size < ?1), \
                   (SELECT min(size) FROM checkpoint WHERE size > ?1)";
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let found = self.connection().query_row(sql, [size], |row| {
            let size = |column| {
                let found: Option<i64> = row.get(column)?;
                Ok::<_, rusqlite::Error>(found.and_then(|size| u64::try_from(size).ok()))
            };
            Ok((size(0)?, size(1)?))
        });
        Ok(found?)
    }
}
