// Runs before the scripts of any page that is measured: notes frames, long tasks, what comes over the socket, and memory.
(() => {
  const bench = window.bench = { tasks: [], memory: [], heard: 0, firstHeard: 0, lastHeard: 0, marks: {} };
  new PerformanceObserver(list => list.getEntries().forEach(e => bench.tasks.push([e.startTime, e.duration])))
    .observe({ type: 'longtask', buffered: true });
  addEventListener('TrunkApplicationStarted', () => { bench.marks.ready = performance.now(); });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await make.apply(WebAssembly, args);
      const exports = (made.instance || made).exports || {};
      Object.values(exports).forEach(e => e instanceof WebAssembly.Memory && bench.memory.push(e));
      return made;
    };
  }
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('<body>burst ')) return;
        bench.lastHeard = performance.now();
        if (!bench.heard++) bench.firstHeard = bench.lastHeard;
      });
    }
  };

  const frame = () => new Promise(requestAnimationFrame);
  // A task that comes after the frame that is being made: it has been painted by then.
  const framed = () => new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  // The frame in which `is` is true first, and the end of it. It may be the one in whose callbacks this is asked.
  const painted = async (is, limit = 600000) => {
    const now = await framed();
    if (is()) return now;
    for (const end = performance.now() + limit; performance.now() < end; ) {
      await frame();
      if (is()) return await framed();
    }
    return NaN;
  };
  const last = of => { const all = document.querySelectorAll(of); return all.length ? all[all.length - 1].textContent : ''; };
  const since = (list, from) => list.filter(([at]) => at >= from).map(([, took]) => took);

  // What a list shows first after a start, from the moment the page's code could run and from the navigation.
  bench.list = async of => {
    const at = await painted(() => document.querySelector(of));
    return { ready: at - bench.marks.ready, navigation: at };
  };
  // From a click to the first message.
  bench.open = async (link, message) => {
    const from = performance.now();
    link().click();
    return (await painted(() => document.querySelector(message))) - from;
  };
  const asked = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
  // Until the index for searches knows all that was stored: how long that took, and how large it is.
  bench.learnt = async account => {
    const from = performance.now(), pause = () => new Promise(ok => setTimeout(ok, 250));
    let db;
    // A store of an earlier version is upgraded by the app, which this must not stand in the way of.
    while (!(db = await asked(indexedDB.open('goldcrest/' + account))).objectStoreNames.contains('unindexed')) { db.close(); await pause(); }
    while (await asked(db.transaction('unindexed').objectStore('unindexed').get(0))) await pause();
    const took = performance.now() - from, all = db.transaction('search').objectStore('search').openCursor();
    const bytes = await new Promise((ok, no) => {
      let sum = 0;
      all.onsuccess = () => { const at = all.result; if (!at) return ok(sum); sum += at.value.byteLength; at.continue(); };
      all.onerror = () => no(all.error);
    });
    db.close();
    return { took, bytes };
  };
  // From a text in the field to what is found on the screen.
  bench.search = async (field, status, text) => {
    const look = async text => {
      const of = document.querySelector(field), from = performance.now();
      of.focus();
      of.value = text;
      of.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
      return (await painted(() => document.querySelector(status)?.dataset.query === text)) - from;
    };
    await look('');
    return look(text);
  };
  // Frames while a scroller moves by so many pixels each.
  bench.scroll = async (scroller, pixels, seconds) => {
    const took = [], of = document.querySelector(scroller), from = performance.now();
    for (let last = await frame(); last < from + seconds * 1000; ) {
      of.scrollTop += pixels;
      const now = await frame();
      took.push(now - last);
      last = now;
    }
    return took;
  };
  // Sends texts one after the other; from the key to its echo on the screen.
  bench.send = async (input, message, count) => {
    const took = [];
    for (let n = 0; n < count; n++) {
      const text = `bench ${n} ${Math.random().toString(36).slice(2)}`;
      const field = document.querySelector(input);
      field.focus();
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
      await frame();
      await frame();
      const from = performance.now();
      const key = { key: 'Enter', code: 'Enter', keyCode: 13, which: 13, bubbles: true, cancelable: true };
      for (const type of ['keydown', 'keypress', 'keyup']) field.dispatchEvent(new KeyboardEvent(type, key));
      took.push((await painted(() => last(message).includes(text), 20000)) - from);
    }
    return took;
  };
  // A burst: from the first frame on the wire to the last message on the screen.
  bench.burst = async (message, count) => {
    Object.assign(bench, { heard: 0, firstHeard: 0, lastHeard: 0 });
    const at = await painted(() => last(message).includes(`burst ${count - 1}`));
    const tasks = since(bench.tasks, bench.firstHeard);
    return { painted: at - bench.firstHeard, wire: bench.lastHeard - bench.firstHeard, heard: bench.heard,
             longest: Math.max(0, ...tasks), long: tasks.length };
  };
  bench.wasm = () => bench.memory.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
})();
