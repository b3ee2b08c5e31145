//! Sign-up forms (XEP-0077, XEP-0004, XEP-0158, XEP-0221) as something a screen can show.

use serde::{Deserialize, Serialize};

/// What a server wants to know before it makes an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpForm {
    /// The server's words, plain text.
    pub instructions: Option<String>,
    /// Fields to fill in, in the server's order.
    pub fields: Vec<FormField>,
    /// A web page to finish at instead (XEP-0077 §5); only `https:` and `http:` URLs get here.
    pub redirect: Option<String>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// Name on the wire.
    pub var: String,
    /// The server's label; `None` for the well-known fields of XEP-0077, which the screen names itself.
    pub label: Option<String>,
    /// How it is filled in.
    pub kind: FieldKind,
    /// True if the server insists.
    pub required: bool,
    /// Preset or typed value; `0`/`1` for [`FieldKind::Bool`].
    pub value: String,
    /// Pictures or sounds that belong to it (CAPTCHA).
    pub media: Vec<Media>,
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// One line.
    Text,
    /// One line nobody should read over the shoulder.
    Private,
    /// Several lines.
    Multi,
    /// Yes or no.
    Bool,
    /// One of these `(value, label)`.
    List(Vec<(String, String)>),
    /// Text to read, nothing to fill in.
    Fixed,
    /// Sent back untouched.
    Hidden,
}

/// A picture or sound of a CAPTCHA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// MIME type as the server labelled it; only `image/*` and `audio/*` get here.
    pub mime: String,
    /// Where it is.
    pub source: MediaSource,
}

/// Where a piece of media is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaSource {
    /// In the form itself (XEP-0231), decoded.
    Data(Vec<u8>),
    /// On the web; only `https:` and `http:` URLs get here.
    Url(String),
}
