//! Icons as paths on a 24 × 24 grid, drawn in the colour of the text around them.

use super::el::{El, svg};

/// A picture; always beside a word or inside something that has a label, so it is hidden from screen readers.
pub(crate) fn icon(path: &str) -> El {
    svg("svg")
        .attr("class", "icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .with(svg("path").attr("d", path))
}

pub(crate) const CHATS: &str = "M4.5 18.5V7A2.5 2.5 0 0 1 7 4.5h10A2.5 2.5 0 0 1 19.5 7v6.5A2.5 2.5 0 0 1 17 16H8.2zM8.5 8.7h7M8.5 11.8h4.5";
pub(crate) const CONTACTS: &str = "M9.2 11.2a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6ZM3.2 19c.3-3.2 2.7-5 6-5s5.7 1.8 6 5M15.5 5a3.1 3.1 0 0 1 0 5.9M17.6 14.5c1.9.7 3 2.2 3.2 4.5";
pub(crate) const SETTINGS: &str = "M4 7.5h8.5M17.5 7.5H20M4 16.5h2.5M11.5 16.5H20M15 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z";
pub(crate) const BACK: &str = "M14.5 5.5 8 12l6.5 6.5";
pub(crate) const CLOSE: &str = "M6.5 6.5l11 11M17.5 6.5l-11 11";
pub(crate) const PIN: &str = "M9 4.5h6M10 4.5v5.2L7 13.5h10l-3-3.8V4.5M12 13.5v6";
pub(crate) const UNPIN: &str = "M9 4.5h6M10 4.5v5.2L7 13.5h10l-3-3.8V4.5M12 13.5v6M4.5 5l15 15";
pub(crate) const BELL: &str =
    "M6 16.5c1.4-1.3 1.5-2.8 1.5-5.5a4.5 4.5 0 0 1 9 0c0 2.7.1 4.2 1.5 5.5zM10.3 19.5h3.4M12 6.5v-2";
pub(crate) const BELL_OFF: &str = "M6 16.5c1.4-1.3 1.5-2.8 1.5-5.5a4.5 4.5 0 0 1 9 0c0 2.7.1 4.2 1.5 5.5zM10.3 19.5h3.4M12 6.5v-2M4.5 4.5l15 15";
pub(crate) const UNREAD: &str = "M4.5 18.5V7A2.5 2.5 0 0 1 7 4.5h6M19.5 11v2.5A2.5 2.5 0 0 1 17 16H8.2l-3.7 2.5M18.5 7.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z";
pub(crate) const ARCHIVE: &str = "M4.5 5h15v4h-15zM6 9v10h12V9M12 11.5v4.7M9.7 14l2.3 2.3 2.3-2.3";
pub(crate) const UNARCHIVE: &str = "M4.5 5h15v4h-15zM6 9v10h12V9M12 16.2v-4.7M9.7 13.7l2.3-2.3 2.3 2.3";
pub(crate) const SEARCH: &str = "M10.8 17.1a6.3 6.3 0 1 0 0-12.6 6.3 6.3 0 0 0 0 12.6ZM15.4 15.4l4.1 4.1";
pub(crate) const SEND: &str =
    "M4.5 12 4 5.2c0-.7.7-1.1 1.3-.8l14.2 6.8c.7.3.7 1.3 0 1.6L5.3 19.6c-.6.3-1.3-.1-1.3-.8L4.5 12ZM4.5 12h7";
pub(crate) const CLOCK: &str = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 7.5V12l3 2";
pub(crate) const CHECK: &str = "M5 12.8l4.5 4.5L19 7.5";
pub(crate) const CHECKS: &str = "M2.5 12.8l4.2 4.2L15 8M11.2 16.2l.8.8L21.5 8";
pub(crate) const CHECKS_LINE: &str = "M2.5 9.8l4.2 4.2L15 5M11.2 13.2l.8.8L21.5 5M4 19.5h16";
pub(crate) const ALERT: &str = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 7.8v5M12 16.1v.1";
pub(crate) const DOWN: &str = "M12 5.5v13M6 12.5l6 6 6-6";
pub(crate) const UP: &str = "M12 18.5v-13M6 11.5l6-6 6 6";
pub(crate) const CHEVRON: &str = "M6.5 9.5 12 15l5.5-5.5";
pub(crate) const ADD_CONTACT: &str =
    "M10 11.2a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6ZM4 19c.3-3.2 2.7-5 6-5s5.7 1.8 6 5M18.5 7.5v5M16 10h5";
pub(crate) const REMOVE: &str = "M5 7h14M10 7V4.8h4V7M7 7l.8 11.3c0 .7.6 1.2 1.3 1.2h5.8c.7 0 1.3-.5 1.3-1.2L17 7M10.5 10.5v5.5M13.5 10.5v5.5";
pub(crate) const COPY: &str = "M9 9h9.5v10.5H9zM15 9V4.5H5.5V15H9";
pub(crate) const REPLY: &str = "M9.5 6 4 11.5 9.5 17M4.5 11.5H14c3.5 0 6 2.3 6 6.5";
pub(crate) const EDIT: &str =
    "M5 19l.8-4L16 4.8a1.6 1.6 0 0 1 2.3 0l.9.9a1.6 1.6 0 0 1 0 2.3L9 18.2zM14 6.8l3.2 3.2";
pub(crate) const INFO: &str = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5.2M12 7.9v.1";
pub(crate) const RETRY: &str = "M18.8 12.5a6.8 6.8 0 1 1-2-5.3L19.5 9.8M19.5 5.5v4.3h-4.3";
pub(crate) const STAR: &str = "M12 4.6l2.3 4.7 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7z";
pub(crate) const UNSTAR: &str =
    "M12 4.6l2.3 4.7 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7zM4.5 4.5l15 15";
pub(crate) const AT: &str = "M15.2 12a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0ZM15.2 8.8v4.4a2.2 2.2 0 0 0 4.4 0V12A7.6 7.6 0 1 0 16 18.4";
pub(crate) const PLUS: &str = "M12 5.5v13M5.5 12h13";
pub(crate) const SMILE: &str = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM8.7 13.8c.7 1.4 1.9 2.1 3.3 2.1s2.6-.7 3.3-2.1M9.3 9.6v.1M14.7 9.6v.1";
pub(crate) const FORWARD: &str = "M13.5 6.5 19.5 12l-6 5.5M19 12h-8.5c-3 0-5.2 1.8-6 5";
pub(crate) const SHARE: &str = "M12 14.5v-10M8.2 8 12 4.3 15.8 8M6.5 11.5v7c0 .6.4 1 1 1h9c.6 0 1-.4 1-1v-7";
pub(crate) const SELECT: &str = "M4.5 7.2 6 8.7l2.7-3M4.5 16.2 6 17.7l2.7-3M12 7.5h8M12 16.5h8";
pub(crate) const EYE: &str = "M3 12c2-3.8 5.2-5.8 9-5.8s7 2 9 5.8c-2 3.8-5.2 5.8-9 5.8S5 15.8 3 12ZM12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2Z";
pub(crate) const EYE_OFF: &str = "M3 12c2-3.8 5.2-5.8 9-5.8s7 2 9 5.8c-2 3.8-5.2 5.8-9 5.8S5 15.8 3 12ZM12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM4.5 19.5l15-15";
pub(crate) const LOG_OUT: &str =
    "M13.5 4.5H6.8c-.7 0-1.3.6-1.3 1.3v12.4c0 .7.6 1.3 1.3 1.3h6.7M10.5 12H20M16.5 8.5 20 12l-3.5 3.5";
pub(crate) const CLOUD: &str =
    "M7.5 18.5a4 4 0 0 1-.6-7.95 5.5 5.5 0 0 1 10.6 1.05A3.5 3.5 0 0 1 17 18.5zM9.7 13.7l1.8 1.8 3-3.2";
pub(crate) const CLOUD_OFF: &str =
    "M7.5 18.5a4 4 0 0 1-.6-7.95 5.5 5.5 0 0 1 10.6 1.05A3.5 3.5 0 0 1 17 18.5zM5 5l14.5 15";
