/*
 * The filters that are typed: words, and the dates between which something happened. They
 * are asked as soon as the reader rests, and follow what else changes the filters.
 */
"use strict";

window.incidentFilterFields = (() => {
  const { make } = window.incidentSymbols;
  /** Wait so long for the next letter of a word, and the next digit of a year. */
  const REST_MS = 250, REST_OF_A_DAY_MS = 600;
  /** A text without any of these is nothing to be searched for. */
  const SOUGHT = /[\p{L}\p{N}]/u;
  let form, kind, note, choose, timer;

  /** Make the fields; `given(filters)` hears what they ask for: a list of values by name. */
  function fieldsNode(given) {
    choose = given;
    const day = (name, words) => make("label", {}, make("span", {}, words),
      // A year has four digits, which a browser would not know by itself.
      make("input", { type: "date", name, max: "9999-12-31" }));
    const inside = (value, words) => make("label", {},
      make("input", { type: "radio", name: "dates", value }), words);
    kind = make("fieldset", { hidden: "" }, make("legend", {}, "Inside these dates"),
      inside("possible", "possibly"), inside("certain", "certainly"));
    note = make("p", { class: "note", role: "status", hidden: "" },
      "The first day is after the last.");
    form = make("form", { class: "asking", "aria-label": "Words and dates" },
      make("label", { class: "words" }, make("span", {}, "Search"),
        make("input", { type: "search", name: "q", maxlength: 200, autocomplete: "off", dir: "auto",
          placeholder: "Title, summary, place, people",
          title: "Accents do not matter, and Cyrillic and Latin letters find each other." })),
      make("div", { class: "days" }, day("from", "From"), day("to", "To")), note, kind);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    form.addEventListener("focusin", ({ target }) => {
      if (target.name === "q") window.incidentSource.expectWords();
    });
    form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      timer = setTimeout(ask, target.type === "date" ? REST_OF_A_DAY_MS : REST_MS);
    });
    return form;
  }

  /** Whether the first day is after the last. */
  function isTurned() {
    const { from, to } = form.elements;
    return Boolean(from.value && to.value && from.value > to.value);
  }

  /** Filter by what the fields say, as far as that can be asked. */
  function ask() {
    clearTimeout(timer);
    const { q, from, to, dates } = form.elements;
    const filters = { q: SOUGHT.test(q.value) ? [q.value.trim()] : [],
      dates: dates.value === "certain" ? ["certain"] : [] };
    note.hidden = !isTurned();
    for (const field of note.hidden ? [from, to] : []) {
      // A day that is not whole yet has no value.
      if (!field.validity.badInput) filters[field.name] = field.value ? [field.value] : [];
    }
    choose(filters);
  }

  /** Show what a query asks for, but not in a field that is being written in. */
  function follow(query) {
    const parameters = new URLSearchParams(query);
    for (const name of ["q", "from", "to"]) {
      const field = form.elements[name];
      if (field !== document.activeElement) field.value = parameters.get(name) ?? "";
    }
    form.elements.dates.value = parameters.get("dates") ?? "possible";
    kind.hidden = !["from", "to", "dates"].some((name) => parameters.has(name));
    note.hidden = !isTurned();
  }

  return { fieldsNode, follow };
})();
