/*
 * The texts that search looks in, of a published site: folded by geo/model/folding.py, a
 * line for each row of the columns, in parts. They are many, and wanted by few readers, so
 * that they come when somebody is about to search.
 *
 * A part stays one long text: a hundred thousand short ones would take longer to make than
 * the long one takes to look through.
 */
"use strict";

window.incidentTexts = (() => {
  const files = window.incidentFiles;
  let folding, parts;

  /** What waits for a file; what failed is asked for anew next time. */
  const remember = (promise, forget) => {
    promise.catch(forget);
    return promise;
  };

  /** How letters are folded. */
  function loadFolding() {
    folding ??= remember(files.loadJson("folding"), () => { folding = undefined; });
    return folding;
  }

  /** The parts, of which there are `count`: the text of each, and where its lines end. */
  function load(count) {
    parts ??= remember(Promise.all(Array.from({ length: count }, (_, number) =>
      files.take(`search-${number}`).then(partOf))), () => { parts = undefined; });
    return parts;
  }

  function partOf(bytes) {
    const text = new TextDecoder().decode(bytes), ends = [];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
    return { text, ends: Uint32Array.from(ends) };
  }

  /** Fold a text as geo/model/folding.py does; letters beyond ASCII are in a table. */
  async function fold(text) {
    const { letters, digraphs } = await loadFolding();
    let folded = [...text].map((letter) => letters[letter] ?? letter).join("")
      .toLowerCase().replace(/['`]/g, "").replace(/ts(?=[aeiouy])/g, "c");
    for (const [written, short] of digraphs) folded = folded.replaceAll(written, short);
    return folded.replace(/[^a-z0-9]+/g, " ").replace(/([a-z])\1+/g, "$1").trim();
  }

  /** The folded words of a text, as geo/model/query.py has them: one of which folding leaves
   * a single letter stands between blanks, and must be a whole word. */
  async function wordsOf(text) {
    const words = new Set();
    for (const written of text.split(/\s+/))
      for (const word of (await fold(written)).split(" ").filter(Boolean))
        words.add(word.length === 1 && [...written].length > 1 ? ` ${word} ` : word);
    return [...words];
  }

  /** The rows that have a word of `wordsOf`, as flags: one byte each. */
  function rowsWith(word, within, rows) {
    const flags = new Uint8Array(rows), bare = word.trim(), isWhole = bare !== word;
    const isApart = (letter) => letter === undefined || letter === " " || letter === "\n";
    let first = 0;
    for (const { text, ends } of within) {
      let line = 0;
      for (let at = text.indexOf(bare); at >= 0;) {
        while (ends[line] < at) line += 1;
        const isHit = !isWhole || (isApart(text[at - 1]) && isApart(text[at + 1]));
        if (isHit) flags[first + line] = 1;
        at = text.indexOf(bare, isHit ? ends[line] : at + 1);
      }
      first += ends.length;
    }
    return flags;
  }

  return { loadFolding, load, fold, wordsOf, rowsWith };
})();
