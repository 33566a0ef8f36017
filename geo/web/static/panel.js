/*
 * The panel beside the map: filters and the incidents in view, or the record of the open
 * one. On a phone it is a sheet over the map, which buttons below the map call up.
 *
 * What a screen reader reads in place of the map is here: a list of buttons, newest first.
 */
"use strict";

window.incidentPanel = (() => {
  const { make } = window.incidentSymbols;
  const { itemNode } = window.incidentPopups;
  const { filtersNode, numberOf } = window.incidentFilters;
  const { wholeNode } = window.incidentRecord;
  const source = window.incidentSource;
  /** Wait so long for the next change of the view: a drag over time makes many. */
  const REST_MS = 120;
  /** How many incidents the list has at first, as many as one sees, and at most. */
  const SEEN = 40, MOST = 100;
  const number = (count) => count.toLocaleString("en");
  const plural = (count, noun = "incident") => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
  let frame, panel, browse, heading, listing, reading, buttons, given, timer, request;
  /** The incidents that are listed, by id. */
  const known = new Map();
  /** What had the focus when a record was opened. */
  let opener = null;
  /** What showPlace() was called with, until the whole list is shown again. */
  let ofPlace = null;

  /**
   * Put the panel beside the map.
   *
   * `handlers` are `choose(filters)`, lists of values by name, `clear()` of all, `open(id)`
   * of a record, `close()` to go a step back from it, `leave()` to go back to the map,
   * `light(id)` or null for no light, `showAll()`, `asked()`: the filter in force with
   * the viewport, as parameters, and the `style()` of the map.
   */
  function start(map, handlers) {
    given = handlers;
    frame = map.getContainer().parentNode;
    // It stays where it is while the list changes: what is read aloud is its change.
    heading = make("h2", { tabindex: -1, "aria-live": "polite" });
    listing = make("div", {});
    browse = make("div", { class: "browse" }, heading, listing);
    reading = make("div", { class: "reading", hidden: "" });
    const close = make("button", { type: "button", class: "close-sheet",
      onclick: () => call(null) }, "Back to the map");
    panel = make("section", { class: "panel", "aria-label": "Incidents and filters" },
      close, filtersNode(given), browse, reading);
    const button = (name, words) => make("button", { type: "button", "aria-expanded": "false",
      "data-sheet": name, onclick: () => call(frame.dataset.sheet === name ? null : name) },
    words);
    buttons = make("div", { class: "sheets" }, button("list", "List"),
      button("filters", "Filters"));
    frame.append(buttons, panel);
    window.addEventListener("incidents-painted", () => {
      clearTimeout(timer);
      timer = setTimeout(() => refresh(), REST_MS);
    });
  }

  /** Whether the panel is a sheet over the map now. */
  const isSheet = () => getComputedStyle(buttons).display !== "none";

  /** Call up a sheet, or put it away; only a phone shows one. */
  function call(name) {
    if (!name && !reading.hidden && isSheet()) given.leave();
    frame.dataset.sheet = name ?? "";
    for (const button of buttons.children) {
      button.setAttribute("aria-expanded", `${button.dataset.sheet === name}`);
    }
  }

  /** Say on the buttons what the sheets hold. */
  function label(total, query) {
    const filters = numberOf(query);
    buttons.children[0].textContent = `List (${number(total)})`;
    buttons.children[1].textContent = filters ? `Filters (${filters} on)` : "Filters";
  }

  /* ---- the list ---- */

  /** List the first incidents of the view, or as many as there may be. */
  async function refresh(most = SEEN) {
    request?.abort();
    request = new AbortController();
    const asked = given.asked();
    asked.set("limit", most);
    try {
      const list = await source.list(asked, request.signal);
      paint(list);
      for (const name of ["viewport", "zoom", "limit"]) asked.delete(name);
      label(list.total, asked);
    } catch (error) {
      if (error.name === "AbortError") return;
      listing.replaceChildren(make("p", { class: "note", role: "status" },
        `The list could not be loaded (${error.message}).`),
      make("button", { type: "button", class: "plain", onclick: () => refresh(most) },
      "Try again"));
    }
  }

  function itemsNode(incidents, name) {
    for (const incident of incidents) known.set(incident.id, incident);
    const items = incidents.map((incident) => {
      const item = itemNode(incident, () => given.open(incident.id));
      const light = () => given.light(incident.id), dim = () => given.light(null);
      item.addEventListener("mouseenter", light);
      item.addEventListener("mouseleave", dim);
      item.addEventListener("focusin", light);
      item.addEventListener("focusout", dim);
      return item;
    });
    return make("ol", { class: "list", "aria-label": name }, ...items);
  }

  function paint({ total, incidents, elsewhere, unplaced, undated }) {
    known.clear();
    const heldId = browse.contains(document.activeElement)
      ? document.activeElement.closest("li")?.dataset.id : undefined;
    const wantsMore = document.activeElement?.matches(".more");
    const isUnfolded = browse.querySelector(".unplaced")?.open;
    const scrolled = browse.scrollTop;
    const words = `${plural(total)} in view`;
    if (heading.textContent !== words) heading.textContent = words;
    const first = total > MOST
      && make("p", { class: "note" }, `The newest ${MOST} of ${number(total)}. `
        + "Zoom in or filter to see the others.");
    const afar = elsewhere > 0 && make("p", { class: "note" },
      `${number(elsewhere)} more elsewhere on the map. `,
      make("button", { type: "button", class: "link", onclick: given.showAll }, "Show all"));
    const without = undated > 0 && make("p", { class: "note" },
      `${number(undated)} more without a date; they are left out while dates are chosen.`);
    listing.replaceChildren(make("div", {}, first,
      itemsNode(incidents, "Incidents in view, newest first"),
      incidents.length < Math.min(total, MOST) && moreNode(), afar,
      unplaced > 0 && unplacedNode(unplaced, isUnfolded), without));
    browse.scrollTop = scrolled;
    if (heldId) itemOf(heldId)?.querySelector("button").focus({ preventScroll: true });
    if (wantsMore) listing.querySelectorAll("li[data-id] button")[SEEN]?.focus();
  }

  /** A button that gets the rest of the list, and does so when it comes into sight. */
  function moreNode() {
    const button = make("button", { type: "button", class: "plain more",
      onclick: () => refresh(MOST) }, "Show more");
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      refresh(MOST);
    }, { root: browse });
    watch.observe(button);
    return button;
  }

  /** Those without a place, folded away and asked for when they are unfolded. */
  function unplacedNode(count, isUnfolded) {
    const body = make("div", {});
    const fold = make("details", { class: "unplaced" },
      make("summary", {}, `${number(count)} without a place on the map`), body);
    fold.addEventListener("toggle", async () => {
      if (!fold.open || body.childElementCount) return;
      const asked = given.asked();
      asked.delete("viewport");
      asked.delete("zoom");
      asked.set("missing", "place");
      try {
        const { total, incidents } = await source.list(asked);
        const more = total > incidents.length
          && make("p", { class: "note" }, `The newest ${incidents.length} of ${number(total)}.`);
        body.replaceChildren(
          make("div", {}, more, itemsNode(incidents, "Incidents without a place")));
      } catch (error) {
        body.replaceChildren(
          make("p", { class: "note" }, `They could not be loaded (${error.message}).`));
      }
    });
    fold.open = Boolean(isUnfolded);
    return fold;
  }

  /** An incident of the list, or undefined. */
  const listed = (id) => known.get(id);

  const itemOf = (id) => [...browse.querySelectorAll("li[data-id]")]
    .find((item) => item.dataset.id === id);

  /* ---- what is open ---- */

  /** Turn the panel into something else than the list, with a way back. */
  function turn(name, node, takesFocus) {
    if (reading.hidden) opener = document.activeElement;
    const to = name === "record" && ofPlace ? "place" : "list";
    const back = make("button", { type: "button", class: "back", "data-to": to,
      onclick: given.close }, to === "place" ? "← Back to this place" : "← Back to the list");
    reading.replaceChildren(back, node);
    reading.scrollTop = 0;
    reading.hidden = false;
    frame.dataset.open = name;
    call("record");
    if (takesFocus) (node.querySelector("[tabindex='-1']") ?? back).focus();
  }

  /** Show a whole record; it takes the focus where the reader has just opened it. */
  function showRecord(record, takesFocus) {
    const node = wholeNode(record, () => source.citations(record.id));
    turn("record", make("div", { class: "record", "data-id": record.id }, node), takesFocus);
  }

  /** Say that an incident is not there (any more). */
  function showMissing() {
    turn("record", make("div", { class: "record" },
      make("h2", { tabindex: -1 }, "This incident is not on this map"),
      make("p", {}, "It may have been withdrawn, or the link may be cut off.")), false);
  }

  /** List the incidents of one place: a step between the whole list and a record. */
  function showPlace(heading, incidents, total) {
    ofPlace = [heading, incidents, total];
    const more = total > incidents.length
      && make("p", { class: "note" }, `The first ${incidents.length} of ${number(total)}.`);
    turn("place", make("div", { class: "of-place" },
      make("h2", { tabindex: -1, dir: "auto" }, heading),
      make("p", { class: "note" }, plural(total)), more, itemsNode(incidents, heading)), true);
  }

  /** Go a step back: from a record to the place whose list led there, else to the list. */
  function goBack() {
    if (frame.dataset.open === "record" && ofPlace) return showPlace(...ofPlace);
    return showList();
  }

  /** Show the list again; the focus goes back to where the record was opened from. */
  function showList() {
    ofPlace = null;
    if (reading.hidden) return;
    const hadFocus = reading.contains(document.activeElement);
    const id = reading.querySelector(".record")?.dataset.id;
    reading.hidden = true;
    reading.replaceChildren();
    delete frame.dataset.open;
    call(isSheet() && opener && browse.contains(opener) ? "list" : null);
    if (!hadFocus) return;
    const before = opener?.isConnected && opener !== document.body && opener;
    (before || itemOf(id)?.querySelector("button") || heading).focus();
  }

  return { start, isSheet, call, listed, showRecord, showMissing, showPlace, goBack, showList };
})();
