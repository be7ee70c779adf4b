//! Tasks: ids, kinds, states and progress, the words of the domain.

mod percent;

pub use percent::Percent;
