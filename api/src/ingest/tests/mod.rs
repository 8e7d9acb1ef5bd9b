//! What goes in and what comes out, without a server.

mod normalize;
mod page;
mod payload;
