//! Background tasks for web pages.
