//! A round picture of someone without a picture: a colour and an initial.

use super::el::{El, el};
use crate::dom;

/// `colour` is any CSS colour that white text can be read on. Set as a property: a content security policy without
/// inline styles allows that.
pub(crate) fn avatar(colour: &str, initial: impl Fn() -> String + 'static) -> El {
    let avatar = el("span avatar").attr("aria-hidden", "true");
    dom::set_style(&avatar.node(), "background", colour);
    avatar.live_text(initial)
}
