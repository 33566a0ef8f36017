/*
 * Drawing without text as markup: elements made by name, and each category's symbol.
 *
 * Texts go through append() as text nodes; nothing here takes HTML.
 */
"use strict";

window.incidentSymbols = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  /**
   * What stands for no category: the legend's examples of how sure a report is. Dark in
   * both themes, as symbols are white inside in both.
   */
  const PLAIN = { color: "#37424a", outline: { radius: 8.5 } };
  /** The categories by id, once the server has told them. */
  let categories = {};

  /**
   * Make an element: attributes by name, text verbatim, children in order and empty ones
   * left out; links only to the web.
   */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", value);
      else if (name === "href" && !/^https?:\/\//i.test(value)) continue;
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child || child === 0));
    return node;
  }

  function draw(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /**
   * What many pictures have alike, by what sets it apart. It is made once and copied:
   * setting twenty attributes takes longer than copying what has them.
   */
  const alike = new Map();

  function copyOf(key, makeOne) {
    if (!alike.has(key)) alike.set(key, makeOne());
    return alike.get(key).cloneNode(true);
  }

  /**
   * The outline of a symbol around (c, c), from its points or its radius in pixels
   * (geo/model/symbols.json, which the exports draw by too).
   *
   * Coordinates are written out, here and in pictureOf: a browser puts each part that
   * has a transform together on its own, and a map has hundreds of them.
   */
  function outlineOf({ points, radius }, c) {
    if (!points) return draw("circle", { cx: c, cy: c, r: radius });
    const corners = points.map((corner) => corner.map((value) => (c + value).toFixed(1)));
    return draw("polygon", { points: corners.join(" ") });
  }

  /** A question mark around (c, c), for what the source itself could not verify. */
  const QUESTION = (c) => `M${c - 2.4},${c - 2.2}a2.4,2.4 0 1 1 3.6,2.1`
    + `q-1.2,0.7 -1.2,1.9M${c},${c + 4.6}v0.01`;

  /**
   * A category's symbol around (c, c). It tells how sure the report is by its filling
   * and its rim, and not by colour: full for reported, hollow for alleged, dashed with a
   * question mark for unverified, dotted for planned, struck out for false.
   */
  function symbolOf(categoryId, look, c = 12) {
    const { color, outline } = categories[categoryId] ?? PLAIN;
    const edge = outlineOf(outline, c), shape = outlineOf(outline, c);
    edge.setAttribute("class", `edge ${look}`);
    shape.setAttribute("class", `shape ${look}`);
    const parts = [edge, shape];
    const hole = look === "unverified" ? 0 : outline.hole_radius;
    if (hole) parts.push(draw("circle", { cx: c, cy: c, r: hole, class: "hole" }));
    if (look === "unverified") parts.push(draw("path", { d: QUESTION(c), class: "doubt" }));
    if (look === "false") {
      parts.push(draw("path", { d: `M${c - 9},${c + 9}l18,-18`, class: "strike" }));
    }
    const whole = draw("g", {}, ...parts);
    whole.style.setProperty("--color", color);
    return whole;
  }

  /** A symbol as a small picture: in a list, in the legend, in a record. */
  function sample(categoryId, look) {
    return draw("svg",
      { width: 24, height: 24, viewBox: "0 0 24 24", overflow: "visible", "aria-hidden": "true" },
      symbolOf(categoryId, look));
  }

  const miniature = (record) => sample(record.category, record.status);

  /** A ring around (c, c) whose parts tell which categories a marker stands for. */
  function ring(group, radius, c) {
    const parts = [];
    const at = (share) => {
      const angle = 2 * Math.PI * share - Math.PI / 2;
      const point = [c + radius * Math.cos(angle), c + radius * Math.sin(angle)];
      return point.map((value) => value.toFixed(2)).join(",");
    };
    let done = 0;
    for (let i = 0; i < group.mix.length; i += 2) {
      const share = group.mix[i + 1] / group.n;
      const stroke = categories[group.mix[i]]?.color ?? "#555";
      // An arc that ends where it begins would be none.
      const arc = `A${radius},${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(done + share)}`;
      const part = share > 0.999 ? copyOf(`whole ${radius}`, () => disc(radius, c, "part"))
        : copyOf("part", () => draw("path", { class: "part" }));
      if (share <= 0.999) part.setAttribute("d", `M${at(done)}${arc}`);
      part.setAttribute("stroke", stroke);
      parts.push(part);
      done += share;
    }
    return parts;
  }

  /**
   * The picture of a marker, and where its point is: { picture, size, anchor }.
   *
   * One incident has the symbol of its category, several have their number in a ring; a
   * stem says that the point is exact, dots around it that nobody said how exact. `group`
   * holds `n` incidents, their categories as `mix` (id, count, id, count ..., most first)
   * and the `look` of a single one.
   */
  function pictureOf(group, { exact, unsaid }) {
    const isOne = group.n === 1;
    // By halves of a pixel, so that a map of a hundred markers has a dozen sizes.
    const radius = isOne ? 12 : Math.min(22, 9 + Math.round(4.8 * Math.log2(group.n)) / 2);
    const width = Math.ceil(2 * radius + 12), c = width / 2;
    const height = width + (exact ? 12 : 0);
    const inside = isOne ? `${group.mix[0]} ${group.look}` : radius;
    const picture = copyOf(`${inside} ${exact} ${unsaid}`, () => draw("svg",
      { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
      ...(exact ? [draw("path", { d: `M${c},${c + 6}V${height - 1}`, class: "stem" })] : []),
      ...(unsaid ? dotsOf(radius + (isOne ? 3 : 5), c) : []),
      ...(isOne ? [symbolOf(group.mix[0], group.look, c)] : badgeOf(radius, c))));
    if (!isOne) {
      const count = picture.lastChild;
      count.textContent = group.n > 9999 ? `${Math.round(group.n / 1000)}k` : group.n;
      count.previousSibling.before(...ring(group, radius + 2, c));
    }
    return { picture, size: [width, height], anchor: [c, exact ? height - 1 : c] };
  }

  const disc = (r, c, name) => draw("circle", { cx: c, cy: c, r, class: name });
  const dotsOf = (r, c) => [disc(r, c, "dots-edge"), disc(r, c, "dots")];

  /** What stands for several incidents, but for its ring and the number, which is last. */
  const badgeOf = (radius, c) => [disc(radius + 2, c, "rim-edge"), disc(radius + 2, c, "rim"),
    disc(radius, c, "badge"), draw("text", { x: c, y: c, class: "count", dy: "0.36em" })];

  /** The label of a category in words; an unknown one keeps its id. */
  const labelOf = (categoryId) => categories[categoryId]?.label ?? categoryId;

  /** Take the categories that the server tells; all else here waits for them. */
  function use(told) {
    categories = told;
    alike.clear();
  }

  return { make, draw, sample, miniature, pictureOf, labelOf, use };
})();
