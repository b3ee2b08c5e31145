// Goldcrest's service worker: it keeps the shell, so that the app starts without the network. It knows nothing about
// XMPP. The pure functions at the top decide, the listeners at the bottom only wire them.
"use strict";

// Filled in by `cargo xtask precache`: `files` are relative to the scope, "./" is the page.
const BUILD = { id: "dev", files: [] }; // @precache

const PREFIX = "goldcrest-shell-";
const CURRENT = PREFIX + BUILD.id;
const CONFIG = "goldcrest-config";
/** How long config.json may take before the copy on this device is good enough, in milliseconds; the app waits 3000. */
const CONFIG_PATIENCE = 2000;

/** Trunk puts a hash of the content into the name: such a file never changes. */
function isHashed(path) {
  return /[-_.][0-9a-f]{14,16}[-_.]/.test(path);
}

/**
 * What to do with a request: "shell" (the cached page), "asset" (cache first), "config" (network first), or "pass" (not
 * ours: the network as if there were no service worker).
 */
function route(request, scope, files) {
  if (request.method !== "GET" || !request.url.startsWith(scope)) return "pass";
  const path = "./" + request.url.slice(scope.length).replace(/[?#].*$/, "");
  if (path === "./" || path === "./index.html") return request.mode === "navigate" ? "shell" : "pass";
  if (path === "./config.json") return "config";
  return files.includes(path) || isHashed(path) ? "asset" : "pass";
}

/** Our caches that are neither this build nor the newest other one. `names` are in order of creation. */
function cachesToDelete(names, current) {
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== current);
  return others.slice(0, -1);
}

async function install() {
  const cache = await caches.open(CURRENT);
  await Promise.all(
    BUILD.files.map(async (file) => {
      const url = new URL(file, self.registration.scope).href;
      // What did not change is already on this device.
      const kept = isHashed(file) && (await caches.match(url));
      const response = kept || (await fetch(url, { cache: isHashed(file) ? "default" : "reload" }));
      if (!response.ok) throw new Error(`${file}: ${response.status}`);
      await cache.put(url, response);
    }),
  );
}

async function activate() {
  const stale = cachesToDelete(await caches.keys(), CURRENT);
  await Promise.all(stale.map((name) => caches.delete(name)));
}

async function shell() {
  const cache = await caches.open(CURRENT);
  return (await cache.match(self.registration.scope)) || fetch(self.registration.scope);
}

/** Any of our builds may answer: a page that was open during an update still asks for the files of the old one. */
async function asset(request) {
  const current = await caches.open(CURRENT);
  return (await current.match(request)) || (await caches.match(request)) || fetch(request);
}

async function config(request) {
  const cache = await caches.open(CONFIG);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), CONFIG_PATIENCE);
  try {
    const response = await fetch(request, { signal: timeout.signal });
    if (response.ok) await cache.put(request, response.clone());
    // The operator took it away: do not bring it back when offline.
    else if (response.status === 404) await cache.delete(request);
    return response;
  } catch {
    return (await cache.match(request)) || new Response(null, { status: 504 });
  } finally {
    clearTimeout(timer);
  }
}

const ANSWERS = { shell, asset, config };

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = ANSWERS[route(event.request, self.registration.scope, BUILD.files)];
  if (answer) event.respondWith(answer(event.request));
});
// Never on install: only a page knows when a new version may take over.
self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
});
