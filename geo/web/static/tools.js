/*
 * The tools on the map: show all, filter by what is in sight, street tiles, full screen,
 * a link to share, a picture, and print.
 */
"use strict";

window.incidentTools = (() => {
  const { make } = window.incidentSymbols;
  const { corner } = window.incidentLegend;
  const page = window.incidentPage, print = window.incidentPrint,
    picture = window.incidentPicture;
  let map, given, all, menu, share;

  /**
   * Put the tools on the map. `given` has `showAll()`, `only(bbox)`, which filters by an
   * extent, and what gives the `style()` and the `query()` in force.
   */
  function start(leafletMap, handlers) {
    map = leafletMap;
    given = handlers;
    const button = (words, title, onclick) =>
      make("button", { type: "button", title, onclick }, words);
    const { tiles: { url }, pictures } = given.style();
    menu = make("details", { class: "more" }, make("summary", {}, "More"),
      make("div", { class: "menu leaflet-bar" },
        url && button("Street map", `Loads pictures from ${new URL(url, window.location).host}`,
          window.incidentGround.toggleStreets),
        page.canFillScreen() && button("Full screen", "Show nothing but the map",
          page.fillScreen),
        button("Share this view", "A link with this view and these filters", openShare),
        pictures && button("Download a picture", "PNG, SVG or PDF, to print or publish",
          openPicture),
        button("Print or save as PDF", "The map with its legend, filters and sources",
          () => page.host().print())));
    menu.addEventListener("click", ({ target }) => {
      if (target.closest(".menu button")) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    all = button("Show all", "Show all the filters find", given.showAll);
    corner(map, "topright", make("div", { class: "top" },
      make("div", { class: "tools leaflet-bar" },
        all,
        button("Only this area", "Filter by what the map now shows",
          () => given.only(page.viewportOf(map, 0, 3))),
        menu)));
    print.start(map, given);
    window.incidentPlaceSearch.start(map);
  }

  /** Say how many incidents have a place that is not in sight, on what brings them there. */
  function tellOutside(count) {
    if (!count) all.textContent = "Show all";
    else all.replaceChildren(make("span", { class: "verb" }, "Show "), `${count.toLocaleString("en")} more`);
  }

  /** Offer this view as a picture, in the place of the link to it. */
  function openPicture() {
    share?.remove();
    picture.open(map, given.query, menu.querySelector("summary"));
  }

  /** Show the address of this view, to be copied. */
  function openShare() {
    share?.remove();
    picture.close();
    page.writeView(map);
    const link = make("input", { type: "text", readonly: "", "aria-label": "Link to this view",
      value: page.shareAddress() });
    const told = make("span", { role: "status" });
    const close = () => {
      share.remove();
      menu.querySelector("summary").focus();
    };
    share = make("div", { class: "share leaflet-bar", role: "dialog", "aria-label": "Share this view" },
      make("p", {}, "This link opens the map as you see it, with the same filters."),
      link,
      make("div", {}, copyButton("Copy the link", link, told),
        make("button", { type: "button", onclick: close }, "Close"), told),
      ...embedding(link.value, told));
    share.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    map.getContainer().append(share);
    L.DomEvent.disableClickPropagation(share);
    link.focus();
    link.select();
  }

  function copyButton(words, field, told) {
    return make("button", { type: "button", onclick: async () => {
      field.select();
      told.textContent = await copied(field.value) ? "Copied." : "Press Ctrl+C to copy.";
    } }, words);
  }

  /** What shows this view in a page of others, where the map lets them. */
  function embedding(shared, told) {
    const { embed, title } = given.style();
    if (!embed) return [];
    const address = new URL(shared);
    const source = new URL(page.EMBEDDED, address);
    source.search = address.search;
    // Its height follows the reader's window: neither a slit on a phone nor above a screen.
    const frame = make("iframe", { src: source.href, title, loading: "lazy",
      allow: "fullscreen",
      style: "width:100%;height:clamp(420px,80vh,760px);border:0" });
    const field = make("textarea", { readonly: "", rows: 3,
      "aria-label": "HTML for your page" });
    field.value = new XMLSerializer().serializeToString(frame)
      .replace(' xmlns="http://www.w3.org/1999/xhtml"', "");
    return [make("p", {}, "To show it in a page of yours, put this into the page:"), field,
      make("div", {}, copyButton("Copy the HTML", field, told))];
  }

  /** Put a text on the clipboard; tell whether the browser lets us. */
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return document.execCommand("copy");
    }
  }

  return { start, tellOutside };
})();
