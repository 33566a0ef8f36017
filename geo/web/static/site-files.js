/*
 * The data files of a published site: each is a script that hands over its bytes, since a
 * page opened from a folder may load scripts but not fetch files. geo/publish/packing.py
 * writes them.
 */
"use strict";

window.incidentFiles = (() => {
  /** What waits for a file, by the file's name. */
  const waiting = new Map();
  /** The promises of files that were asked for, by name. */
  const files = new Map();

  /** A file hands over its content: gzip in base64. */
  function put(name, packed) {
    waiting.get(name)?.(packed);
    waiting.delete(name);
  }

  /** Bytes from base64: by the browser where it can, else letter by letter. */
  function bytesOf(packed) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(packed);
    const letters = atob(packed), bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    return bytes;
  }

  async function unpack(packed) {
    const bytes = bytesOf(packed);
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).arrayBuffer();
  }

  /**
   * The bytes of a file, loaded once. What could not be loaded is asked for anew next
   * time: the line may have been down.
   */
  function load(name) {
    if (files.has(name)) return files.get(name);
    const script = document.createElement("script");
    const loaded = new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      script.addEventListener("error", () => {
        files.delete(name);
        reject(new Error(`The file data/${name}.js is missing`));
      });
    });
    script.setAttribute("src", `data/${name}.js`);
    document.head.append(script);
    files.set(name, loaded.then(unpack));
    loaded.then(() => script.remove());
    return files.get(name);
  }

  /** The bytes of a file that are wanted once: they are not kept here as well. */
  function take(name) {
    const taken = load(name);
    files.delete(name);
    return taken;
  }

  /** A file that holds JSON, read. */
  const loadJson = async (name) => JSON.parse(new TextDecoder().decode(await load(name)));

  /**
   * Run the scripts that a file holds, in order. They are compressed like all data: many
   * hosts send files as they are, and scripts are most of what a map takes.
   */
  async function run(name) {
    for (const text of await loadJson(name)) {
      const script = document.createElement("script");
      script.textContent = text;
      document.head.append(script);
    }
  }

  return { put, load, take, loadJson, run };
})();
