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

  /** Make an element: attributes by name, text verbatim, children in order. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", value);
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

  /** The outline of a category's symbol around (0, 0), radius 9. */
  function outline(symbol) {
    const polygon = (sides, turn, radius = 10) => Array.from({ length: sides }, (_, i) => {
      const angle = turn + (i * 2 * Math.PI) / sides;
      return `${(radius * Math.cos(angle)).toFixed(1)},${(radius * Math.sin(angle)).toFixed(1)}`;
    }).join(" ");
    const up = -Math.PI / 2;
    const star = Array.from({ length: 10 }, (_, i) => {
      const angle = up + (i * Math.PI) / 5, radius = i % 2 ? 5 : 11;
      return `${(radius * Math.cos(angle)).toFixed(1)},${(radius * Math.sin(angle)).toFixed(1)}`;
    }).join(" ");
    const arm = (w) => `${-w},-9 ${w},-9 ${w},${-w} 9,${-w} 9,${w} ${w},${w} ${w},9 ${-w},9 ${-w},${w} -9,${w} -9,${-w} ${-w},${-w}`;
    switch (symbol) {
      case "square": return draw("rect", { x: -8, y: -8, width: 16, height: 16, rx: 1.5 });
      case "bar": return draw("rect", { x: -10, y: -5, width: 20, height: 10, rx: 1.5 });
      case "diamond": return draw("polygon", { points: polygon(4, up) });
      case "triangle": return draw("polygon", { points: polygon(3, up, 11) });
      case "triangle-down": return draw("polygon", { points: polygon(3, -up, 11) });
      case "pentagon": return draw("polygon", { points: polygon(5, up) });
      case "hexagon": return draw("polygon", { points: polygon(6, 0) });
      case "star": return draw("polygon", { points: star });
      case "plus": return draw("polygon", { points: arm(3.6) });
      case "cross": return draw("polygon", { points: arm(3.6), transform: "rotate(45)" });
      default: return draw("circle", { r: 8.5 });
    }
  }

  /** A category's symbol; its filling tells how sure the report is. */
  function symbolOf(categoryId, look) {
    const category = categories[categoryId] || { color: "var(--soft)", symbol: "circle" };
    const shape = outline(category.symbol);
    shape.setAttribute("class", `shape ${look}`);
    const parts = [shape];
    if (category.symbol === "ring") parts.push(draw("circle", { r: 3, class: "hole" }));
    if (look === "false") parts.push(draw("path", { d: "M-9,9L9,-9", class: "strike" }));
    const whole = draw("g", {}, ...parts);
    whole.style.setProperty("--color", category.color);
    return whole;
  }

  function miniature(row) {
    const look = row.kind === "plan" ? "plan" : row.status;
    return draw("svg", { width: 24, height: 24, viewBox: "-12 -12 24 24", "aria-hidden": "true" },
      symbolOf(row.category, look));
  }

  return { make, draw, symbolOf, miniature, use: (given) => { categories = given; } };
})();
