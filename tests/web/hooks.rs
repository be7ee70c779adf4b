//! Hooks and provider in a mounted app.
