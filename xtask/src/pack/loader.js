// Takes the place of wasm-bindgen's loader, which can do more than one page needs. Words with an @ are
// filled in by `glue.rs`.
const imports = { "": [
@imports
] };
const response = await fetch(new URL("@wasm", import.meta.url));
if (!response.ok) throw new Error(`${response.status} ${response.url}`);
// A server that does not know what .wasm is makes the start slower, not impossible.
const { instance } = response.headers.get("Content-Type") === "application/wasm"
  ? await WebAssembly.instantiateStreaming(response, imports)
  : await WebAssembly.instantiate(await response.arrayBuffer(), imports);
const wasm = instance.exports;
wasm.__wbindgen_start();
// The page's own script waits for it.
dispatchEvent(new Event("TrunkApplicationStarted"));
