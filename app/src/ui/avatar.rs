//! A round picture of someone without a picture: a colour and an initial.

use leptos::prelude::*;

/// `colour` is any CSS colour that white text can be read on.
pub(crate) fn avatar(colour: String, initial: impl IntoView) -> impl IntoView {
    view! {
        <span class="avatar" style=["background:", &colour].concat() aria-hidden="true">
            {initial}
        </span>
    }
}
