/*
 * How the ground looks: quiet, light and dark from the same tiles, and names that keep
 * clear of the markers.
 */
"use strict";

window.groundLook = (() => {
  const COLORS = {
    light: { sea: "#e8edf0", land: "#fbfaf7", water: "#dbe5ea", river: "#c9d8e0",
      border: "#c3bfb6", label: "#6f6b63", halo: "#ffffff",
      street: "#e3ded3", house: "#f1eee8", green: "#f0f3e9" },
    dark: { sea: "#14181c", land: "#22272c", water: "#171c21", river: "#2c3841",
      border: "#4d555e", label: "#a5abb2", halo: "#14181c",
      street: "#3a424a", house: "#292f35", green: "#222b29" },
  };
  /** Waters are coarser than coasts: nearer they would lie about where they are. */
  const LAST_RIVER = 8, LAST_LAKE = 10;
  /** Nearer than this an extract's streets are more exact than our borders. */
  const LAST_BORDER_IN_STREETS = 11;
  /** Kinds of land use that stand out, quietly. */
  const GREEN = ["park", "nature_reserve", "forest", "wood", "grass", "cemetery", "golf_course"];
  const COUNTRY_PX = 12, LINE_PX = 14, LONGEST_LINE = 14, LAST_COUNTRY = 8.5;
  /** Pixels between a town's dot and its name, and between names. */
  const GAP_PX = 4, ROOM_PX = 3;
  /** Labels are laid out so far from 0 that none is below it: there the library wraps. */
  const FAR = 100_000;

  /** What is drawn below the names, in order. */
  function paintRules(theme, zoom, withStreets) {
    const colors = COLORS[theme];
    const { LineSymbolizer, PolygonSymbolizer } = protomapsL;
    const area = (dataLayer, fill, rest = {}) =>
      ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill }), ...rest });
    const line = (dataLayer, options, rest = {}) =>
      ({ dataLayer, symbolizer: new LineSymbolizer({ lineJoin: "round", ...options }), ...rest });
    const width = zoom < 6 ? 0.8 : 1;
    const isDisputed = (_, feature) => feature.props.disputed === 1;
    const borders = withStreets && zoom > LAST_BORDER_IN_STREETS ? [] : [
      line("borders", { color: colors.border, width }, { filter: (...of) => !isDisputed(...of) }),
      // Neither side's: the line is only not drawn through.
      line("borders", { color: colors.border, width, dash: [5, 3] }, { filter: isDisputed }),
    ];
    return [
      area("land", colors.land),
      ...(zoom <= LAST_LAKE ? [area("lakes", colors.water)] : []),
      ...(zoom <= LAST_RIVER
        ? [line("rivers", { color: colors.river, width: Math.max(0.6, (zoom - 2) / 4) })] : []),
      ...(withStreets ? streetRules(colors, zoom) : []),
      ...borders,
    ];
  }

  const isArea = (feature) => feature.geomType === protomapsL.GeomType.Polygon;
  const ofKind = (kinds) => (_, { props }) => kinds.includes(props.kind);

  /** The streets of an extract, by the layers and kinds of Protomaps, widest last. */
  function streetRules(colors, zoom) {
    const { LineSymbolizer, PolygonSymbolizer } = protomapsL;
    const dataSource = "streets";
    const area = (dataLayer, fill, kinds) => ({ dataSource, dataLayer,
      symbolizer: new PolygonSymbolizer({ fill }),
      filter: (_, feature) => isArea(feature) && (!kinds || kinds.includes(feature.props.kind)) });
    const line = (color, width, kinds, rest = {}) => ({ dataSource, dataLayer: "roads",
      symbolizer: new LineSymbolizer({ color, width, lineJoin: "round", lineCap: "round", ...rest }),
      filter: ofKind(kinds) });
    /** Pixels of a road's width, which doubles in two zooms. */
    const wide = (at14) => Math.max(0.4, at14 * 2 ** ((zoom - 14) / 2));
    return [
      area("earth", colors.land), area("landuse", colors.green, GREEN), area("water", colors.sea),
      { dataSource, dataLayer: "water", filter: (_, feature) => !isArea(feature),
        symbolizer: new LineSymbolizer({ color: colors.sea, width: wide(1.5) }) },
      ...(zoom >= 14 ? [area("buildings", colors.house)] : []),
      line(colors.border, 0.8, ["rail"], { lineCap: "butt", dash: [6, 3] }),
      line(colors.street, wide(0.7), ["path", "other"]), line(colors.street, wide(2), ["minor_road"]),
      line(colors.street, wide(3), ["medium_road"]), line(colors.street, wide(4), ["major_road"]),
      line(colors.street, wide(5.5), ["highway"]),
    ];
  }

  /** Names of streets along them, and of quarters and villages. */
  function streetNames(colors, family) {
    const text = { labelProps: ["name"], fill: colors.label, stroke: colors.halo, width: 3,
      position: protomapsL.LineLabelPlacement.Center };
    const size = (zoom) => (zoom < 16 ? 10.5 : 12);
    const label = (dataLayer, kinds, symbolizer, rest = {}) =>
      ({ dataSource: "streets", dataLayer, symbolizer, filter: ofKind(kinds), ...rest });
    const street = new protomapsL.LineLabelSymbolizer({ ...text,
      font: (zoom) => `${size(zoom)}px ${family}` });
    const quarter = (font) => ({ place: (layout, geom, { props }) => (props.name
      ? placed(layout, geom[0][0], linesOf(props.name), { font: `${font} ${family}`, label: colors.label,
        halo: colors.halo, spacing: "0px" }, () => [[0, 0], [0, -18], [0, 18]]) : undefined) });
    return [
      label("places", ["locality"], quarter("600 12.5px")),
      label("roads", ["highway", "major_road"], street, { minzoom: 12 }),
      label("places", ["macrohood", "neighbourhood"], quarter("11px"), { minzoom: 12 }),
      label("roads", ["medium_road", "minor_road"], street, { minzoom: 15 }),
    ];
  }

  /* ---- names ---- */

  /** A name in lines of about the same length. */
  function linesOf(name) {
    const words = name.split(" ");
    if (name.length <= LONGEST_LINE || words.length === 1) return [name];
    const cuts = words.slice(1).map((_, i) =>
      [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
    const longest = (lines) => Math.max(...lines.map((text) => text.length));
    return cuts.reduce((best, lines) => (longest(lines) < longest(best) ? lines : best));
  }

  function write(ctx, lines, x, y, { font, label, halo, spacing }) {
    Object.assign(ctx, { font, fillStyle: label, strokeStyle: halo, lineWidth: 3,
      lineJoin: "round", textAlign: "center", textBaseline: "middle", globalAlpha: 1,
      letterSpacing: spacing });
    lines.forEach((text, i) => {
      const at = y + (i - (lines.length - 1) / 2) * LINE_PX;
      ctx.strokeText(text, x, at);
      ctx.fillText(text, x, at);
    });
  }

  const around = (x, y, halfWidth, halfHeight) =>
    ({ minX: x - halfWidth, maxX: x + halfWidth, minY: y - halfHeight, maxY: y + halfHeight });

  /** The first place for a name that nothing has taken, as the library wants labels. */
  function placed(layout, anchor, lines, look, shifts, dot) {
    layout.scratch.font = look.font;
    layout.scratch.letterSpacing = look.spacing;
    const halfWidth = Math.max(...lines.map((text) =>
      layout.scratch.measureText(text).width)) / 2 + ROOM_PX;
    const halfHeight = (lines.length * LINE_PX) / 2 + ROOM_PX / 2;
    for (const [x, y] of shifts(halfWidth, halfHeight)) {
      const box = around(anchor.x + x, anchor.y + y, halfWidth, halfHeight);
      if (layout.index.bboxCollides(box, Infinity)) continue;
      const draw = (ctx) => {
        dot?.(ctx);
        write(ctx, lines, x, y, look);
      };
      return [{ anchor, bboxes: [box, ...(dot ? [around(anchor.x, anchor.y, 3, 3)] : [])], draw }];
    }
    return undefined;
  }

  /** Names of countries: in the middle of their room, or a little beside it. */
  const country = (look) => ({
    place: (layout, geom, feature) => placed(layout, geom[0][0], linesOf(feature.props.name), look,
      () => [[0, 0], [0, -20], [0, 20], [-28, 0], [28, 0], [0, -40], [0, 40]]),
  });

  /** Names of towns: below the dot, above it, beside it; farther where a marker stands. */
  const town = (look, radius) => ({
    place(layout, geom, feature) {
      const [anchor] = geom[0];
      const covered = layout.index.bboxCollides(around(anchor.x, anchor.y, 2, 2), MARKERS);
      const away = covered ? 20 : GAP_PX;
      const dot = covered ? null : (ctx) => {
        ctx.beginPath();
        ctx.arc(0, 0, radius, 0, 2 * Math.PI);
        Object.assign(ctx, { fillStyle: look.label, strokeStyle: look.halo, lineWidth: 1.5 });
        ctx.stroke();
        ctx.fill();
      };
      return placed(layout, anchor, [feature.props.name], look,
        (w, h) => [[0, away + h - 2], [0, 2 - away - h], [away + w - 1, 0], [1 - away - w, 0]], dot);
    },
  });

  /** Markers are in the index before all names, and are overlapped by none. */
  const MARKERS = -1;

  function labelRules(theme, zoom, family, withStreets) {
    const { label, halo } = COLORS[theme];
    const look = (font, spacing = "0px") => ({ font: `${font} ${family}`, label, halo, spacing });
    const heavier = (one, other) => other.weight - one.weight;
    const rule = (kinds, symbolizer) => ({ dataLayer: "names", sort: heavier, symbolizer,
      filter: (_, feature) => kinds(feature.props) && feature.props.from <= zoom });
    const size = ({ weight }) => (weight >= 60 ? 12 : weight >= 47 ? 11 : 10);
    const towns = (px) => rule((props) => props.kind === "town" && size(props) === px,
      town(look(`${px + 0.5}px`), 1.8));
    return [
      rule((props) => props.kind === "capital", town(look("500 12.5px"), 2.5)),
      ...(zoom <= LAST_COUNTRY ? [rule((props) => props.kind === "country",
        country(look(`600 ${COUNTRY_PX}px`, "0.7px")))] : []),
      ...(withStreets ? streetNames(COLORS[theme], family) : []),
      towns(12), towns(11), towns(10),
    ];
  }

  /**
   * Choose and write the names of a view. `files` holds the tiles by their source,
   * `box` is the view in pixels of the map at that zoom, `taken` are the markers in
   * pixels from its corner, and `covered` tells of a point whether streets lie on it. All tiles are laid out as one, so that the more important name wins everywhere.
   */
  function writeNames(ctx, { files, box, zoom, theme, family, taken, covered }) {
    const rules = labelRules(theme, zoom, family, files.has("streets"));
    const layers = new Set(rules.map((rule) => rule.dataLayer));
    const merged = new Map([...files].map(([source, tiles]) =>
      [source, [asOne(tiles, layers, box, zoom, source ? null : covered)]]));
    const labeler = new protomapsL.Labeler(zoom, ctx, rules, Infinity, undefined);
    // Nothing is wrapped: beyond the 180th meridian tiles are laid out once more.
    labeler.index = new protomapsL.Index(Infinity, Infinity);
    for (const { x, y, halfWidth, halfHeight } of taken) {
      const marker = around(x + FAR, y + FAR, halfWidth, halfHeight);
      const label = { anchor: { x, y }, bboxes: [marker], draw: () => {} };
      labeler.index.insert(label, MARKERS, "markers");
    }
    labeler.add(merged);
    const whole = { minX: 0, minY: 0, maxX: Infinity, maxY: Infinity };
    for (const label of labeler.index.searchBbox(whole, Infinity)) {
      ctx.save();
      ctx.translate(label.anchor.x - FAR, label.anchor.y - FAR);
      label.draw(ctx);
      ctx.restore();
    }
  }

  /** Whether a point lies in the tile itself, not in the margin around it. */
  function isOwn({ origin, scale, place }, { bbox }) {
    const x = origin.x + bbox.minX * scale, y = origin.y + bbox.minY * scale;
    return x >= place.minX && x < place.maxX && y >= place.minY && y < place.maxY;
  }

  /** The tiles of one source as one tile, in pixels from the view's corner. */
  function asOne(tiles, layers, box, zoom, covered) {
    const data = new Map([...layers].map((layer) => [layer, []]));
    const seen = { minX: FAR, minY: FAR, maxX: FAR + box.max.x - box.min.x,
      maxY: FAR + box.max.y - box.min.y };
    for (const tile of tiles) {
      const shift = { x: FAR + tile.origin.x - box.min.x,
        y: FAR + tile.origin.y - box.min.y };
      const moved = ({ x, y }) => ({ x: x * tile.scale + shift.x, y: y * tile.scale + shift.y });
      for (const [layer, into] of data) {
        for (const feature of tile.data.get(layer) ?? []) {
          if (feature.props.from > zoom) continue;
          const low = moved({ x: feature.bbox.minX, y: feature.bbox.minY });
          const high = moved({ x: feature.bbox.maxX, y: feature.bbox.maxY });
          const isSeen = high.x >= seen.minX && low.x <= seen.maxX
            && high.y >= seen.minY && low.y <= seen.maxY;
          if (!isSeen || covered?.(low.x - FAR, low.y - FAR)) continue;
          // A point near a tile's edge is in its neighbour too, whose name it would be again.
          if (feature.geomType === protomapsL.GeomType.Point && !isOwn(tile, feature)) continue;
          into.push({ ...feature, bbox: { minX: low.x, minY: low.y, maxX: high.x, maxY: high.y },
            geom: feature.geom.map((part) => part.map((point) => Object.assign(point.clone(), moved(point)))) });
        }
      }
    }
    return { z: zoom, data, scale: 1, dim: Infinity, origin: { x: 0, y: 0 },
      dataTile: { z: Math.floor(zoom) - 1, x: 0, y: 0 } };
  }

  return { COLORS, paintRules, writeNames };
})();
