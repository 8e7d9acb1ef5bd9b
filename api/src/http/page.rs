//! Keyset pages: `?limit=` and an opaque `?cursor=`.

use crate::error::Error;
use serde::Deserialize;
use utoipa::IntoParams;

const DEFAULT_LIMIT: u32 = 25;
const MAX_LIMIT: u32 = 100;

/// The query parameters of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// At most so many rows: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// What `next_cursor` of the page before said.
    #[param(pattern = "^[0-9a-f]{1,15}\\.[A-Za-z0-9_]{1,64}$")]
    cursor: Option<String>,
}

/// A page that was asked: how many rows, after which.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Rows a page.
    pub limit: u32,
    /// The position of the last row of the page before: its creation time (Unix ms) and id.
    pub after: Option<(i64, String)>,
}

impl PageQuery {
    /// The parameters, where a list has more of them.
    pub fn new(limit: Option<String>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// Checks the parameters of a list whose rows have ids with one of the prefixes `of`: the cursor of another list is refused.
    pub fn wanted(&self, of: &[&str]) -> Result<Wanted, Error> {
        let limit = match &self.limit {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| Error::field("?limit", "out_of_range", format!("limit must be 1 to {MAX_LIMIT}")))?,
        };
        let after = match &self.cursor {
            None => None,
            Some(cursor) => Some(
                parse(cursor)
                    .filter(|(_, id)| of.contains(&id.split('_').next().unwrap_or_default()))
                    .ok_or_else(|| Error::field("?cursor", "invalid", "cursor must be a next_cursor of this list"))?,
            ),
        };
        Ok(Wanted { limit, after })
    }
}

impl Wanted {
    /// Cuts one row more than asked into a page and the cursor of the next.
    pub fn cut<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> (i64, &str)) -> (Vec<T>, Option<String>) {
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let last = rows.last().filter(|_| more).map(|row| {
            let (created_at, id) = position(row);
            format!("{created_at:x}.{id}")
        });
        (rows, last)
    }

    /// Cuts a list that was read whole into a page and the cursor of the next: the row after the last one, or after its place when
    /// it is gone.
    pub fn cut_whole<T>(&self, rows: Vec<T>, id: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let begin = self.after.as_ref().map_or(0, |(place, last)| {
            let found = rows.iter().position(|row| id(row) == last);
            found.map_or(usize::try_from(*place).unwrap_or(0), |at| at + 1)
        });
        let rows = rows.into_iter().enumerate().skip(begin).take(self.limit as usize + 1);
        let (rows, next) = self.cut(rows.collect(), |(place, row)| (*place as i64, id(row)));
        (rows.into_iter().map(|(_, row)| row).collect(), next)
    }
}

fn parse(cursor: &str) -> Option<(i64, String)> {
    let (created_at, id) = cursor.split_once('.')?;
    let plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then_some((i64::from_str_radix(created_at, 16).ok()?, id.to_owned()))
}
