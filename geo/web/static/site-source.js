/*
 * Where the data of a published site comes from: columns and files beside the page, in
 * place of a server. The same questions as in source.js, with the same answers.
 */
"use strict";

window.incidentSource = (() => {
  const { read, select, undecided, total, counts, openEnded, reachesOf, reachOf, placesOf, bins,
    mercator, nameOf, wordsOf, NO_PLACE } = window.incidentColumns;
  const files = window.incidentFiles, shown = window.incidentView;
  const texts = window.incidentTexts;
  /** Filters that take several values, any of which will do (geo/model/query.py). */
  const SEVERAL = ["category", "status", "precision", "country", "source"];
  const LONGEST_LIST = 100, MOST_FOUND = 8, MOST_CHOICES = 100;
  /** Milliseconds after which markers are on the screen, or no one looks at it. */
  const SHOWN_MS = 200;
  /** What was last asked for, since a view, its counts and its list ask the same. */
  let site, layer, last;

  /** What is told once of the whole site, and the columns of its layer. */
  async function open() {
    site ??= Promise.all([files.loadJson("site"), files.take("columns")])
      .then(([told, bytes]) => {
        layer = read(bytes);
        layer.shapes = new Map([...layer.extents.keys()].map((at, number) => [at, number]));
        return told;
      });
    return site;
  }

  const boxOf = (text) => (text ? text.split(",").map(Number) : null);

  /** Which incidents parameters ask for: flags, with their number and their places. */
  async function ask(parameters) {
    await open();
    const asked = new URLSearchParams(parameters);
    const names = [...SEVERAL, "from", "to", "dates", "q", "bbox"];
    const key = JSON.stringify(names.map((name) => asked.getAll(name)));
    if (last?.key === key) return last;
    const query = Object.fromEntries(SEVERAL.map((name) => [name, asked.getAll(name)]));
    const first = (name) => asked.get(name) ?? "";
    Object.assign(query, { from: first("from"), to: first("to"), dates: first("dates"),
      worded: [], box: boxOf(first("bbox")), inside: () => true });
    if (first("q").trim()) query.worded = await rowsSaying(first("q"));
    if (query.box) query.inside = await insideOf(query.box);
    const chosen = select(layer, query);
    last = { key, query, chosen, total: total(chosen), numbers: placesOf(layer, chosen) };
    return last;
  }

  /** The rows that have each word of a text, as flags. */
  async function rowsSaying(text) {
    const [words, parts] = await Promise.all([texts.wordsOf(text), loadTexts()]);
    return words.map((word) => texts.rowsWith(word, parts, layer.meta.rows));
  }

  const loadTexts = async () => texts.load((await open()).search_files);

  /** Tell of lines and areas that reach in and out of a box whether their shapes meet it. */
  async function insideOf(box) {
    const doubtful = undecided(layer, box);
    const met = new Map(await Promise.all(doubtful.map(async (at) =>
      [at, window.incidentShapes.meets(await shapeOf(at), box)])));
    return (at) => met.get(at) ?? true;
  }

  async function shapeOf(at) {
    const { shapes_a_file: size } = await open();
    const number = layer.shapes.get(at);
    const shapes = await files.loadJson(`shapes-${Math.floor(number / size)}`);
    return shapes[number % size];
  }

  /* ---- the questions of source.js ---- */

  const turnTo = () => false;

  /** Words are about to be typed: load what they are looked for in meanwhile. */
  function expectWords() {
    Promise.all([texts.loadFolding(), loadTexts()]).catch(() => {});
  }

  const style = async () => (await open()).style;

  async function view(parameters) {
    const asked = new URLSearchParams(parameters);
    const { chosen, numbers, total: all } = await ask(asked);
    const zoom = Math.round(Number(asked.get("zoom")));
    return shown.view(layer, chosen, numbers, all, boxOf(asked.get("viewport")), zoom);
  }

  /**
   * Wait until the screen shows what has been drawn, or for {@link SHOWN_MS} where nobody
   * looks. A server's answer is on its way meanwhile; these here would come at once, and
   * hold up the markers of the same change.
   */
  const shownFirst = () => new Promise((resolve) => {
    setTimeout(resolve, SHOWN_MS);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });

  async function summary(parameters) {
    const asked = new URLSearchParams(parameters);
    // With the focus it is what the first view hangs on.
    if (!asked.has("focus")) await shownFirst();
    const { query, chosen, numbers, total: all } = await ask(asked);
    const without = (...names) =>
      select(layer, { ...query, ...Object.fromEntries(names.map((name) => [name, []])) });
    const undated = select(layer, { ...query, from: "", to: "" });
    return {
      focus: asked.has("focus") ? shown.focus(layer, chosen) : null,
      total: all,
      categories: counts(layer, "category", query.category.length ? without("category") : chosen),
      statuses: counts(layer, "status", query.status.length ? without("status") : chosen),
      extent: extentOfAll(numbers),
      open_ended: openEnded(layer, undated),
      bins: bins(layer, undated),
    };
  }

  /** The values of the filters that are folded at first: each with its words and count. */
  async function choices(parameters) {
    const { labels } = await open();
    const { query, chosen } = await ask(parameters);
    const told = Object.entries(labels).map(([name, known]) => {
      const isAsked = query[name].length > 0;
      const numbers = counts(layer, name,
        isAsked ? select(layer, { ...query, [name]: [] }) : chosen);
      const most = new Set([...Object.keys(numbers).slice(0, MOST_CHOICES), ...query[name]]);
      return [name, known.filter(([value]) => most.has(value))
        .map(([value, label]) => [value, label, numbers[value] ?? 0])];
    });
    return Object.fromEntries(told);
  }

  /** The extent of places with their uncertainty, or null of none. */
  function extentOfAll(numbers) {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    const ends = reachesOf(layer);
    for (let at = 0; at < numbers.length; at += 1) {
      if (!numbers[at]) continue;
      west = Math.min(west, ends[4 * at]);
      south = Math.min(south, ends[4 * at + 1]);
      east = Math.max(east, ends[4 * at + 2]);
      north = Math.max(north, ends[4 * at + 3]);
    }
    if (west === Infinity) return null;
    return [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)];
  }

  /** The newest of some rows: by the last day that they may mean, undated ones last. */
  const newestFirst = (a, b) => layer.dated[b] - layer.dated[a]
    || layer.latest[b] - layer.latest[a] || layer.earliest[b] - layer.earliest[a] || a - b;
  const oldestFirst = (a, b) => layer.dated[b] - layer.dated[a]
    || layer.earliest[a] - layer.earliest[b] || layer.latest[a] - layer.latest[b] || a - b;

  /** The first rows in an order, without sorting all of them. */
  function firstOf(rows, order, limit) {
    if (rows.length <= 4 * limit) return rows.sort(order).slice(0, limit);
    let kept = [];
    for (const row of rows) {
      if (kept.length >= 4 * limit) kept = kept.sort(order).slice(0, limit);
      if (kept.length < limit || order(row, kept[limit - 1]) < 0 || kept.length > limit) {
        kept.push(row);
      }
    }
    return kept.sort(order).slice(0, limit);
  }

  /** Rows whose flags and place pass a test. */
  function rowsWhere(chosen, test) {
    const rows = [];
    for (let row = 0; row < chosen.length; row += 1) {
      if (chosen[row] && test(layer.place[row])) rows.push(row);
    }
    return rows;
  }

  /** Flags of the places whose mark lies in a box, compared on the grid as the engine does. */
  function marksIn(box) {
    const [left, top] = mercator(box[0], box[3]);
    const [right, bottom] = mercator(box[2], box[1]);
    const { place_mx: xs, place_my: ys } = layer;
    return (at) => {
      if (at === NO_PLACE) return false;
      const isBeside = box[0] > box[2] ? xs[at] >= left || xs[at] <= right
        : xs[at] >= left && xs[at] <= right;
      return isBeside && ys[at] >= top && ys[at] <= bottom;
    };
  }

  /** A test of places: what the map shows of them in a box, what is vague with it. */
  function inSight(numbers, chosen, box, zoom) {
    const isMarked = marksIn(box);
    if (zoom === null) return isMarked;
    const seen = shown.shownZoom(box, Math.round(Number(zoom)));
    const { shelf } = shown.vagueIn(layer, chosen, numbers, box, seen);
    const vague = new Set(shelf);
    return (at) => at !== NO_PLACE
      && (layer.place_deepest[at] >= seen ? isMarked(at) : vague.has(at));
  }

  /** What is told of rows in a list; those of one place need not name it. */
  async function told(rows, named = true) {
    const { rows_a_file: size, newest } = await open();
    // Where the layer is large, the first list is in a file of its own.
    const first = newest && rows.length ? await files.loadJson("newest") : {};
    const chunks = [...new Set(rows.filter((row) => !first[row])
      .map((row) => Math.floor(row / size)))];
    const loaded = new Map(await Promise.all(chunks.map(async (chunk) =>
      [chunk, await files.loadJson(`rows-${chunk}`)])));
    return rows.map((row) => {
      const { line_here: here, ...one } = first[row]
        ?? loaded.get(Math.floor(row / size))[row % size];
      return named ? one : { ...one, line: here, place: "" };
    });
  }

  async function list(parameters) {
    const asked = new URLSearchParams(parameters);
    const { query, chosen, numbers, total: all } = await ask(asked);
    const placed = numbers.reduce((sum, n) => sum + n, 0);
    const box = boxOf(asked.get("viewport"));
    const rows = rowsWhere(chosen, box ? inSight(numbers, chosen, box, asked.get("zoom"))
      : (at) => at === NO_PLACE);
    const number = rows.length, limit = Number(asked.get("limit") ?? LONGEST_LIST);
    const byDate = query.from || query.to;
    const dateless = byDate ? select(layer, { ...query, from: "", to: "" }) : chosen;
    return {
      total: number,
      incidents: await told(firstOf(rows, newestFirst, limit)),
      elsewhere: box ? placed - number : 0,
      unplaced: all - placed,
      undated: byDate ? dateless.filter((flag, row) => flag && !layer.dated[row]).length : 0,
    };
  }

  async function incidents(parameters) {
    const asked = new URLSearchParams(parameters);
    const { chosen } = await ask(asked);
    const number = asked.get("place"), box = boxOf(asked.get("within"));
    const isThere = box ? marksIn(box) : () => true;
    const wanted = number === null ? null : Number(number);
    const rows = rowsWhere(chosen, (at) => (wanted === null || at === wanted) && isThere(at));
    const listed = firstOf([...rows], oldestFirst, LONGEST_LIST);
    return { total: rows.length, incidents: await told(listed, wanted === null) };
  }

  /** The number of the file that a record is in: the last that begins at or before it. */
  function fileOf(id, starts) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= id) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** A record by its id, or by "#" and its row, as markers name it. */
  async function stored(id) {
    const { records_from: starts } = await open();
    let name = id;
    if (id.startsWith("#")) [{ id: name }] = await told([Number(id.slice(1))]);
    const number = fileOf(name, starts);
    const records = number < 0 ? {} : await files.loadJson(`records-${number}`);
    if (Object.hasOwn(records, name)) return records[name];
    throw Object.assign(new Error("No such incident is published here."), { status: 404 });
  }

  const record = async (id) => (await stored(id)).record;

  /** References, with the address that the page itself has. */
  async function citations(id) {
    const { path, forms } = await stored(id);
    return { link: new URL(path, document.baseURI).href, forms };
  }

  /** The places of this map whose name has the words asked for; no other is known here. */
  async function search(name) {
    await open();
    const wanted = await texts.fold(name);
    layer.folded ??= await Promise.all(layer.meta.names.map(texts.fold));
    const named = layer.folded.map((one) => wanted && one.includes(wanted));
    const places = [];
    for (let at = 0; at < layer.place_mx.length && places.length < MOST_FOUND; at += 1) {
      if (!named[layer.place_name[at]]) continue;
      const [label] = wordsOf(layer, at);
      if (places.some(({ line }) => line === label)) continue;
      const [west, south, east, north] = reachOf(layer, at);
      const [, radius_m] = layer.meta.sizes[layer.place_size[at]];
      places.push({ name: nameOf(layer, at), line: label,
        lon: (west + east) / 2, lat: (south + north) / 2, radius_m: radius_m ?? 0,
        extent: [west, south, east, north] });
    }
    return { places };
  }

  async function outlines(numbers) {
    await open();
    return Promise.all(numbers.map((number) => shapeOf(Number(number))));
  }

  return { turnTo, expectWords, search, style, view, summary, choices, list,
    incidents, record, citations, outlines };
})();
