/*
 * The filters of a page without Streamlit that are not in the map's panel: dates and
 * words, and the count of what is shown. They are a form of plain fields in the page.
 */
"use strict";

window.incidentOwnFilters = (() => {
  /** Wait so long for the next letter of a word that is being typed. */
  const REST_MS = 250;
  let form, count, timer;

  const fields = () => [...form.elements].filter(({ name }) => name);

  /** Filter the map by what a field says. */
  function choose({ name, value }) {
    const isDefault = name === "dates" && value === "possible";
    window.incidentLayer.setFilter(name, value && !isDefault ? [value] : []);
  }

  /** Show in the fields what the map is filtered by, but not while one is written in. */
  function follow() {
    const query = new URLSearchParams(window.incidentLayer.query());
    for (const field of fields()) {
      if (field === document.activeElement) continue;
      if (field.type === "radio") field.checked = field.value === (query.get(field.name) ?? "possible");
      else field.value = query.get(field.name) ?? "";
    }
    form.querySelector("[data-clear]").hidden = !query.toString();
  }

  function start() {
    form = document.querySelector("form.asking");
    count = document.querySelector("[data-shown]");
    if (!form) return;
    const total = Number(count?.dataset.shown);
    // Folded where the map needs the room; the style sheet shows no fold elsewhere.
    form.closest("details").open = !window.matchMedia("(max-width: 700px)").matches;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("focusin", ({ target }) => {
      if (target.type === "search") window.incidentSource.expectWords();
    });
    form.addEventListener("input", ({ target }) => {
      if (target.type !== "search") return;
      clearTimeout(timer);
      timer = setTimeout(() => choose(target), REST_MS);
    });
    form.addEventListener("change", ({ target }) => {
      // A day that is not whole yet has no value; both ends must be in order.
      if (target.type === "search" || !target.checkValidity()) return;
      choose(target);
    });
    form.querySelector("[data-clear]").addEventListener("click", () => {
      window.history.replaceState(null, "", window.location.pathname);
      window.incidentPage.show({ query: "", incident: null });
    });
    window.addEventListener("incidents-painted", ({ detail }) => {
      follow();
      if (!count) return;
      const all = `${total.toLocaleString("en")} incident${total === 1 ? "" : "s"}.`;
      count.textContent = detail === total ? all : `${detail.toLocaleString("en")} of ${all}`;
    });
  }

  return { start };
})();
