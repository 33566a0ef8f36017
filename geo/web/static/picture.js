/*
 * The view as a picture for print: a choice of forms, each a link to the server's file.
 */
"use strict";

window.incidentPicture = (() => {
  const { make } = window.incidentSymbols;
  const page = window.incidentPage, source = window.incidentSource;
  /** The forms there are (geo/publish/pictures), and what each is good for. */
  const FORMS = [["png", "PNG", "for documents and pages"],
    ["svg", "SVG", "to be edited further"], ["pdf", "PDF", "for print"]];
  let box;

  /**
   * Offer the view of a map. `query` gives the filters in force, and `back` is what is
   * focused when the reader is done.
   */
  function open(map, query, back) {
    close();
    const dark = make("input", { type: "checkbox" });
    dark.checked = document.documentElement.dataset.theme === "dark";
    const links = make("ul", {});
    const offer = () => links.replaceChildren(...FORMS.map(([form, name, use]) => {
      const asked = new URLSearchParams(query());
      asked.set("format", form);
      asked.set("frame", page.viewportOf(map, 0));
      if (dark.checked) asked.set("theme", "dark");
      const href = new URL(source.pictureOf(asked), document.baseURI).href;
      return make("li", {}, make("a", { href, target: "_blank", rel: "noopener" }, name),
        ` ${use}`);
    }));
    offer();
    dark.addEventListener("change", offer);
    const done = () => {
      close();
      back.focus();
    };
    box = make("div", { class: "share leaflet-bar", role: "dialog",
      "aria-label": "Download a picture" },
    make("p", {}, "The map as you see it on a sheet of A4, with its legend, filters and sources."),
    links, make("label", {}, dark, " Light on dark"),
    make("div", {}, make("button", { type: "button", onclick: done }, "Close")));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      done();
    });
    map.getContainer().append(box);
    L.DomEvent.disableClickPropagation(box);
    links.querySelector("a").focus();
  }

  function close() {
    box?.remove();
    box = null;
  }

  return { open, close };
})();
