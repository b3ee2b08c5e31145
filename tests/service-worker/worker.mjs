// Loads service-worker.js into a context of its own, with a `self`, `caches` and `fetch` made for the test.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const SOURCE = readFileSync(new URL("../../service-worker.js", import.meta.url), "utf8");
export const SCOPE = "https://chat.example/";

class FakeCache {
  entries = new Map();
  async match(request) {
    return this.entries.get(url(request))?.clone();
  }
  async put(request, response) {
    this.entries.set(url(request), response);
  }
  async delete(request) {
    return this.entries.delete(url(request));
  }
}

class FakeCaches {
  named = new Map();
  async open(name) {
    if (!this.named.has(name)) this.named.set(name, new FakeCache());
    return this.named.get(name);
  }
  async keys() {
    return [...this.named.keys()];
  }
  async delete(name) {
    return this.named.delete(name);
  }
  async match(request) {
    for (const cache of this.named.values()) {
      const found = await cache.match(request);
      if (found) return found;
    }
    return undefined;
  }
}

function url(request) {
  return typeof request === "string" ? request : request.url;
}

/** A request as the service worker sees it; Request itself refuses `mode: "navigate"`. */
export function request(path, more = {}) {
  return { url: new URL(path, SCOPE).href, method: "GET", mode: "same-origin", ...more };
}

/** A worker with this build. `network` maps paths to bodies; what is missing there fails like an unplugged cable. */
export function load({ build = { id: "b1", files: [] }, network = {}, caches = new FakeCaches(), timers } = {}) {
  const source = SOURCE.replace(/^const BUILD = .*\/\/ @precache$/m, `const BUILD = ${JSON.stringify(build)};`);
  const listeners = {};
  const fetched = [];
  const self = {
    registration: { scope: SCOPE },
    skipped: false,
    addEventListener: (name, listener) => (listeners[name] = listener),
    skipWaiting() {
      this.skipped = true;
    },
  };
  async function fetch(request, init) {
    const path = url(request).replace(SCOPE, "");
    fetched.push({ path, cache: init?.cache });
    const answer = network[path];
    if (answer === undefined) throw new TypeError("Failed to fetch");
    if (answer === "hangs") {
      return new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(init.signal.reason)));
    }
    return typeof answer === "number" ? new Response(null, { status: answer }) : new Response(answer);
  }
  const context = createContext({
    self, caches, fetch, URL, Response, AbortController,
    setTimeout: timers?.setTimeout ?? setTimeout, clearTimeout: timers?.clearTimeout ?? clearTimeout,
  });
  // `const` and `function` of a script are not properties of its context: ask for them in the same script.
  const pure = runInContext(`${source}\n({ route, cachesToDelete, isHashed, BUILD })`, context);
  return {
    ...pure,
    self,
    caches,
    fetched,
    network,
    /** Runs install or activate to its end. */
    async run(name) {
      let work;
      listeners[name]({ waitUntil: (promise) => (work = promise) });
      await work;
    },
    /** What the worker answers; `undefined` if it leaves the request to the network. */
    fetch(request) {
      let answer;
      listeners.fetch({ request, respondWith: (promise) => (answer = promise) });
      return answer;
    },
    message(data) {
      listeners.message({ data });
    },
  };
}
