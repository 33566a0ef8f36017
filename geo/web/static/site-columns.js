/*
 * The layer of a published site as columns in memory, and what is counted of them. The
 * answers are those of geo/engine: the same incidents for the same filters, the same
 * counts, extent and bars of time (tests/browser/test_site.py asks both).
 */
"use strict";

window.incidentColumns = (() => {
  /** As in geo/publish/columns.py and geo/layer/table.py. */
  const NO_PLACE = 2 ** 32 - 1, DEGREE_PARTS = 1e6, DAY_MS = 86400000;
  const NAME_MARK = "{}", NO_SPAN = 2 ** 32 - 1;
  /** As in geo/base/grid.py. */
  const GRID = 2 ** 30, MAX_LAT = 85.051128779807;
  const OPEN_PAST = -(2 ** 31) + 1, OPEN_FUTURE = 2 ** 31 - 1;
  /** As in geo/engine/totals.py: degrees of latitude in a metre, and near the poles. */
  const METRES_A_DEGREE = 111320, LEAST_COSINE = 0.05;
  /** As in geo/engine/histogram.py. */
  const EMPTY_YEARS = 1, STEADY_YEARS = 5, MOST_BARS = 240;

  const TYPES = { Uint8Array, Uint16Array, Uint32Array, Int32Array };

  /** Read the content of a file of columns: { meta, name: array, ... }. */
  function read(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const { columns, ...meta } = JSON.parse(
      new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const layer = { meta };
    let at = 4 + length;
    for (const { name, type, length: size, differences } of columns) {
      const Type = TYPES[type], width = Type.BYTES_PER_ELEMENT;
      const planes = new Uint8Array(buffer, at, size * width);
      const bytes = new Uint8Array(size * width);
      for (let plane = 0; plane < width; plane += 1) {
        for (let i = 0; i < size; i += 1) bytes[i * width + plane] = planes[plane * size + i];
      }
      const values = new Type(bytes.buffer);
      if (differences) {
        for (let i = 0, before = 0; i < size; i += 1) {
          before = values[i] = before + ((values[i] >>> 1) ^ -(values[i] & 1));
        }
      }
      layer[name] = values;
      at += size * width;
    }
    layer.latest = layer.earliest.map((day, row) => day + layer.lasting[row]);
    layer.extents = new Map(meta.areas.map(([place, ...extent]) => [place, extent]));
    layer.worded = new Map(meta.worded.map(([place, ...words]) => [place, words]));
    putOnGrid(layer);
    return layer;
  }

  /** The spots of places on the grid of Web Mercator. */
  function putOnGrid(layer) {
    const count = layer.place_lon.length;
    layer.place_mx = new Int32Array(count);
    layer.place_my = new Int32Array(count);
    for (let at = 0; at < count; at += 1) {
      const lon = layer.place_lon[at] / DEGREE_PARTS, lat = layer.place_lat[at] / DEGREE_PARTS;
      [layer.place_mx[at], layer.place_my[at]] = mercator(lon, lat);
    }
  }

  /** `mercator` of geo/base/grid.py. */
  function mercator(lon, lat) {
    const sine = Math.sin(Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI / 180);
    const x = (lon + 180) / 360;
    const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    const whole = (share) => Math.min(GRID - 1, Math.max(0, Math.trunc(share * GRID)));
    return [whole(x), whole(y)];
  }

  const nameOf = (layer, place) => layer.meta.names[layer.place_name[place]];

  /** What a marker says of a place, and what the shelf calls it. */
  function wordsOf(layer, place) {
    const own = layer.worded.get(place);
    if (own) return own;
    const [, , ...words] = layer.meta.sizes[layer.place_size[place]];
    return words.map((part) => part.replaceAll(NAME_MARK, () => nameOf(layer, place)));
  }

  /** An order of places that are otherwise alike: from west to east, then as listed. */
  const byPoint = ({ place_lon: lons, place_lat: lats }, a, b) =>
    lons[a] - lons[b] || lats[a] - lats[b] || a - b;

  /* ---- days ---- */

  const dayOf = (text) => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
  const textOf = (day) => {
    const date = new Date(day * DAY_MS);
    const year = `${date.getUTCFullYear()}`.padStart(4, "0");
    return `${year}-${date.toISOString().slice(-19, -14)}`;
  };
  const monthOf = (day) => {
    const date = new Date(day * DAY_MS);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  /** The first day of a month, both counted from their beginnings; years below 100 too. */
  const firstDayOf = (month) => {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    return Math.round(date.getTime() / DAY_MS);
  };

  /* ---- which incidents ---- */

  /** The numbers of values in a list, as flags; a value it has not is none. */
  function flagsOf(list, values, isOne = (known, value) => known === value) {
    const flags = new Uint8Array(list.length);
    list.forEach((known, i) => { flags[i] = values.some((value) => isOne(known, value)); });
    return flags;
  }

  /** Whether an extent meets a box, which may cross the 180th meridian. */
  function meets([west, south, east, north], box) {
    const [left, bottom, right, top] = box;
    const isBeside = left > right ? east >= left || west <= right : east >= left && west <= right;
    return isBeside && north >= bottom && south <= top;
  }

  function lies([west, south, east, north], [left, bottom, right, top]) {
    const isBeside = left > right ? west >= left || east <= right : west >= left && east <= right;
    return isBeside && south >= bottom && north <= top;
  }

  /** The extent of a place without its uncertainty, in degrees. */
  function extentOf(layer, place) {
    const lon = layer.place_lon[place] / DEGREE_PARTS;
    const lat = layer.place_lat[place] / DEGREE_PARTS;
    return layer.extents.get(place) ?? [lon, lat, lon, lat];
  }

  /** Lines and areas that reach in and out of a box: only their shapes can tell. */
  function undecided(layer, box) {
    return [...layer.extents].filter(([, extent]) => meets(extent, box) && !lies(extent, box))
      .map(([place]) => place);
  }

  /**
   * The incidents that filters ask for, as flags: one byte each.
   *
   * `query` has lists of values (category, status, precision, country, source), days
   * (from, to), `dates`, `worded`, the rows that say each word looked for, as flags, and
   * `box` with `inside`, which tells of an undecided place whether its shape meets the box.
   */
  function select(layer, query) {
    const { rows, category, status, precision, country, cited } = layer.meta;
    const chosen = new Uint8Array(rows).fill(1);
    const keep = (column, flags) => {
      for (let i = 0; i < rows; i += 1) chosen[i] &= flags[column[i]];
    };
    const orUnknown = (known, value) => (known ?? "unknown") === value;
    if (query.category.length) keep(layer.category, flagsOf(category, query.category));
    if (query.status.length) keep(layer.status, flagsOf(status, query.status));
    if (query.precision.length) {
      keep(layer.precision, flagsOf(precision, query.precision, orUnknown));
    }
    if (query.country.length) keep(layer.country, flagsOf(country, query.country));
    if (query.source.length) {
      keep(layer.cited, flagsOf(cited, query.source, (known, value) => known.includes(value)));
    }
    if (query.from || query.to) keepDates(layer, query, chosen);
    for (const said of query.worded) {
      for (let i = 0; i < rows; i += 1) chosen[i] &= said[i];
    }
    if (query.box) {
      const flags = placesIn(layer, query.box, query.inside);
      for (let i = 0; i < rows; i += 1) {
        chosen[i] &= layer.place[i] === NO_PLACE ? 0 : flags[layer.place[i]];
      }
    }
    return chosen;
  }

  /** The places in a box, as flags; `inside` tells of lines and areas that it cuts. */
  function placesIn(layer, box, inside) {
    const count = layer.place_lon.length, flags = new Uint8Array(count);
    for (let place = 0; place < count; place += 1) {
      if (layer.place_area[place]) continue;
      const lon = layer.place_lon[place] / DEGREE_PARTS;
      const lat = layer.place_lat[place] / DEGREE_PARTS;
      const isBeside = box[0] > box[2] ? lon >= box[0] || lon <= box[2]
        : lon >= box[0] && lon <= box[2];
      flags[place] = isBeside && lat >= box[1] && lat <= box[3];
    }
    for (const [place, extent] of layer.extents) {
      flags[place] = meets(extent, box) && (lies(extent, box) || inside(place));
    }
    return flags;
  }

  function keepDates({ meta, dated, earliest, latest }, query, chosen) {
    const isCertain = query.dates === "certain";
    const [begin, end] = isCertain ? [earliest, latest] : [latest, earliest];
    const since = query.from ? dayOf(query.from) : -Infinity;
    const until = query.to ? dayOf(query.to) : Infinity;
    for (let i = 0; i < meta.rows; i += 1) {
      if (!(dated[i] && begin[i] >= since && end[i] <= until)) chosen[i] = 0;
    }
  }

  /* ---- counting ---- */

  function total(chosen) {
    let sum = 0;
    for (let i = 0; i < chosen.length; i += 1) sum += chosen[i];
    return sum;
  }

  /** How many incidents there are of each value of a filter, most first. */
  function counts(layer, name, chosen) {
    const column = name === "source" ? "cited" : name;
    const numbers = new Uint32Array(layer.meta[column].length), known = new Map();
    for (let i = 0; i < chosen.length; i += 1) if (chosen[i]) numbers[layer[column][i]] += 1;
    layer.meta[column].forEach((written, i) => {
      // By source, an incident counts once for each.
      for (const value of [written ?? (name === "precision" ? "unknown" : "")].flat()) {
        if (value && numbers[i]) known.set(value, (known.get(value) ?? 0) + numbers[i]);
      }
    });
    return Object.fromEntries([...known].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
  }

  /** How many have a date that is open at an end. */
  function openEnded({ meta, dated, earliest, latest }, chosen) {
    let number = 0;
    for (let i = 0; i < meta.rows; i += 1) {
      const isOpen = earliest[i] === OPEN_PAST || latest[i] === OPEN_FUTURE;
      if (chosen[i] && dated[i] && isOpen) number += 1;
    }
    return number;
  }

  /** The extents of all places with their uncertainty, worked out once: four ends each. */
  function reachesOf(layer) {
    if (layer.reaches) return layer.reaches;
    const count = layer.place_lon.length, reaches = new Float64Array(4 * count);
    for (let place = 0; place < count; place += 1) {
      let [up, aside] = [0, 0];
      if (!layer.place_area[place]) {
        const lat = layer.place_lat[place] / DEGREE_PARTS;
        const [, radius_m] = layer.meta.sizes[layer.place_size[place]];
        up = (radius_m ?? 0) / METRES_A_DEGREE;
        aside = up / Math.max(LEAST_COSINE, Math.cos(lat * Math.PI / 180));
      }
      const [west, south, east, north] = extentOf(layer, place);
      reaches.set([west - aside, south - up, east + aside, north + up], 4 * place);
    }
    layer.reaches = reaches;
    return reaches;
  }

  /** The extent of a place with its uncertainty: west, south, east, north in degrees. */
  const reachOf = (layer, place) => reachesOf(layer).subarray(4 * place, 4 * place + 4);

  /** The places of some incidents, each with how many of them it has. */
  function placesOf(layer, chosen) {
    const numbers = new Uint32Array(layer.place_mx.length);
    for (let i = 0; i < chosen.length; i += 1) {
      if (chosen[i] && layer.place[i] !== NO_PLACE) numbers[layer.place[i]] += 1;
    }
    return numbers;
  }

  /* ---- bars of time ---- */

  /**
   * The spans of months that dates mean, worked out once: each span, and the number of
   * its span for each incident, or that of none for what has no date or an open one.
   */
  function spansOf(layer) {
    if (layer.spans) return layer.spans;
    const { meta, dated, earliest, latest } = layer;
    const numbers = new Map(), months = new Map(), spans = [];
    const cached = (day) => months.get(day) ?? (months.set(day, monthOf(day)), months.get(day));
    const ofRow = new Uint32Array(meta.rows).fill(NO_SPAN);
    for (let i = 0; i < meta.rows; i += 1) {
      if (!dated[i] || earliest[i] === OPEN_PAST || latest[i] === OPEN_FUTURE) continue;
      const start = cached(earliest[i]), end = cached(latest[i]);
      const key = start * 200000 + end;
      if (!numbers.has(key)) {
        numbers.set(key, spans.length);
        spans.push([start, end]);
      }
      ofRow[i] = numbers.get(key);
    }
    layer.spans = { spans, ofRow };
    return layer.spans;
  }

  /** The bars of incidents by month, or by year where months would be too many. */
  function bins(layer, chosen) {
    const { spans, ofRow } = spansOf(layer);
    const numbers = new Uint32Array(spans.length);
    for (let i = 0; i < chosen.length; i += 1) {
      if (chosen[i] && ofRow[i] !== NO_SPAN) numbers[ofRow[i]] += 1;
    }
    const closed = spans.map(([start, end], i) => [start, end, numbers[i]])
      .filter(([, , count]) => count);
    if (!closed.length) return [];
    const monthly = bars(closed, 1);
    return monthly.length <= MOST_BARS ? monthly : bars(closed, 12);
  }

  function bars(spans, step) {
    let first = Infinity, last = -Infinity;
    for (const [start, end] of spans) {
      first = Math.min(first, start);
      last = Math.max(last, end);
    }
    first -= first % step;
    const size = Math.floor((last - first) / step) + 1;
    const certain = new Int32Array(size), possible = new Int32Array(size + 1);
    for (const [start, end, count] of spans) {
      const low = Math.floor((start - first) / step), high = Math.floor((end - first) / step);
      if (low === high) {
        certain[low] += count;
      } else {
        possible[low] += count;
        possible[high + 1] -= count;
      }
    }
    for (let i = 1; i < size; i += 1) possible[i] += possible[i - 1];
    const made = [];
    for (let i = 0; i < size;) {
      const folded = fold(first + i * step, step, certain, possible, i, size);
      const months = step * Math.max(1, folded), since = first + i * step;
      made.push({ from: textOf(firstDayOf(since)), to: textOf(firstDayOf(since + months) - 1),
        certain: certain[i], possible: possible[i], gap: folded > 0 });
      i += Math.max(1, folded);
    }
    return made;
  }

  /** How many bars from here on make one break: whole years without any change, or none. */
  function fold(month, step, certain, possible, from, size) {
    if (month % 12) return 0;
    let steady = 0;
    while (from + steady < size && !certain[from + steady]
      && possible[from + steady] === possible[from]) steady += 1;
    const whole = Math.floor(steady / (12 / step)) * (12 / step);
    const years = Math.floor(whole * step / 12);
    return years >= (possible[from] ? STEADY_YEARS : EMPTY_YEARS) ? whole : 0;
  }

  return { NO_PLACE, read, select, undecided, total, counts, openEnded, reachesOf, reachOf, placesOf,
    bins, meets, extentOf, mercator, nameOf, wordsOf, byPoint };
})();
