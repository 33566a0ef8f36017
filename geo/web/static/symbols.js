/*
 * Drawing without text as markup: elements made by name, and each category's symbol.
 *
 * Texts go through append() as text nodes; nothing here takes HTML.
 */
"use strict";

window.incidentSymbols = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  /** The categories by id, once the server has told them. */
  let categories = {};

  /** Make an element: attributes by name, text verbatim, children in order; links only to the web. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", value);
      else if (name === "href" && !/^https?:\/\//i.test(value)) continue;
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== ""));
    return node;
  }

  function draw(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /**
   * The outline of a category's symbol around (c, c), radius 9.
   *
   * Coordinates are written out, here and in pictureOf: a browser puts each part that
   * has a transform together on its own, and a map has hundreds of them.
   */
  function outline(symbol, c) {
    const points = (pairs, turn = 0) => pairs.map(([x, y]) =>
      [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)]
        .map((value) => (c + value).toFixed(1)).join(",")).join(" ");
    const polygon = (corners, turn, radius = () => 10) => draw("polygon", { points: points(
      Array.from({ length: corners }, (_, i) => {
        const angle = turn + (i * 2 * Math.PI) / corners;
        return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
      })) });
    const rect = (width, height) => draw("rect",
      { x: c - width / 2, y: c - height / 2, width, height, rx: 1.5 });
    const arms = (turn) => draw("polygon", { points: points([[-w, -9], [w, -9], [w, -w], [9, -w], [9, w],
      [w, w], [w, 9], [-w, 9], [-w, w], [-9, w], [-9, -w], [-w, -w]], turn) });
    const up = -Math.PI / 2, w = 3.6;
    switch (symbol) {
      case "square": return rect(16, 16);
      case "bar": return rect(20, 10);
      case "diamond": return polygon(4, up);
      case "triangle": return polygon(3, up, () => 11);
      case "triangle-down": return polygon(3, -up, () => 11);
      case "pentagon": return polygon(5, up);
      case "hexagon": return polygon(6, 0);
      case "star": return polygon(10, up, (i) => (i % 2 ? 5 : 11));
      case "plus": return arms(0);
      case "cross": return arms(Math.PI / 4);
      default: return draw("circle", { cx: c, cy: c, r: 8.5 });
    }
  }

  /** A category's symbol around (c, c); its filling tells how sure the report is. */
  function symbolOf(categoryId, look, c = 12) {
    const category = categories[categoryId] || { color: "var(--soft)", symbol: "circle" };
    const edge = outline(category.symbol, c), shape = outline(category.symbol, c);
    edge.setAttribute("class", "edge");
    shape.setAttribute("class", `shape ${look}`);
    const parts = [edge, shape];
    if (category.symbol === "ring") parts.push(draw("circle", { cx: c, cy: c, r: 3, class: "hole" }));
    if (look === "false") parts.push(draw("path", { d: `M${c - 9},${c + 9}l18,-18`, class: "strike" }));
    const whole = draw("g", {}, ...parts);
    whole.style.setProperty("--color", category.color);
    return whole;
  }

  /** A symbol as a small picture: in a list, in the legend, in a record. */
  function sample(categoryId, look) {
    return draw("svg", { width: 24, height: 24, viewBox: "0 0 24 24", "aria-hidden": "true" },
      symbolOf(categoryId, look));
  }

  const miniature = (row) => sample(row.category, row.kind === "plan" ? "plan" : row.status);

  /** A ring around (c, c) whose parts tell which categories a marker stands for. */
  function ring(group, radius, c) {
    const parts = [];
    const at = (share) => {
      const angle = 2 * Math.PI * share - Math.PI / 2;
      return `${(c + radius * Math.cos(angle)).toFixed(2)},${(c + radius * Math.sin(angle)).toFixed(2)}`;
    };
    let done = 0;
    for (let i = 0; i < group.mix.length; i += 2) {
      const share = group.mix[i + 1] / group.n;
      const stroke = categories[group.mix[i]]?.color ?? "#555";
      // An arc that ends where it begins would be none.
      parts.push(share > 0.999 ? draw("circle", { cx: c, cy: c, r: radius, class: "part", stroke })
        : draw("path", { d: `M${at(done)}A${radius},${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(done + share)}`,
          class: "part", stroke }));
      done += share;
    }
    return parts;
  }

  /**
   * The picture of a marker, and where its point is: { picture, size, anchor }.
   *
   * One incident has the symbol of its category, several have their number in a ring; a
   * stem says that the point is exact.
   */
  function pictureOf(group, exact) {
    const radius = group.n > 1 ? Math.min(22, 9 + 2.4 * Math.log2(group.n)) : 12;
    const width = Math.ceil(2 * radius + 12), c = width / 2;
    const height = width + (exact ? 12 : 0);
    const picture = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    if (exact) picture.append(draw("path", { d: `M${c},${c + 6}V${height - 1}`, class: "stem" }));
    if (group.n === 1) {
      picture.append(symbolOf(group.category, group.look, c));
    } else {
      const count = draw("text", { x: c, y: c, class: "count", dy: "0.36em" });
      count.textContent = group.n > 9999 ? `${Math.round(group.n / 1000)}k` : group.n;
      picture.append(...["rim-edge", "rim"].map((name) => draw("circle", { cx: c, cy: c, r: radius + 2, class: name })),
        ...ring(group, radius + 2, c), draw("circle", { cx: c, cy: c, r: radius, class: "badge" }), count);
    }
    return { picture, size: [width, height], anchor: [c, exact ? height - 1 : c] };
  }

  return { make, draw, sample, miniature, pictureOf, use: (given) => { categories = given; } };
})();
