//! The dashboard, one for the owner and for whoever opens a share link.
//!
//! Promises: the URL is the only state (`view`), so that every state can be shared and Back undoes one step; all panels
//! of a moment travel in one call (`client::board`); a panel keeps its height from the first paint on and its old rows
//! while new ones load; nothing here knows whether the reader owns the site. What only an account sees of the header,
//! the bar and the chart is handed in by the page.

pub mod bars;
pub mod builder;
mod calendar;
mod card;
mod cards;
pub mod chart;
mod chips;
mod compare_menu;
mod csv;
mod custom_range;
pub mod dash;
pub mod dashboard;
pub mod date;
mod date_bar;
mod delta;
mod details;
mod details_rows;
mod export;
pub mod filter;
mod filter_dialog;
mod funnel;
mod heat;
pub mod hints;
mod listed;
mod live;
mod locked;
mod map;
mod period;
mod period_menu;
pub mod question;
mod scope;
pub mod sentence;
mod shortcuts;
pub mod skeleton;
mod skipped;
mod stamp;
mod tiles;
mod timeline;
mod view;
mod visits;
pub mod words;
