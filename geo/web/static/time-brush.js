/*
 * The bars of time under the map: drag over them to choose dates, or let a window
 * move through them. The map follows at once; Streamlit hears only of the choice,
 * so neither dragging nor playing reruns the page.
 *
 * A solid bar counts incidents that lie in that month, or in that year where months would
 * be too many; the pale part on top counts further ones that may. A stretch in which
 * nothing changes is one break.
 */
"use strict";

window.timeBrush = (() => {
  const BARS = 58, STEP_MS = 650, WINDOW = 3;
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const { make, draw } = window.incidentSymbols;
  let root, picture, caption, button, handlers;
  let bins = [], openEnded = 0;
  /** The first and the last bar chosen; where a drag began; where playing is. */
  let chosen = null, drag = null, timer = null, at = 0;

  const number = (count) => count.toLocaleString("en");
  const month = (day) => `${MONTHS[Number(day.slice(5, 7)) - 1]} ${Number(day.slice(0, 4))}`;
  const isYear = (from, to) => from.slice(0, 4) === to.slice(0, 4)
    && from.slice(5, 7) === "01" && to.slice(5, 7) === "12";
  function spanWords(from, to) {
    if (isYear(from, to)) return `${Number(from.slice(0, 4))}`;
    return month(from) === month(to) ? month(from) : `${month(from)} to ${month(to)}`;
  }
  /** What one bar stands for: a month, or a year in a layer of many. */
  const unitWord = () =>
    (bins.some(({ gap, from, to }) => !gap && month(from) !== month(to)) ? "year" : "month");
  const spanOf = ([low, high]) => ({ from: bins[low].from, to: bins[high].to });

  function start(above, given) {
    handlers = given;
    button = make("button", { type: "button", class: "play",
      "aria-label": "Play through time", title: "Play through time",
      onclick: () => (timer ? pause() : play()) }, "▶");
    caption = make("p", { class: "caption", "aria-live": "polite" });
    picture = draw("svg", { class: "bars", role: "img" });
    root = make("div", { class: "time-brush" },
      make("div", { class: "head" }, button, caption), picture);
    above.after(root);
    picture.addEventListener("pointerdown", (event) => {
      if (!bins.length) return;
      pause();
      picture.setPointerCapture(event.pointerId);
      drag = indexAt(event);
      choose([drag, drag]);
    });
    picture.addEventListener("pointermove", (event) => {
      if (drag === null) return;
      const here = indexAt(event);
      choose([Math.min(drag, here), Math.max(drag, here)]);
    });
    picture.addEventListener("pointerup", () => {
      if (drag === null) return;
      drag = null;
      handlers.choose(spanOf(chosen));
    });
    picture.addEventListener("pointercancel", () => { drag = null; });
    new ResizeObserver(() => layout()).observe(picture);
  }

  /** Widths: a break takes two bars' room, so that no bar is squeezed. */
  const widthOf = (bin) => (bin.gap ? 2 : 1);
  function offsets() {
    const edges = [0];
    for (const bin of bins) edges.push(edges[edges.length - 1] + widthOf(bin));
    return edges;
  }

  /** Few bars do not fill the width: a lone month must not look like a year. */
  const room = (edges) => Math.max(24, edges[edges.length - 1]);

  function indexAt(event) {
    const box = picture.getBoundingClientRect();
    const edges = offsets();
    const x = ((event.clientX - box.left) / box.width) * room(edges);
    const next = edges.findIndex((edge) => edge > x);
    const index = next < 0 ? bins.length - 1 : next - 1;
    return Math.max(0, Math.min(bins.length - 1, index));
  }

  /** New bars for a change of filters; the dates of the query are marked on them. */
  function paint(given, without, query) {
    bins = given;
    openEnded = without;
    const parameters = new URLSearchParams(query);
    const from = parameters.get("from"), to = parameters.get("to");
    chosen = null;
    if (bins.length && (from || to)) {
      const low = from ? bins.findIndex((bin) => bin.to >= from) : 0;
      const high = to ? bins.findLastIndex((bin) => bin.from <= to) : bins.length - 1;
      if (low >= 0 && high >= low) chosen = [low, high];
    }
    if (!timer) layout();
  }

  function choose(range) {
    chosen = range;
    layout();
    handlers.preview(spanOf(range));
  }

  function layout() {
    if (!root) return;
    button.disabled = !bins.length;
    const width = picture.clientWidth || 1;
    const edges = offsets();
    const unit = width / room(edges);
    const most = Math.max(1, ...bins.map((bin) => bin.certain + bin.possible));
    const scale = (count) => (count ? Math.max(2, (count / most) * (BARS - 6)) : 0);
    picture.setAttribute("viewBox", `0 0 ${width} ${BARS + 16}`);
    picture.replaceChildren();
    let lastLabel = -40;
    bins.forEach((bin, index) => {
      const x = edges[index] * unit, w = Math.max(1, widthOf(bin) * unit - 1);
      const inside = !chosen || (index >= chosen[0] && index <= chosen[1]);
      picture.append(draw("g", { class: inside ? "bin" : "bin outside" },
        ...barOf(bin, x, w, scale)));
      const begins = index === 0 || bin.from.slice(5, 7) === "01" || bins[index - 1].gap;
      if (!bin.gap && begins && x - lastLabel > 34 && x < width - 26) {
        picture.append(textOf(Number(bin.from.slice(0, 4)), { x, y: BARS + 13, class: "year" }));
        lastLabel = x;
      }
    });
    if (chosen) {
      const x = edges[chosen[0]] * unit;
      picture.append(draw("rect", { x, y: 0.5, width: edges[chosen[1] + 1] * unit - x,
        height: BARS - 1, class: "window" }));
    }
    caption.textContent = captionWords();
    picture.setAttribute("aria-label",
      `Incidents by ${unitWord()}. Drag to choose dates, or use the date fields.`);
  }

  function textOf(words, attributes) {
    const text = draw("text", attributes);
    text.textContent = words;
    return text;
  }

  /** The parts of one bar, or of a break: its words, its ground, what it counts. */
  function barOf(bin, x, width, scale) {
    const title = draw("title", {});
    title.textContent = bin.gap ? `${month(bin.from)} to ${month(bin.to)}: no change`
      : `${spanWords(bin.from, bin.to)}: ${number(bin.certain)} happened then, `
        + `${number(bin.possible)} more may have`;
    const rect = (y, height, name) => draw("rect", { x, y, width, height, class: name });
    const ground = rect(0, BARS, "ground");
    if (bin.gap) {
      return [title, ground, textOf("⋯", { x: x + width / 2, y: BARS - 3, class: "gap" })];
    }
    const solid = scale(bin.certain), pale = scale(bin.possible);
    return [title, ground, rect(BARS - solid - pale, pale, "possible"),
      rect(BARS - solid, solid, "certain")];
  }

  function captionWords() {
    if (chosen) return spanWords(bins[chosen[0]].from, bins[chosen[1]].to);
    if (!bins.length) return "None of these incidents has a date that fits into bars.";
    const pale = bins.some(({ possible }) => possible) ? "; the pale part may have happened then" : "";
    const explained = `Incidents by ${unitWord()}${pale}. Drag to choose dates.`;
    const more = `${number(openEnded)} with no known start or end ${openEnded === 1 ? "is" : "are"} left out.`;
    return openEnded ? `${explained} ${more}` : explained;
  }

  /** Move a window through the bars, as wide as the choice, else three bars. */
  function play() {
    const choice = chosen ? chosen[1] - chosen[0] + 1 : bins.length;
    const wide = choice < bins.length ? choice : Math.min(WINDOW, bins.length);
    at = chosen && chosen[1] + 1 < bins.length ? chosen[0] : 0;
    button.textContent = "❚❚";
    button.setAttribute("aria-label", "Pause");
    const step = () => {
      const isEmpty = () => bins.slice(at, at + wide).every((bin) => bin.gap);
      while (at + wide < bins.length && isEmpty()) at += 1;
      choose([at, Math.min(bins.length - 1, at + wide - 1)]);
      if (at + wide >= bins.length) return pause();
      at += 1;
      return undefined;
    };
    timer = setInterval(step, STEP_MS);
    step();
  }

  function pause() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    button.textContent = "▶";
    button.setAttribute("aria-label", "Play through time");
    handlers.choose(spanOf(chosen));
  }

  return { start, paint };
})();
