/*
 * The one list of categories, and that of statuses: what each mark means, how many
 * incidents there are, and the button that shows only these.
 */
"use strict";

window.incidentFilters = (() => {
  const { make, sample } = window.incidentSymbols;
  const { keyOfExactness } = window.incidentLegend;
  /** Each filter's box, and its values that have been seen: one stays where it is at 0. */
  const boxes = { category: null, status: null };
  const seen = { category: new Set(), status: new Set() };
  let choose;

  /** Make both lists; `given(name, values)` hears what is chosen of a filter. */
  function listsNode(given) {
    choose = given;
    boxes.category = make("div", { class: "categories", role: "group",
      "aria-label": "What happened" });
    boxes.status = make("div", { class: "statuses", role: "group", "aria-label": "How sure" });
    const fold = (words, ...within) =>
      make("details", { open: "" }, make("summary", {}, make("h2", {}, words)), ...within);
    return make("div", { class: "filters" },
      fold("What happened", boxes.category), fold("How sure", boxes.status),
      make("details", { class: "legend" },
        make("summary", {}, make("h2", {}, "What the marks mean"))));
  }

  function buttonOf(name, value, label, picture) {
    const button = make("button", { type: "button", [`data-${name}`]: value,
      "aria-pressed": "false", onclick: () => choose(name, chosenWith(name, value)) },
    picture, make("span", { dir: "auto" }, label), make("b", {}));
    return button;
  }

  const buttonsOf = (name) => [...boxes[name].children];

  /** What is chosen of a filter once a value of it has been clicked. */
  function chosenWith(name, clicked) {
    return buttonsOf(name)
      .filter((button) => (button.dataset[name] === clicked)
        !== (button.getAttribute("aria-pressed") === "true"))
      .map((button) => button.dataset[name]);
  }

  /** Show which values a query asks for, before anybody has counted. */
  function press(query) {
    const parameters = new URLSearchParams(query);
    for (const name of Object.keys(boxes)) {
      const chosen = parameters.getAll(name);
      boxes[name].classList.toggle("chosen", chosen.length > 0);
      for (const button of buttonsOf(name)) {
        button.setAttribute("aria-pressed", `${chosen.includes(button.dataset[name])}`);
      }
    }
  }

  /** Begin anew with the categories and statuses of a map. */
  function use({ categories, statuses, looks }) {
    boxes.category.replaceChildren(...Object.entries(categories).map(([id, { label }]) =>
      buttonOf("category", id, label, sample(id, "reported"))));
    boxes.status.replaceChildren(...Object.entries(statuses).map(([id, label]) =>
      buttonOf("status", id, label, sample(null, id))));
    for (const values of Object.values(seen)) values.clear();
    const [legend] = boxes.category.closest(".filters").querySelectorAll(".legend");
    const plan = looks.filter(([look]) => look === "plan");
    legend.replaceChildren(legend.querySelector("summary"), keyOfExactness(plan));
  }

  /** Show the counts of a query: those by one filter leave it aside. */
  function paint({ categories, statuses }, query) {
    const counts = { category: categories, status: statuses };
    const parameters = new URLSearchParams(query);
    for (const [name, numbers] of Object.entries(counts)) {
      for (const value of [...Object.keys(numbers), ...parameters.getAll(name)]) {
        seen[name].add(value);
      }
      for (const button of buttonsOf(name)) {
        const value = button.dataset[name], number = numbers[value] ?? 0;
        button.hidden = !seen[name].has(value);
        button.classList.toggle("none", !number);
        button.querySelector("b").textContent = number.toLocaleString("en");
      }
    }
    press(query);
  }

  /** How many filters of any kind a query has. */
  function numberOf(query) {
    const names = new Set(new URLSearchParams(query).keys());
    return [...names].filter((name) => name !== "dates").length;
  }

  return { listsNode, use, paint, press, numberOf };
})();
