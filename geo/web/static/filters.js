/*
 * The one place of all filters: what is typed (filter-fields.js), the lists of categories
 * and statuses, which say what each mark means, and folded away the rarer ones. Each value
 * is a button with the number of incidents that choosing it shows.
 */
"use strict";

window.incidentFilters = (() => {
  const { make, sample } = window.incidentSymbols;
  const { keyOfExactness } = window.incidentLegend;
  const { fieldsNode, follow } = window.incidentFilterFields;
  const source = window.incidentSource;
  /** Each filter's box, and its values that have been seen: one stays where it is at 0. */
  const boxes = {}, seen = {};
  /** The names of the filters that are folded at first. */
  let folded = [];
  let given, inForce, more, faults, asked = "";

  /**
   * Make all filters. `handlers` are `choose(filters)`, a list of values by name,
   * `clear()`, which takes all off, and the `style()`, which tells what filters there are
   * (geo/model/query.py).
   */
  function filtersNode(handlers) {
    given = handlers;
    const several = given.style().filters.filter((kind) => kind.several);
    folded = several.filter(({ rare }) => rare).map(({ name }) => name);
    for (const { name, label } of several) {
      boxes[name] = make("div", { class: "values", "data-filter": name, role: "group",
        "aria-label": label });
      seen[name] = new Set();
    }
    const plain = (words, onclick) => make("button", { type: "button", class: "plain", onclick },
      words);
    inForce = make("div", { class: "in-force", hidden: "" },
      plain("Clear all filters", given.clear),
      make("p", { class: "area", hidden: "" }, "Only an area of the map is searched. ",
        make("button", { type: "button", class: "link", onclick: () => given.choose({ bbox: [] }) },
          "Search everywhere")));
    const fold = (words, attributes, ...within) => make("details", attributes,
      make("summary", {}, make("h2", {}, words)), ...within);
    faults = make("p", { class: "note", role: "status", hidden: "" });
    more = fold("More filters", { class: "rare" }, faults, ...several
      .filter(({ rare }) => rare)
      .flatMap(({ name, label }) => [make("h3", { hidden: "" }, label), boxes[name]]));
    more.addEventListener("toggle", () => more.open && count());
    return make("div", { class: "filters" }, fieldsNode(given.choose),
      ...several.filter(({ rare }) => !rare)
        .map(({ name, label }) => fold(label, { open: "" }, boxes[name])), more,
      fold("What the marks mean", { class: "legend" }), inForce);
  }

  function buttonOf(name, value, label, picture) {
    return make("button", { type: "button", [`data-${name}`]: value, "aria-pressed": "false",
      onclick: () => given.choose({ [name]: chosenWith(name, value) }) },
    picture, make("span", { dir: "auto" }, label), make("b", {}));
  }

  const buttonsOf = (name) => [...boxes[name].children];

  /** What is chosen of a filter once a value of it has been clicked. */
  function chosenWith(name, clicked) {
    return buttonsOf(name)
      .filter((button) => (button.dataset[name] === clicked)
        !== (button.getAttribute("aria-pressed") === "true"))
      .map((button) => button.dataset[name]);
  }

  /** Show what a query asks for, before anybody has counted. */
  function press(query) {
    asked = query;
    const parameters = new URLSearchParams(query);
    for (const name of Object.keys(boxes)) {
      const chosen = parameters.getAll(name);
      boxes[name].classList.toggle("chosen", chosen.length > 0);
      for (const button of buttonsOf(name)) {
        button.setAttribute("aria-pressed", `${chosen.includes(button.dataset[name])}`);
      }
    }
    follow(query);
    inForce.hidden = !numberOf(query);
    inForce.querySelector(".area").hidden = !parameters.has("bbox");
  }

  /** Begin anew with the categories and statuses of a map. */
  function use({ categories, filters, looks }) {
    const statuses = filters.find(({ name }) => name === "status").labels;
    boxes.category.replaceChildren(...Object.entries(categories).map(([id, { label }]) =>
      buttonOf("category", id, label, sample(id, "reported"))));
    boxes.status.replaceChildren(...Object.entries(statuses).map(([id, label]) =>
      buttonOf("status", id, label, sample(null, id))));
    for (const name of folded) boxes[name].replaceChildren();
    for (const values of Object.values(seen)) values.clear();
    const [legend] = boxes.category.closest(".filters").querySelectorAll(".legend");
    const plan = looks.filter(([look]) => look === "plan");
    legend.replaceChildren(legend.querySelector("summary"), keyOfExactness(plan));
  }

  /** Show the numbers of the values of a filter, and leave out what there never was. */
  function number(name, numbers, chosen) {
    for (const value of [...Object.keys(numbers), ...chosen]) seen[name].add(value);
    for (const button of buttonsOf(name)) {
      const value = button.dataset[name], count = numbers[value] ?? 0;
      button.hidden = !seen[name].has(value);
      button.classList.toggle("none", !count);
      button.querySelector("b").textContent = count.toLocaleString("en");
    }
  }

  /** Show the counts of a query: those by one filter leave it aside. */
  function paint({ categories, statuses }, query) {
    const parameters = new URLSearchParams(query);
    number("category", categories, parameters.getAll("category"));
    number("status", statuses, parameters.getAll("status"));
    press(query);
    // What is filtered by is not to be hidden.
    if (folded.some((name) => parameters.has(name)) && !more.open) more.open = true;
    else if (more.open) count();
  }

  /** Ask for the values of the folded filters: nobody waits for these who does not look. */
  async function count() {
    const query = asked;
    try {
      const choices = await source.choices(query);
      if (query !== asked) return;
      for (const name of folded) fill(name, choices[name], new URLSearchParams(query));
      press(query);
      faults.hidden = true;
    } catch (error) {
      faults.textContent = `These could not be loaded (${error.message}).`;
      faults.hidden = false;
    }
  }

  /** Put the values of a folded filter into its box: each with its words and its number. */
  function fill(name, choices, parameters) {
    const known = new Set(buttonsOf(name).map((button) => button.dataset[name]));
    boxes[name].append(...choices.filter(([value]) => !known.has(value))
      .map(([value, label]) => buttonOf(name, value, label, null)));
    number(name, Object.fromEntries(choices.map(([value, , n]) => [value, n])),
      parameters.getAll(name));
    boxes[name].previousElementSibling.hidden = !boxes[name].childElementCount;
  }

  /** The words that readers see for a value of a filter. */
  function wordsOf(name, value) {
    const button = (boxes[name] ? buttonsOf(name) : [])
      .find((one) => one.dataset[name] === value);
    return button?.querySelector("span").textContent ?? value;
  }

  /** How many filters of any kind a query has; both ends of a span of days are one. */
  function numberOf(query) {
    const names = [...new URLSearchParams(query).keys()].filter((name) => name !== "dates");
    return new Set(names.map((name) => (name === "to" ? "from" : name))).size;
  }

  return { filtersNode, use, paint, press, numberOf, wordsOf };
})();
