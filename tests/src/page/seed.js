// Writes chats straight into the page's IndexedDB, in the rows that `crates/browser/src/idb/rows.rs` reads: a hundred times as
// fast as receiving them. Arguments: the account, a list of { chat, from, to, count, unread, start }, and `done`. A chat gets the
// messages `from` to `to` of `count` (texts begin with their number); `unread` of all were not looked at.
const [account, chats, done] = arguments;
const asked = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
const ended = tx => new Promise((ok, no) => { tx.oncomplete = ok; tx.onerror = tx.onabort = () => no(tx.error); });
const words = 'a quick brown fox jumps over the lazy dog while 你好世界 waits for its message to be read in full 戴菊 and answered'.split(' ');
const text = n => {
  // Any text has the same length each time: the list must be as high as it was.
  let seed = (n * 2654435761) >>> 0, out = String(n);
  for (let left = seed % 5 ? seed % 13 : seed % 60; left > 0; left--) { seed = (seed * 1664525 + 1013904223) >>> 0; out += ' ' + words[seed % words.length]; }
  return out;
};
const row = ({ chat, count, start }, n) => {
  const ours = n % 3 === 2, id = `${chat}-${n}`, from = ours ? account : chat;
  const at = start - (count - n) * 60000;
  return { chat, order: at * 1000, id, from, direction: ours ? 'Out' : 'In', body: text(n), at, state: ours ? 'Read' : 'Received', dedupe: `${from}\n${id}` };
};
(async () => {
  const db = await asked(indexedDB.open('goldcrest/' + account));
  for (const of of chats) {
    for (let n = of.from; n < of.to; ) {
      const tx = db.transaction('messages', 'readwrite', { durability: 'relaxed' });
      const into = tx.objectStore('messages');
      for (const end = Math.min(of.to, n + 5000); n < end; n++) into.put(row(of, n));
      await ended(tx);
    }
    const last = row(of, of.count - 1), read = row(of, of.count - 1 - of.unread);
    const tx = db.transaction('chats', 'readwrite', { durability: 'relaxed' });
    tx.objectStore('chats').put({
      chat: of.chat, order: last.order, unread: of.unread, received: last.order, read: read.order, looked_told: true,
      last: { id: last.id, body: last.body.slice(0, 160), at: last.at, direction: last.direction, state: last.state },
    });
    await ended(tx);
  }
  // The index for searches learns them in idle time, as it does what was here before there was one.
  if (db.objectStoreNames.contains('unindexed')) {
    const tx = db.transaction('unindexed', 'readwrite', { durability: 'relaxed' });
    tx.objectStore('unindexed').put({ n: 0, behind: ['', 0, ''] });
    await ended(tx);
  }
  db.close();
})().then(() => done('ok'), e => done('failed: ' + e));
