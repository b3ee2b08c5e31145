//! A password field whose text can be looked at.

use super::icon;
use leptos::prelude::*;

/// What the field says, in one language.
#[derive(Clone, Copy)]
pub(crate) struct Labels {
    /// Its name.
    pub(crate) label: &'static str,
    /// The button that shows the text.
    pub(crate) show: &'static str,
    /// The button that hides it again.
    pub(crate) hide: &'static str,
}

/// The field; `autocomplete` is `current-password` or `new-password`, `hint` the `id` of a text that describes it.
pub(crate) fn password(
    labels: Labels,
    id: &'static str,
    autocomplete: &'static str,
    hint: Option<&'static str>,
    value: RwSignal<String>,
) -> AnyView {
    let shown = RwSignal::new(false);
    view! {
        <div class="field">
            <label for=id>{labels.label}</label>
            <div class="input-with-button">
                <input
                    id=id
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=hint
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || if shown.get() { labels.hide } else { labels.show }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || icon::icon(if shown.get() { icon::EYE_OFF } else { icon::EYE })}
                </button>
            </div>
        </div>
    }
    .into_any()
}
