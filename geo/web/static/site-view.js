/*
 * What a viewport of a published site shows: markers that do not touch, their places, the
 * lines and areas in sight, and the shelf of what is too vague for a marker. The same
 * steps as geo/engine/viewport.py, shelf.py and focus.py, over columns in memory; each
 * function here says which it follows.
 */
"use strict";

window.incidentView = (() => {
  const { NO_PLACE, extentOf, reachesOf, meets, mercator, wordsOf,
    byPoint } = window.incidentColumns;
  /** As in geo/base/grid.py. */
  const GRID_BITS = 30, GRID = 2 ** GRID_BITS, CELL_BITS = 3, TILE_PX = 256;
  /** As in geo/engine/viewport.py. */
  const MOST = 160, MOST_AREAS = 60, LEAST_AREA_PX = 3, CELLS_A_MARKER = 8, APART = 1.4;
  const MOST_ACROSS_BITS = 8, WHOLE_DEG = 359;
  /** As in geo/engine/vagueness.py and shelf.py. */
  const MOST_ZOOM = 22, KEPT_BELOW = 13, DISC_ZOOMS = 2, MOST_NAMED = 40, MOST_DISCS = 60;
  /** As in geo/engine/focus.py. */
  const MOST_SHARE = 0.75, STANDING = 0.5, WORTH = 0.6, CELLS_ZOOM = 4, LEAST_ZOOM = 6;

  const NO_CELL = 2 ** 32 - 1;

  /* ---- the grid ---- */

  const lonOf = (x) => (x / GRID) * 360 - 180;
  const latOf = (y) => Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / GRID))) * 180 / Math.PI;
  const wrapped = (lon) => (lon > 180 ? lon - 360 : lon);
  const cellShift = (zoom) => Math.max(0, GRID_BITS - zoom - CELL_BITS);
  const bitLength = (value) => (value ? Math.floor(Math.log2(value)) + 1 : 0);
  const modulo = (value, by) => ((value % by) + by) % by;

  /** `shown_zoom`: coarser where a viewport would be larger than any screen. */
  function shownZoom([west, south, east, north], zoom) {
    const [left, top] = mercator(west, north), [right, bottom] = mercator(east, south);
    const span = Math.max(modulo(right - left, GRID), bottom - top);
    const widest = bitLength(span) - MOST_ACROSS_BITS;
    return widest <= cellShift(zoom) ? zoom : cellShift(0) - widest;
  }

  /* ---- cells and markers ---- */

  /**
   * The cell of each place in sight, {@link NO_CELL} for the others, and how many there are.
   * Kept until the view moves: filters change what lies in the cells, and not the cells.
   */
  function cellsOf(layer, box, zoom, shift) {
    const key = [...box, zoom, shift].join();
    if (layer.cells?.key === key) return layer.cells;
    const { place_mx: xs, place_my: ys, place_deepest: deepest } = layer;
    const [left, top] = mercator(box[0], box[3]), [right, bottom] = mercator(box[2], box[1]);
    const isAcross = box[0] > box[2], least = Math.min(zoom, MOST_ZOOM);
    const lines = 2 ** (GRID_BITS - shift), known = new Map();
    const numbers = new Uint32Array(xs.length).fill(NO_CELL);
    for (let i = 0; i < xs.length; i += 1) {
      const x = xs[i], y = ys[i];
      const isBeside = isAcross ? x >= left || x <= right : x >= left && x <= right;
      if (!isBeside || y < top || y > bottom || deepest[i] < least) continue;
      const spot = (x >> shift) * lines + (y >> shift);
      let number = known.get(spot);
      if (number === undefined) {
        number = known.size;
        known.set(spot, number);
      }
      numbers[i] = number;
    }
    layer.cells = { key, numbers, count: known.size };
    return layer.cells;
  }

  /** `cells_in_sight`: what each cell holds of some incidents, the fullest first. */
  function cellsInSight(layer, chosen, box, zoom, shift) {
    const { place, category, place_mx: xs, place_my: ys } = layer;
    const { numbers, count } = cellsOf(layer, box, zoom, shift);
    const kinds = layer.meta.category.length;
    const held = new Uint32Array(count), first = new Uint32Array(count);
    const only = new Uint32Array(count), mixes = new Uint32Array(count * kinds);
    const across = new Float64Array(count), down = new Float64Array(count);
    const [lowX, lowY] = [0, 1].map(() => new Int32Array(count).fill(GRID));
    const [highX, highY] = [0, 1].map(() => new Int32Array(count));
    for (let row = 0; row < chosen.length; row += 1) {
      if (!chosen[row]) continue;
      const at = place[row], cell = at === NO_PLACE ? NO_CELL : numbers[at];
      if (cell === NO_CELL) continue;
      const x = xs[at], y = ys[at];
      if (!held[cell]) {
        first[cell] = row;
        only[cell] = at;
      } else if (only[cell] !== at) {
        only[cell] = NO_PLACE;
      }
      held[cell] += 1;
      across[cell] += x;
      down[cell] += y;
      mixes[cell * kinds + category[row]] += 1;
      if (x < lowX[cell]) lowX[cell] = x;
      if (y < lowY[cell]) lowY[cell] = y;
      if (x > highX[cell]) highX[cell] = x;
      if (y > highY[cell]) highY[cell] = y;
    }
    const cells = [];
    for (let cell = 0; cell < count; cell += 1) {
      const n = held[cell];
      if (!n) continue;
      cells.push({ x: across[cell] / n, y: down[cell] / n, n, first: first[cell],
        place: only[cell] === NO_PLACE ? null : only[cell],
        mix: mixIn(mixes, cell * kinds, kinds),
        low: [lowX[cell], lowY[cell]], high: [highX[cell], highY[cell]] });
    }
    return fullestFirst(cells);
  }

  /** How many incidents of each category a cell holds, from its stretch of a column. */
  function mixIn(mixes, from, kinds) {
    const mix = new Map();
    for (let kind = 0; kind < kinds; kind += 1) {
      if (mixes[from + kind]) mix.set(kind, mixes[from + kind]);
    }
    return mix;
  }

  const fullestFirst = (cells) => cells.sort((a, b) => b.n - a.n || a.first - b.first);

  function stretch(cell, [left, top], [right, bottom]) {
    cell.low = [Math.min(cell.low[0], left), Math.min(cell.low[1], top)];
    cell.high = [Math.max(cell.high[0], right), Math.max(cell.high[1], bottom)];
  }

  /** `Cell.take`: add another cell's incidents; the marker stays where it is. */
  function take(cell, other) {
    cell.n += other.n;
    for (const [name, n] of other.mix) cell.mix.set(name, (cell.mix.get(name) ?? 0) + n);
    if (cell.place !== other.place) cell.place = null;
    stretch(cell, other.low, other.high);
  }

  const copyOf = (cell) => ({ ...cell, mix: new Map(cell.mix) });

  /** `around_the_world`: side by side where the 180th meridian would part them. */
  function aroundTheWorld(cells) {
    const spots = [...new Set(cells.map(({ x }) => x))].sort((a, b) => a - b);
    if (spots.length < 2) return cells;
    const gaps = spots.slice(1).map((spot, i) => spot - spots[i]);
    const widest = Math.max(...gaps);
    if (spots[0] + GRID - spots[spots.length - 1] >= widest) return cells;
    const cut = spots[gaps.indexOf(widest)];
    const moved = (cell) => ({ ...copyOf(cell), x: cell.x + GRID,
      low: [cell.low[0] + GRID, cell.low[1]], high: [cell.high[0] + GRID, cell.high[1]] });
    return cells.map((cell) => (cell.x <= cut ? moved(cell) : cell));
  }

  /** `markers_apart`: smaller cells join the first that they would touch. */
  function markersApart(cells, least) {
    const kept = [], buckets = new Map();
    // Of more lines than there are, so that no two spots have one key.
    const key = (column, line) => column * 2 ** 26 + line;
    for (const cell of cells) {
      const column = Math.floor(cell.x / least), line = Math.floor(cell.y / least);
      let home = Infinity;
      for (const dx of [-1, 0, 1]) {
        for (const dy of [-1, 0, 1]) {
          for (const index of buckets.get(key(column + dx, line + dy)) ?? []) {
            const away = Math.hypot(kept[index].x - cell.x, kept[index].y - cell.y);
            if (away < least) home = Math.min(home, index);
          }
        }
      }
      if (home !== Infinity) {
        take(kept[home], cell);
        continue;
      }
      const here = key(column, line);
      if (!buckets.has(here)) buckets.set(here, []);
      buckets.get(here).push(kept.length);
      kept.push(copyOf(cell));
    }
    return kept;
  }

  /** `coarser_cells`: finer cells that lie in one cell of this shift, joined. */
  function coarserCells(cells, shift) {
    const size = 2 ** shift, coarser = new Map();
    for (const cell of cells) {
      const spot = `${Math.floor(Math.trunc(cell.x) / size)},${Math.floor(Math.trunc(cell.y) / size)}`;
      const home = coarser.get(spot);
      if (!home) {
        coarser.set(spot, copyOf(cell));
        continue;
      }
      const share = cell.n / (home.n + cell.n);
      home.x += (cell.x - home.x) * share;
      home.y += (cell.y - home.y) * share;
      home.first = Math.min(home.first, cell.first);
      take(home, cell);
    }
    return fullestFirst([...coarser.values()]);
  }

  /** `markers_of`: the markers of a viewport. */
  function markersOf(layer, chosen, box, zoom) {
    let shift = cellShift(zoom);
    let cells = cellsInSight(layer, chosen, box, zoom, shift);
    if (box[2] - box[0] >= WHOLE_DEG || box[0] > box[2]) cells = aroundTheWorld(cells);
    for (;;) {
      if (cells.length <= CELLS_A_MARKER * MOST || shift >= GRID_BITS) {
        const markers = markersApart(cells, APART * 2 ** shift);
        if (markers.length <= MOST || shift >= GRID_BITS) return markers;
      }
      shift += 1;
      cells = coarserCells(cells, shift);
    }
  }

  /** The categories of some markers, in the order of their numbers. */
  function namesIn(layer, markers) {
    const codes = new Set(markers.flatMap(({ mix }) => [...mix.keys()]));
    return [...codes].map((code) => layer.meta.category[code]).sort();
  }

  /** Categories with their counts, most first: number, count, number, count ... */
  function mixOf(layer, pairs, categories) {
    const numbered = [...pairs].filter(([, n]) => n)
      .map(([code, n]) => [categories.indexOf(layer.meta.category[code]), n]);
    numbered.sort(([a, m], [b, n]) => n - m || a - b);
    return numbered.flat();
  }

  /** `_group_row`: a marker as the API gives it, coordinates as fine as the zoom shows. */
  function groupRow(layer, cell, decimals, categories) {
    const round = (value, places) => Number(value.toFixed(places));
    const isOne = cell.place !== null;
    const [lon, lat] = [wrapped(lonOf(cell.x)), latOf(cell.y)];
    const scale = 10 ** decimals;
    const ends = [wrapped(lonOf(cell.low[0])), latOf(cell.high[1]),
      wrapped(lonOf(cell.high[0])), latOf(cell.low[1])];
    const extent = isOne ? null
      : ends.map((end, i) => round((i < 2 ? Math.floor : Math.ceil)(end * scale) / scale, decimals));
    const look = layer.plan[cell.first] ? "plan" : layer.meta.status[layer.status[cell.first]];
    return [round(lon, isOne ? 5 : decimals), round(lat, isOne ? 5 : decimals), cell.n,
      isOne ? `${cell.place}` : null, cell.n === 1 ? `#${cell.first}` : null,
      mixOf(layer, cell.mix, categories), cell.n === 1 ? look : null, extent];
  }

  const COLUMNS = ["lon", "lat", "n", "place", "id", "mix", "look", "extent"];

  /** `_decimals`: as many as tell a tenth of a pixel at a zoom. */
  const decimalsOf = (zoom) =>
    Math.min(5, Math.max(1, Math.ceil(Math.log10((10 * TILE_PX * 2 ** zoom) / 360))));

  /* ---- places ---- */

  /** `_place_json`: a place in words, and where its disc is drawn if it has one. */
  function placeJson(layer, place) {
    const [precision, radius_m] = layer.meta.sizes[layer.place_size[place]];
    const area = Boolean(layer.place_area[place]);
    const [lon, lat] = extentOf(layer, place);
    return { label: wordsOf(layer, place)[0], precision, radius_m, area,
      at: !area && radius_m > 0 ? [lon, lat] : null };
  }

  /** `_disc_row`: where a disc is drawn, and its radius. */
  function discRow(layer, place, decimals) {
    const [lon, lat] = extentOf(layer, place).map((end) => Number(end.toFixed(decimals)));
    return [lon, lat, layer.meta.sizes[layer.place_size[place]][1]];
  }

  /** `_areas_in_sight`: lines and areas large enough to be seen, the largest first. */
  function areasInSight(layer, numbers, box, zoom) {
    const degrees = (LEAST_AREA_PX * 360) / (TILE_PX * 2 ** zoom);
    const sizeOf = ([west, south, east, north]) => east - west + north - south;
    return [...layer.extents]
      .filter(([place, extent]) => numbers[place] && meets(extent, box)
        && (extent[2] - extent[0] >= degrees || extent[3] - extent[1] >= degrees))
      .sort(([, a], [, b]) => sizeOf(b) - sizeOf(a))
      .slice(0, MOST_AREAS).map(([place]) => place);
  }

  /** `reaches`: whether a place's extent, perhaps beyond 180 degrees, meets a viewport. */
  function reaches(ends, place, [left, bottom, right, top]) {
    const at = 4 * place, west = ends[at], east = ends[at + 2];
    if (ends[at + 3] < bottom || ends[at + 1] > top) return false;
    const end = left > right ? right + 360 : right;
    for (let turn = -360; turn <= 360; turn += 360) {
      if (east >= left + turn && west <= end + turn) return true;
    }
    return false;
  }

  /** `vague_in`: what reaches into a viewport, but too vaguely for a marker in it. */
  function vagueIn(layer, chosen, numbers, box, zoom) {
    const { place_deepest: deepest, place_area: area } = layer;
    const last = zoom < KEPT_BELOW ? Math.min(zoom + DISC_ZOOMS, KEPT_BELOW - 1)
      : Math.min(zoom + DISC_ZOOMS, MOST_ZOOM - 1);
    const radius = (place) => layer.meta.sizes[layer.place_size[place]][1] ?? 0;
    const byCount = (a, b) => numbers[b] - numbers[a] || byPoint(layer, a, b);
    const shelf = [], coarse = [], fine = [], ends = reachesOf(layer);
    for (let place = 0; place < numbers.length; place += 1) {
      if (deepest[place] > last || !reaches(ends, place, box)) continue;
      if (deepest[place] < zoom) shelf.push(place);
      else if (!area[place]) (deepest[place] < KEPT_BELOW ? coarse : fine).push(place);
    }
    // Far out there are thousands: the largest ones, before any filter.
    const largest = coarse.sort((a, b) => radius(b) - radius(a) || byPoint(layer, a, b))
      .slice(0, MOST_DISCS);
    const isThere = (place) => numbers[place] > 0;
    return { shelf: shelf.filter(isThere).sort(byCount),
      discs: [...largest, ...fine].filter(isThere).sort(byCount).slice(0, MOST_DISCS) };
  }

  /** `Engine.view` and `api.view`: all that a viewport shows of some incidents. */
  function view(layer, chosen, numbers, total, box, zoom) {
    const shown = shownZoom(box, zoom);
    const markers = markersOf(layer, chosen, box, shown);
    const { shelf, discs } = vagueIn(layer, chosen, numbers, box, shown);
    const marked = markers.map(({ place }) => place).filter((place) => place !== null);
    const told = [...areasInSight(layer, numbers, box, zoom), ...marked];
    const isMarked = new Set(marked);
    const named = shelf.slice(0, MOST_NAMED);
    const categories = namesIn(layer, markers);
    const sum = (places) => places.reduce((all, place) => all + numbers[place], 0);
    const placed = numbers.reduce((all, n) => all + n, 0);
    const inside = markers.reduce((all, { n }) => all + n, 0) + sum(shelf);
    return {
      total,
      columns: COLUMNS,
      categories,
      groups: markers.map((cell) => groupRow(layer, cell, decimalsOf(zoom), categories)),
      places: Object.fromEntries(told.map((place) =>
        [place, placeJson(layer, place)])),
      discs: discs.filter((place) => !isMarked.has(place))
        .map((place) => discRow(layer, place, decimalsOf(zoom))),
      shelf: named.map((place) => ({ ...placeJson(layer, place),
        place: `${place}`, name: wordsOf(layer, place)[1], n: numbers[place] })),
      further: { places: shelf.length - named.length, n: sum(shelf.slice(MOST_NAMED)) },
      outside: Math.max(0, placed - inside),
    };
  }

  /* ---- the first view ---- */

  const WORLD = [-180, -90, 180, 90];

  /** `focus_of`: where most of some incidents are, and how close to come at most. */
  function focus(layer, chosen) {
    const shift = cellShift(CELLS_ZOOM);
    for (const zoom of [LEAST_ZOOM, -1]) {
      const cells = cellsInSight(layer, chosen, WORLD, zoom, shift);
      if (!cells.length) continue;
      const kept = densest(aroundTheWorld(cells), shift);
      const low = (axis) => Math.min(...kept.map((cell) => cell.low[axis]));
      const high = (axis) => Math.max(...kept.map((cell) => cell.high[axis]));
      return { extent: [wrapped(lonOf(low(0))), latOf(high(1)), wrapped(lonOf(high(0))),
        latOf(low(1))], zoom: commonZoom(layer, chosen) };
    }
    return null;
  }

  /** `_densest`: the cells without outliers, or all where leaving out gains little. */
  function densest(cells, shift) {
    const size = 2 ** shift;
    const spots = cells.map(({ x, y }) => [Math.floor(x / size), Math.floor(y / size)]);
    const first = [0, 1].map((axis) => Math.min(...spots.map((spot) => spot[axis])));
    const [columns, lines] = [0, 1].map((axis) =>
      Math.max(...spots.map((spot) => spot[axis])) - first[axis] + 1);
    // How many incidents lie before each column and line.
    const before = Array.from({ length: columns + 1 }, () => new Float64Array(lines + 1));
    cells.forEach(({ n }, i) => { before[spots[i][0] - first[0] + 1][spots[i][1] - first[1] + 1] += n; });
    for (let c = 1; c <= columns; c += 1) {
      for (let l = 1; l <= lines; l += 1) {
        before[c][l] += before[c - 1][l] + before[c][l - 1] - before[c - 1][l - 1];
      }
    }
    const least = Math.ceil(MOST_SHARE * before[columns][lines]);
    let best = [0, columns - 1, 0, lines - 1], smallest = columns + lines;
    for (let left = 0; left < columns; left += 1) {
      for (let right = left; right < columns; right += 1) {
        const held = (line) => before[right + 1][line] - before[left][line];
        if (held(lines) < least || right - left + 2 >= smallest) continue;
        let end = 0, height = Infinity, top = 0, bottom = 0;
        for (let begin = 0; begin < lines; begin += 1) {
          while (end <= lines && held(end) < held(begin) + least) end += 1;
          if (end > lines) break;
          if (end - begin < height) [height, top, bottom] = [end - begin, begin, end - 1];
        }
        if (right - left + 1 + height < smallest) {
          smallest = right - left + 1 + height;
          best = [left, right, top, bottom];
        }
      }
    }
    const [left, right, top, bottom] = best;
    if (right - left + bottom - top + 2 > WORTH * (columns + lines)) return cells;
    return cells.filter((_, i) => {
      const [column, line] = [spots[i][0] - first[0], spots[i][1] - first[1]];
      return column >= left && column <= right && line >= top && line <= bottom;
    });
  }

  /** `_common_zoom`: up to which half of what is placed still stands on the ground. */
  function commonZoom(layer, chosen) {
    const numbers = new Map();
    let placed = 0;
    for (let row = 0; row < chosen.length; row += 1) {
      if (!chosen[row] || layer.place[row] === NO_PLACE) continue;
      const deepest = layer.place_deepest[layer.place[row]];
      numbers.set(deepest, (numbers.get(deepest) ?? 0) + 1);
      placed += 1;
    }
    let standing = 0;
    for (const deepest of [...numbers.keys()].sort((a, b) => b - a)) {
      standing += numbers.get(deepest);
      if (standing >= STANDING * placed) return Math.max(0, deepest);
    }
    return 0;
  }

  return { view, focus, shownZoom, vagueIn };
})();
