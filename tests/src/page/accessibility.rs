//! What stands between the page and those who can't see, point or read small print.

use super::App;
use serde_json::json;

/// Deque's rules, as npm delivers them; a tool of the tests, never shipped.
const AXE: &str = "node_modules/axe-core/axe.min.js";

impl App {
    /// What axe-core finds wrong on the screen as it is now, a line each; `[]` if nothing.
    pub async fn axe(&self) -> Vec<String> {
        let path = xtask::root().join(AXE);
        let axe = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let load = format!("if (!window.axe) {{ {axe} }}");
        self.client().execute(&load, vec![]).await.unwrap_or_else(|e| panic!("loading axe: {e}"));
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
              r => done(r.violations.flatMap(v => v.nodes.map(n => `${v.impact} ${v.id}: ${n.html.slice(0, 160)} (${n.failureSummary})`))),
              e => done(['axe failed: ' + e]))";
        let found = self.client().execute_async(run, vec![]).await.unwrap_or_else(|e| panic!("axe: {e}"));
        serde_json::from_value(found.clone()).unwrap_or_else(|e| panic!("axe gave {found}: {e}"))
    }

    /// What can be pressed on the screen and is smaller than this, in CSS pixels: its role, name, size, and what a finger hits instead
    /// that misses its middle by half of that. Links within a text are as high as the text (WCAG 2.5.8).
    pub async fn smaller_than(&self, px: u32) -> Vec<String> {
        let script = r"
            const reach = arguments[0] / 2 - 1;
            const found = [];
            for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [role=menuitem]')) {
              if (!shown(e) || e.disabled || e.closest('[data-body]')) continue;
              const target = ['checkbox', 'radio'].includes(e.type) && e.labels[0] || e;
              target.scrollIntoView({ block: 'center' });
              const box = target.getBoundingClientRect();
              if (box.width <= 2 || box.height <= 2) continue;
              const x = box.left + box.width / 2, y = box.top + box.height / 2;
              const misses = [[-reach, 0], [reach, 0], [0, -reach], [0, reach]].flatMap(([dx, dy]) => {
                const hit = document.elementFromPoint(x + dx, y + dy);
                if (!hit || target.contains(hit)) return [];
                return [`${dx} ${dy}: ${hit.localName} ${hit.className}`];
              });
              if (misses.length) found.push(`${role(e)} “${name(e)}” ${Math.round(box.width)}×${Math.round(box.height)} (${misses.join(', ')})`);
            }
            return found";
        self.eval(script, vec![json!(px)]).await
    }

    /// Whether the page is no wider than the window; if it is, how wide the two are (CSS pixels).
    pub async fn fits(&self) -> Result<(), (f64, f64)> {
        let size: (f64, f64) =
            self.eval("return [document.scrollingElement.scrollWidth, innerWidth]", vec![]).await;
        if size.0 <= size.1 { Ok(()) } else { Err(size) }
    }

    /// Writes from right to left, as a page in Arabic would.
    pub async fn turn_around(&self) {
        let _: Option<bool> = self.eval("document.documentElement.dir = 'rtl'", vec![]).await;
        self.painted().await;
    }

    /// Where the middle of a message stands, as a share of the width of the log: 0 is left, 1 is right.
    pub async fn side_of(&self, id: &str) -> f64 {
        let script = "const log = one('log', 'Messages').getBoundingClientRect();
            const box = document.querySelector(`article[data-id=\"${CSS.escape(arguments[0])}\"] > *`).getBoundingClientRect();
            return ((box.left + box.right) / 2 - log.left) / log.width";
        self.eval(script, vec![json!(id)]).await
    }

    /// How high the letters of the page are, in CSS pixels.
    pub async fn text_height(&self) -> f64 {
        self.eval("return parseFloat(getComputedStyle(document.documentElement).fontSize)", vec![]).await
    }

    /// Chooses the size of the text in the settings: `Normal`, `Large` or `Largest`.
    pub async fn set_text_size(&self, choice: &str) {
        self.choose_radio("Text size", choice).await;
    }

    /// Presses keys wherever the focus is, as WebDriver spells them; modifiers stay down until the end.
    pub async fn keys(&self, keys: &str) {
        let focused = self.client().active_element().await.unwrap_or_else(|e| panic!("the focus: {e}"));
        focused.send_keys(keys).await.unwrap_or_else(|e| panic!("pressing {keys:?}: {e}"));
    }
}
