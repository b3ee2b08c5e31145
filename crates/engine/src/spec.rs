//! Which standard a file implements. `cargo xtask xeps` turns these into `docs/xeps.md`.

/// Who publishes a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    /// The IETF.
    Rfc,
    /// The XMPP Standards Foundation.
    Xep,
}

/// A standard, the version of it that was read, and the file that implements it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Publisher.
    pub series: Series,
    /// Number, such as 199.
    pub number: u16,
    /// Title.
    pub name: &'static str,
    /// Version; empty for an RFC.
    pub version: &'static str,
    /// The implementing file, from the workspace root.
    pub file: &'static str,
}

impl Spec {
    /// A XEP.
    pub const fn xep(number: u16, name: &'static str, version: &'static str, file: &'static str) -> Self {
        Self { series: Series::Xep, number, name, version, file }
    }

    /// An RFC.
    pub const fn rfc(number: u16, name: &'static str, file: &'static str) -> Self {
        Self { series: Series::Rfc, number, name, version: "", file }
    }
}
