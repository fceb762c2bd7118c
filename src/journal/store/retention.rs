use rusqlite::Connection;

use super::StoreError;

/// Empties the contents that only records before `position` name. A policy's identity is small
/// and tells what decided: it stays.
pub(super) fn empty_contents(connection: &Connection, position: i64) -> Result<u64, StoreError> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS kept (content INTEGER PRIMARY KEY);
         DELETE FROM kept",
    )?;
    for (column, from) in [
        ("subject", position),
        ("judgement", position),
        ("candidate_judgement", position),
        ("policy", 0),
        ("candidate_policy", 0),
    ] {
        let keep = format!(
            "INSERT OR IGNORE INTO kept SELECT {column} FROM record \
             WHERE position >= ?1 AND {column} IS NOT NULL"
        );
        connection.execute(&keep, [from])?;
    }
    let dropped = connection.execute(
        "UPDATE content SET body = NULL WHERE body IS NOT NULL \
         AND content NOT IN (SELECT content FROM kept)",
        [],
    )?;
    Ok(dropped as u64)
}
