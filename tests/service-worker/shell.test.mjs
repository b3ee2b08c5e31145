import assert from "node:assert/strict";
import { test } from "node:test";
import { SCOPE, load, request } from "./worker.mjs";

const FILES = ["./app-0123456789abcdef.js", "./icons/favicon.svg", "./"];
const NETWORK = { "": "page 1", "app-0123456789abcdef.js": "script 1", "icons/favicon.svg": "bird" };
const navigate = (path) => request(path, { mode: "navigate" });

test("as committed the worker precaches nothing", async () => {
  const { readFileSync } = await import("node:fs");
  const source = readFileSync(new URL("../../service-worker.js", import.meta.url), "utf8");
  assert.equal(source.match(/^const BUILD = \{ id: "dev", files: \[\] \}; \/\/ @precache$/gm)?.length, 1);
  assert.ok(source.split("\n").length <= 200);
});

test("only our own files are routed", () => {
  const { route } = load();
  const to = (what) => route(what, SCOPE, FILES);
  assert.equal(to(navigate("./")), "shell");
  assert.equal(to(navigate("./?s=pwa#/chat/a@b")), "shell");
  assert.equal(to(navigate("./index.html")), "shell");
  assert.equal(to(request("./")), "pass");
  assert.equal(to(navigate("./terms.html")), "pass");
  assert.equal(to(request("./app-0123456789abcdef.js")), "asset");
  assert.equal(to(request("./app-fedcba9876543210_bg.wasm")), "asset");
  assert.equal(to(request("./icons/favicon.svg")), "asset");
  assert.equal(to(request("./config.json")), "config");
  assert.equal(to(request("./.well-known/host-meta")), "pass");
  assert.equal(to(request("./service-worker.js")), "pass");
  assert.equal(to(request("./", { method: "POST", mode: "navigate" })), "pass");
  assert.equal(to(request("https://chat.example.org/app-0123456789abcdef.js")), "pass");
  assert.equal(to(request("https://other.example/.well-known/host-meta.json")), "pass");
});

test("other origins and other paths never see the worker", () => {
  const worker = load();
  assert.equal(worker.fetch(request("https://other.example/picture.png")), undefined);
  assert.equal(worker.fetch(request("./upload/file.bin")), undefined);
  assert.deepEqual(worker.fetched, []);
});

test("the newest two builds stay", () => {
  const { cachesToDelete } = load();
  const names = ["goldcrest-shell-1", "goldcrest-shell-2", "goldcrest-config", "goldcrest-shell-3", "somebody-elses"];
  assert.deepEqual([...cachesToDelete(names, "goldcrest-shell-3")], ["goldcrest-shell-1"]);
  assert.deepEqual([...cachesToDelete(names.slice(0, 1), "goldcrest-shell-1")], []);
  // The operator went back to a build that is still here: it stays, and so does the newest other one.
  assert.deepEqual([...cachesToDelete(names, "goldcrest-shell-1")], ["goldcrest-shell-2"]);
});

test("after the install the app starts without a network", async () => {
  const worker = load({ build: { id: "b1", files: FILES }, network: { ...NETWORK } });
  await worker.run("install");
  assert.equal(worker.self.skipped, false);
  for (const path of Object.keys(worker.network)) delete worker.network[path];
  assert.equal(await (await worker.fetch(navigate("./#/chats"))).text(), "page 1");
  assert.equal(await (await worker.fetch(request("./app-0123456789abcdef.js"))).text(), "script 1");
});

test("an install that misses a file fails", async () => {
  const worker = load({ build: { id: "b1", files: FILES }, network: { ...NETWORK, "icons/favicon.svg": 404 } });
  await assert.rejects(worker.run("install"), /favicon/);
});

test("an update downloads only what changed, and the page of before keeps its files", async () => {
  const first = load({ build: { id: "b1", files: FILES }, network: NETWORK });
  await first.run("install");
  const files = ["./app-0123456789abcdef.js", "./more-aaaaaaaaaaaaaaaa.css", "./"];
  const network = { "": "page 2", "more-aaaaaaaaaaaaaaaa.css": "style 2" };
  const second = load({ build: { id: "b2", files }, network, caches: first.caches });
  await second.run("install");
  await second.run("activate");
  assert.deepEqual(
    second.fetched.sort((a, b) => a.path.localeCompare(b.path)),
    [{ path: "", cache: "reload" }, { path: "more-aaaaaaaaaaaaaaaa.css", cache: "default" }],
  );
  assert.equal(await (await second.fetch(navigate("./"))).text(), "page 2");
  first.caches.named.get("goldcrest-shell-b1").entries.set(SCOPE + "old-bbbbbbbbbbbbbbbb.js", new Response("old"));
  assert.equal(await (await second.fetch(request("./old-bbbbbbbbbbbbbbbb.js"))).text(), "old");
  assert.deepEqual(await second.caches.keys(), ["goldcrest-shell-b1", "goldcrest-shell-b2"]);
});

test("a new version waits until a page says so", () => {
  const worker = load();
  worker.message("something else");
  assert.equal(worker.self.skipped, false);
  worker.message("activate");
  assert.equal(worker.self.skipped, true);
});

test("config.json comes from the network and is remembered", async () => {
  const worker = load({ network: { "config.json": "fresh" } });
  const ask = async () => worker.fetch(request("./config.json"));
  assert.equal(await (await ask()).text(), "fresh");
  delete worker.network["config.json"];
  assert.equal(await (await ask()).text(), "fresh");
  worker.network["config.json"] = 404;
  assert.equal((await ask()).status, 404);
  delete worker.network["config.json"];
  assert.equal((await ask()).status, 504);
});

test("a network that hangs does not hold up the start", async () => {
  const timers = { setTimeout: (work) => queueMicrotask(work), clearTimeout() {} };
  const worker = load({ network: { "config.json": "hangs" }, timers });
  const cache = await worker.caches.open("goldcrest-config");
  await cache.put(request("./config.json"), new Response("kept"));
  assert.equal(await (await worker.fetch(request("./config.json"))).text(), "kept");
});
