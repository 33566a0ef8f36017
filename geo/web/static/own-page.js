/*
 * The page around the map where Streamlit is not: an embedded map, or a published site.
 * What the reader does goes into the page's own address, so that a link shows the same,
 * and what the address says goes into the map.
 */
"use strict";

window.incidentHost = window;

window.incidentPage = (() => {
  const FILTERS = ["category", "status", "precision", "country", "source", "from", "to",
    "dates", "q", "bbox"];
  const shared = window.incidentPage;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let isEmbedded = false;
  /** Whether a story beside the map says what it shows (own-walk.js). */
  const isWalked = new URLSearchParams(window.location.hash.slice(1)).has("walk");

  /** The part of the address that says what is shown. */
  const addressed = () => (isWalked ? window.location.hash.slice(1) : window.location.search);
  const asked = () => new URLSearchParams(addressed());

  /** The filters and the open incident that an address names. */
  function read() {
    const query = new URLSearchParams(
      [...asked()].filter(([name, value]) => FILTERS.includes(name) && value));
    return { query: query.toString(), incident: asked().get("incident") };
  }

  /** Show something: as hex digits of JSON, as Streamlit would send it. */
  function show(what) {
    const theme = dark.matches ? "dark" : "light";
    const bytes = new TextEncoder().encode(JSON.stringify({ ...what, theme, turn: "" }));
    const token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return window.incidentLayer.show(token);
  }

  /** Write what is shown into the address: filters, the open incident, the view stays. */
  function write(query, incident) {
    const address = new URL(window.location.href);
    const view = address.searchParams.get("view");
    address.search = query;
    if (incident) address.searchParams.set("incident", incident);
    if (view) address.searchParams.set("view", view);
    if (`${address}` === `${window.location}`) return;
    // A record is a place to come back from; a filter or a move of the map is not.
    const isOther = incident !== (read().incident ?? "");
    window.history[isOther ? "pushState" : "replaceState"](null, "", address);
  }

  /** Hear what the map shows now that the reader has done something there. */
  function tell({ id, query }) {
    // The address of a walked map is the story's.
    if (isWalked) {
      show({ query, incident: id });
      return;
    }
    write(query, id);
    // The map expects to be told what it said, as Streamlit does.
    show(read());
  }

  /** The map takes the window, below what stands above it. */
  function takeRoom(map) {
    const both = map.getContainer().parentNode;
    both.classList.add("frame");
    const top = both.getBoundingClientRect().top + window.scrollY;
    const below = parseFloat(getComputedStyle(both).marginBottom) || 0;
    const height = Math.max(isEmbedded ? 240 : 420, window.innerHeight - top - below);
    both.style.setProperty("--room", `${Math.floor(height)}px`);
    map.invalidateSize({ animate: false });
  }

  /** Say above the map how many incidents there are, and how many of them are shown. */
  function count(shown) {
    const place = document.querySelector("[data-shown]");
    if (!place) return;
    const total = Number(place.dataset.shown);
    const all = `${total.toLocaleString("en")} incident${total === 1 ? "" : "s"}.`;
    place.textContent = shown === total ? all : `${shown.toLocaleString("en")} of ${all}`;
  }

  /** Show the map by the address, and again when the reader goes back or forth. */
  function begin() {
    isEmbedded = document.documentElement.dataset.embedded === "yes";
    document.documentElement.dataset.walked = isWalked ? "yes" : "no";
    window.addEventListener("incidents-painted", ({ detail }) => count(detail));
    const follow = isWalked ? window.incidentWalk.follow : () => show(read());
    follow();
    window.addEventListener(isWalked ? "hashchange" : "popstate", follow);
    dark.addEventListener("change", () => show(read()));
  }

  /** Let the map fill the screen, or leave it again. */
  function fillScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  /** Others are shown the whole map, not the frame that it may be in. */
  function shareAddress() {
    if (!isEmbedded) return window.location.href;
    const whole = new URL(document.querySelector(".embedded-title a").href);
    whole.search = window.location.search;
    return whole.href;
  }

  return { ...shared, tell, takeRoom, fillScreen, shareAddress, endTurn: () => {},
    nameFrame: () => {}, asked, read, show, begin,
    readView: () => shared.readView(addressed()), hasView: () => asked().has("view"),
    writeView: (map) => isWalked || shared.writeView(map),
    EMBEDDED: document.documentElement.dataset.embed ?? shared.EMBEDDED };
})();
