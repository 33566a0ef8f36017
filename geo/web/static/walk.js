/*
 * The walk through a story: its text beside the map, one stop after the other, by scrolling,
 * buttons, arrow keys, a swipe, or a click on the words. Without it the page is a plain text
 * with links.
 *
 * The map is the one that others embed, in a frame. What a stop shows is the fragment of
 * that frame's address (own-walk.js); which stop it is, the fragment of the page's own.
 */
"use strict";

(() => {
  const beside = document.querySelector(".beside"), turns = document.querySelector(".turns");
  const stops = [...document.querySelectorAll(".stop")];
  if (!stops.length) return;
  const [back, on] = turns.querySelectorAll("button");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** A finger that goes so far sideways, and less than half as far up or down, swipes. */
  const SWIPE_PX = 50;
  /** The map follows the reader's scrolling when it has rested so long: it passes many stops. */
  const REST_MS = 160;
  /** Keys by which a page is scrolled. */
  const SCROLLING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);
  const aloud = document.querySelector(".aloud");
  const address = new URL(beside.dataset.map, document.baseURI).href;
  let at = 0, turn = 0, frame = null, touched = null;
  /** Whether the reader scrolls, and not this script; what waits until that rests. */
  let byHand = false, awaited = null, resting = 0;

  /** Ask the map for something else; the number makes it new, even where it is the same. */
  function ask(shown) {
    turn += 1;
    const asked = `${address}#${shown}&turn=${turn}`;
    // Replaced, so that the browser's way back leads out of the story.
    if (frame) return frame.contentWindow.location.replace(asked);
    frame = document.createElement("iframe");
    for (const [name, value] of [["src", asked], ["title", "Map"], ["allow", "fullscreen"]]) {
      frame.setAttribute(name, value);
    }
    return beside.append(frame);
  }

  /** Stand at a stop: mark its words. */
  function stand(number) {
    at = Math.min(Math.max(0, number), stops.length - 1);
    for (const stop of stops) stop.removeAttribute("aria-current");
    stops[at].setAttribute("aria-current", "step");
    // Not disabled: that would take the focus away from whoever presses it.
    back.setAttribute("aria-disabled", `${at === 0}`);
    on.setAttribute("aria-disabled", `${at === stops.length - 1}`);
    turns.querySelector("span").textContent = `${at + 1} of ${stops.length}`;
  }

  /** Let the map show what the words of the stop rest on, and the address name it. */
  function show() {
    clearTimeout(resting);
    window.history.replaceState(null, "", `#${stops[at].id}`);
    ask(stops[at].dataset.map);
  }

  /** Go to a stop, bring its words into sight, and have them read aloud. */
  function go(number) {
    if (!stops[number]) return;
    stand(number);
    show();
    const stop = stops[at];
    byHand = false;
    window.scrollTo({ top: placeOf(stop), behavior: still.matches ? "instant" : "smooth" });
    const heading = stop.closest("section").querySelector("h2")?.textContent ?? "";
    aloud.textContent =
      [`${at + 1} of ${stops.length}.`, heading && `${heading}.`, stop.textContent]
        .join(" ").replace(/\s+/g, " ").trim();
  }

  /* ---- the place of reading ---- */

  /**
   * The line at which a reader reads. At the beginning of the page it is at the top of the
   * room that the text has, at its end at the bottom, and between as far down as the page is
   * scrolled: so every stop comes to it, the last ones too, and a page needs no empty end.
   *
   * Returns the room's `top` and `size` in pixels of the window, how far the page can be
   * scrolled, and how `long` all of it is that passes through the room.
   */
  function reading() {
    // What the map takes above the text, on a phone.
    const top = parseFloat(getComputedStyle(stops[0]).scrollMarginTop) || 0;
    const size = turns.getBoundingClientRect().top - top;
    const far = document.documentElement.scrollHeight - window.innerHeight;
    return { top, size, far, long: far + size };
  }

  /**
   * How far the page is scrolled for a stop to be read: as large a share of the way as of
   * the page lies before it. It is whole in the room then, and the line crosses it.
   */
  function placeOf(stop) {
    const { top, far, long } = reading();
    const { top: edge, height } = stop.getBoundingClientRect();
    const before = edge + window.scrollY - top;
    // One that is higher than the room begins at its top.
    return Math.min(before, (far * before) / Math.max(1, long - height));
  }

  /** The number of the stop at the line, or of the one before it. */
  function stopAtLine() {
    const { top, size, far } = reading();
    const line = top + (size * window.scrollY) / Math.max(1, far);
    const next = stops.findIndex((stop) => stop.getBoundingClientRect().top > line + 1);
    return next < 0 ? stops.length - 1 : Math.max(0, next - 1);
  }

  /** Follow the reader's scrolling: the words at once, the map when it rests. */
  function hearScroll() {
    if (!byHand || awaited) return;
    awaited = requestAnimationFrame(() => {
      awaited = null;
      const number = byHand ? stopAtLine() : at;
      if (number === at) return;
      stand(number);
      clearTimeout(resting);
      resting = setTimeout(show, REST_MS);
    });
  }

  const isPlain = (event) => !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;

  /** Stand where the address says. */
  const named = () => stops.findIndex(({ id }) => `#${id}` === window.location.hash);

  function hearClick(event) {
    const stop = event.target.closest(".stop");
    const link = event.target.closest("a");
    if (!stop || event.button || !isPlain(event)) return;
    // Words that are being marked are to be copied.
    if (!link && window.getSelection().isCollapsed) go(stops.indexOf(stop));
    const { incident, query } = link?.dataset ?? {};
    if (!incident && !query) return;
    event.preventDefault();
    if (stop !== stops[at]) go(stops.indexOf(stop));
    aloud.textContent = `Shown on the map: ${link.textContent}`;
    ask(query ? `walk=yes&${query}`
      : `${stop.dataset.map}&incident=${encodeURIComponent(incident)}`);
  }

  function hearFinger({ changedTouches: [{ clientX, clientY }] }) {
    const [x, y] = touched ? [clientX - touched.clientX, clientY - touched.clientY] : [0, 0];
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) go(at + (x < 0 ? 1 : -1));
  }

  document.documentElement.classList.add("walking");
  beside.hidden = turns.hidden = false;
  back.addEventListener("click", () => go(at - 1));
  on.addEventListener("click", () => go(at + 1));
  document.addEventListener("keydown", (event) => {
    // Puts away what is open over the map.
    if (event.key === "Escape") ask(stops[at].dataset.map);
    // A button that is pressed by the space bar scrolls nothing.
    if (SCROLLING.has(event.key) && !event.target.closest("button")) byHand = true;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !isPlain(event)) return;
    event.preventDefault();
    go(at + by);
  });
  document.querySelector("main").addEventListener("click", hearClick);
  document.addEventListener("touchstart", ({ touches }) => {
    touched = touches.length === 1 ? touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", hearFinger, { passive: true });
  for (const moved of ["wheel", "touchmove"]) {
    document.addEventListener(moved, () => { byHand = true; }, { passive: true });
  }
  document.addEventListener("pointerdown", ({ target, button }) => {
    // The bar beside the page, or the wheel pressed down.
    if (target === document.documentElement || button === 1) byHand = true;
  });
  window.addEventListener("scroll", hearScroll, { passive: true });
  window.addEventListener("hashchange", () => {
    if (named() >= 0 && named() !== at) go(named());
  });
  if (window.parent !== window) {
    // In a page of others, what leads away leads out of the frame.
    for (const link of document.querySelectorAll("a[href]:not([data-incident], [data-query])")) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noopener");
    }
  }
  if (named() > 0) {
    go(named());
  } else {
    stand(0);
    ask(stops[0].dataset.map);
  }
})();
