//! Questions asked of the real engine.
