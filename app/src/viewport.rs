//! Keeps the composer above the on-screen keyboard where the browser does not (iOS before 27.3): the shell follows the visual
//! viewport while something is being edited. Everywhere else `100dvh` and `interactive-widget=resizes-content` do it.

use crate::dom;

/// Starts to follow.
pub(crate) fn follow() {
    let window = dom::window();
    let Some(viewport) = window.visual_viewport() else { return };
    for event in ["resize", "scroll"] {
        dom::listen_forever(&viewport, event, |_| adjust_soon());
    }
    for event in ["focusin", "focusout", "pageshow"] {
        dom::listen_forever(&window, event, |_| adjust_soon());
    }
}

/// The events come before the figures are final, so the figures are read in the next frame.
fn adjust_soon() {
    dom::next_frame(adjust);
}

fn adjust() {
    let window = dom::window();
    let (Some(viewport), Some(root)) = (window.visual_viewport(), dom::by_id("app")) else { return };
    let style = root.style();
    // `clientHeight` and not `innerHeight`: the latter shrinks early on iOS.
    let page = dom::document().document_element().map_or(0.0, |html| f64::from(html.client_height()));
    let covered = page - viewport.height();
    // Under 60 px it is a browser bar and not a keyboard; with pinch zoom the person has taken over.
    let keyboard = dom::is_editing() && covered > 60.0 && (viewport.scale() - 1.0).abs() < 0.01;
    let _ = if keyboard {
        style
            .set_property("--vvh", &dom::px(viewport.height()))
            .and_then(|()| style.set_property("--vvtop", &dom::px(viewport.offset_top())))
            .and_then(|()| style.set_property("--safe-bottom", "0px"))
    } else {
        ["--vvh", "--vvtop", "--safe-bottom"]
            .into_iter()
            .try_for_each(|name| style.remove_property(name).map(drop))
    };
}
