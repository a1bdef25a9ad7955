//! What the randomised oracle shares with the pairs of `typed/oracle`: the models, their rows, and how Django is asked. The
//! models are of the app `oracle`, after this module.

#[path = "../typed/oracle/data.rs"]
pub mod data;
#[path = "../typed/oracle/django.rs"]
pub mod django;
#[path = "../typed/oracle/models.rs"]
pub mod models;
#[allow(dead_code)] // Only values are written here, not what the typed face gives.
#[path = "../typed/oracle/plain.rs"]
pub mod plain;
