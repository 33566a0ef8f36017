/*
 * What the popup of one incident holds: the short form of its record.
 *
 * The parts of a record come in order and in words from the server (geo/model/wording.py,
 * geo/evidence/record.py); the panel beside the map lays out the same ones. Here is only
 * how each looks.
 */
"use strict";

window.incidentRecord = (() => {
  const { make, miniature } = window.incidentSymbols;

  const LAYOUTS = {
    kicker: ({ text }, record) => make("p", { class: "kicker" }, miniature(record), ` ${text}`),
    title: ({ text }) => make("h3", {}, text),
    claim: ({ text }) => make("p", { class: "claim" }, text),
    uncertain: ({ text }) => make("p", { class: "claim uncertain" }, text),
    denial: ({ text }) => make("p", { class: "claim denial" }, text),
    text: ({ text }) => make("p", {}, text),
    fact: ({ label, text }) => make("p", { class: "fact" }, make("b", {}, `${label}: `), text),
    link: ({ label, text }) => make("p", { class: "fact" }, make("b", {}, `${label}: `),
      make("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, text)),
    note: ({ text }) => make("p", { class: "note" }, text),
    heading: ({ text }) => make("h4", {}, text),
    subheading: ({ text }) => make("h4", {}, text),
    passage: passageNode,
  };

  /** The short form of a record, as the API gives it. */
  function recordNode(record) {
    const parts = record.parts.filter((part) => part.brief);
    const nodes = parts.map((part) => LAYOUTS[part.kind](part, record));
    return make("article", { class: "incident-record" }, ...nodes);
  }

  /** One passage: the paragraph with the quote marked, or the quote alone. */
  function passageNode({ marked, before, after, around, note, credit, url }) {
    const [lead, quote, rest] = marked;
    const body = quote && make("blockquote", {}, lead, make("mark", {}, quote), rest);
    const context = (texts) => texts.map((text) => make("p", { class: "context" }, text));
    const more = around && make("button", { type: "button", class: "link", onclick: () => {
      body.prepend(...context(before));
      body.append(...context(after));
      more.remove();
    } }, around);
    const link = url
      && make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, credit);
    return make("div", { class: "passage" }, body, note && make("p", { class: "note" }, note),
      more, make("p", { class: "note" }, link || credit));
  }

  return { recordNode };
})();
