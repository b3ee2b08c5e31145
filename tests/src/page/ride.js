// Scrolls the open chat in steps of so many pixels, two frames each, and looks whether anything moves that should not.
// Arguments: pixels, steps, `done`.
const [px, steps, done] = arguments;
const log = document.querySelector('[role=log]');
const frame = () => new Promise(requestAnimationFrame);
const middle = () => {
  const view = log.getBoundingClientRect();
  const articles = [...log.querySelectorAll('article')];
  return articles.find(e => e.getBoundingClientRect().bottom > view.top + view.height / 2);
};
(async () => {
  const out = { drift: 0, lost: 0, rows: 0, elements: 0, moved: 0 };
  for (let i = 0; i < steps; i++) {
    const row = middle(), from = log.scrollTop;
    log.scrollTop += px;
    // Before the page has seen it: what the page scrolls itself must not be seen. Firefox says `scrollTop` in whole pixels, it scrolls in parts.
    const place = row && row.getBoundingClientRect().top;
    out.moved += log.scrollTop - from;
    await frame();
    await frame();
    out.rows = Math.max(out.rows, log.querySelectorAll('article').length);
    out.elements = Math.max(out.elements, document.querySelectorAll('*').length);
    if (!row || !row.isConnected) out.lost++;
    else out.drift = Math.max(out.drift, Math.abs(row.getBoundingClientRect().top - place));
  }
  return out;
})().then(out => done(JSON.stringify(out)), e => done('failed: ' + e));
