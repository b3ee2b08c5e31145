// Sees a page as assistive technology does: by role and accessible name (the parts of HTML-AAM and accname that the
// app uses). Prepended to every script of the page object; never shipped.

/** @param {Element} e @returns {string} */
function role(e) {
  const explicit = (e.getAttribute('role') || '').trim().split(/\s+/)[0];
  if (explicit && explicit !== 'presentation' && explicit !== 'none') return explicit;
  switch (e.localName) {
    case 'a': return e.hasAttribute('href') ? 'link' : 'generic';
    case 'article': return 'article';
    case 'button': case 'summary': return 'button';
    case 'dialog': return 'dialog';
    case 'form': return 'form';
    case 'h1': case 'h2': case 'h3': case 'h4': return 'heading';
    case 'img': return 'img';
    case 'li': return 'listitem';
    case 'main': return 'main';
    case 'nav': return 'navigation';
    case 'ol': case 'ul': return 'list';
    case 'output': return 'status';
    case 'select': return 'combobox';
    case 'textarea': return 'textbox';
    case 'input': switch (e.type) {
      case 'checkbox': case 'radio': return e.type;
      case 'button': case 'submit': case 'reset': return 'button';
      case 'hidden': return 'none';
      // ARIA has no role for a password field; the contract calls it a textbox.
      default: return 'textbox';
    }
    default: return 'generic';
  }
}

const squeeze = text => (text || '').replace(/\s+/g, ' ').trim();

/** Text of a subtree without what is hidden from assistive technology. */
function spoken(e) {
  let out = '';
  for (const n of e.childNodes) {
    if (n.nodeType === 3) out += n.data;
    else if (n.nodeType === 1 && n.getAttribute('aria-hidden') !== 'true' && n.localName !== 'script' && n.localName !== 'style')
      out += n.getAttribute('aria-label') || (n.localName === 'img' ? n.alt : spoken(n));
  }
  return out;
}

/** @param {Element} e @returns {string} */
function name(e) {
  const by = e.getAttribute('aria-labelledby');
  if (by) return squeeze(by.split(/\s+/).map(id => { const t = document.getElementById(id); return t ? spoken(t) : ''; }).join(' '));
  const label = e.getAttribute('aria-label');
  if (label) return squeeze(label);
  if (e.labels && e.labels.length) return squeeze([...e.labels].map(l => {
    const copy = l.cloneNode(true);
    copy.querySelectorAll('input,textarea,select,button').forEach(x => x.remove());
    return spoken(copy);
  }).join(' '));
  if (e.localName === 'fieldset') { const l = e.querySelector(':scope > legend'); if (l) return squeeze(spoken(l)); }
  if (e.localName === 'img') return squeeze(e.alt);
  if (['button', 'link', 'heading', 'radio', 'checkbox', 'switch', 'tab', 'menuitem', 'option'].includes(role(e))) {
    const text = squeeze(spoken(e));
    if (text) return text;
  }
  return squeeze(e.title || e.placeholder);
}

/** Seen and reachable. */
function shown(e) {
  if (e.closest('[inert], [aria-hidden="true"]')) return false;
  const modal = document.querySelector('dialog:modal');
  if (modal && !modal.contains(e)) return false;
  return e.checkVisibility ? e.checkVisibility({ visibilityProperty: true }) : e.getClientRects().length > 0;
}

/** A switch is a kind of checkbox (WAI-ARIA 1.2 §5.4). */
const fits = (is, wanted) => is === wanted || (wanted === 'checkbox' && is === 'switch');

/** Everything shown with this role and, if given, this name. */
function all(wanted, called, scope) {
  return [...(scope || document).querySelectorAll('*')]
    .filter(e => fits(role(e), wanted) && shown(e) && (called === null || called === undefined || name(e) === called));
}

const one = (wanted, called, scope) => all(wanted, called, scope)[0] || null;

/** Items of a named list, or null while the list is not there. */
function items(list) {
  const found = one('list', list);
  return found && all('listitem', null, found);
}

/** What a message shows beside its text. */
function related(e) {
  const quote = e.querySelector('[data-quote]');
  return {
    quote: quote && squeeze(quote.lastElementChild.textContent),
    is_edited: all('button', 'edited', e).length > 0,
    is_starred: all('img', 'Starred', e).length > 0,
    is_retracted: 'retracted' in e.dataset,
    reactions: [...e.querySelectorAll('[data-reaction]')].map(c => ({
      emoji: c.dataset.reaction, count: Number(squeeze(c.lastElementChild.textContent)),
      who: name(c).split(': ').slice(1).join(': '), mine: c.getAttribute('aria-pressed') === 'true',
    })),
  };
}
