//! Questions asked of the real engine: by hand-counted cases, and thousands at random against a slow, obvious reference.

mod buckets;
mod cases;
mod differential;
mod hostile;
mod random;
mod reference;
mod reference_filters;
mod reference_holds;
mod reference_money;
mod reference_time;
mod rolled;
mod running;
mod world;
