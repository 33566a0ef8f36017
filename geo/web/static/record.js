/*
 * The record of one incident, laid out: short in a popup, whole in the panel.
 *
 * Its parts come in order and in words from the server (geo/model/wording.py,
 * geo/evidence/record.py). Here is only how each looks. Texts of a record may be in any
 * script, so each says by itself in which direction it runs.
 */
"use strict";

window.incidentRecord = (() => {
  const { make, miniature } = window.incidentSymbols;
  /** What a popup leaves to the panel beside it. */
  const LEFT_TO_THE_PANEL = ["text", "note", "heading", "subheading", "passage"];

  const text = (tag, attributes, words) => make(tag, { dir: "auto", ...attributes }, words);
  const link = (href, words) =>
    make("a", { href, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, words);
  const labelled = (label, node) =>
    make("p", { class: "fact" }, make("b", { dir: "auto" }, `${label}:`), " ", node);

  /** How each kind of part looks; `levels` are the tags of title, heading, subheading. */
  const LAYOUTS = {
    kicker: (part, { record }) =>
      make("p", { class: "kicker" }, miniature(record), text("span", {}, part.text)),
    title: (part, { levels }) => text(levels[0], { class: "title", tabindex: -1 }, part.text),
    claim: (part) => text("p", { class: "claim" }, part.text),
    uncertain: (part) => text("p", { class: "claim uncertain" }, part.text),
    denial: (part) => text("p", { class: "claim denial" }, part.text),
    text: (part) => text("p", {}, part.text),
    fact: (part) => labelled(part.label, text("span", {}, part.text)),
    link: (part) => labelled(part.label, link(part.text, part.text)),
    note: (part) => text("p", { class: "note" }, part.text),
    heading: (part, { levels }) => text(levels[1], {}, part.text),
    subheading: (part, { levels }) => text(levels[2], {}, part.text),
    passage: passageNode,
  };

  function article(record, parts, levels, ...more) {
    const nodes = parts.map((part) => LAYOUTS[part.kind](part, { record, levels }));
    return make("article", { class: "incident-record" }, ...nodes, ...more);
  }

  /** The short form: all that a map needs which has no panel. */
  function briefNode(record) {
    return article(record, record.parts.filter((part) => part.brief), ["h3", "h4", "h4"],
      changedNote(record));
  }

  /** What happened, when, where, who says so and who denies it; the panel has the rest. */
  function popupNode(record) {
    const parts = record.parts.filter((part) =>
      part.brief && !LEFT_TO_THE_PANEL.includes(part.kind));
    return article(record, parts, ["h2", "h3", "h4"], changedNote(record));
  }

  /** The whole record, with what changed in it and how to cite it: `cite` asks for that. */
  function wholeNode(record, cite) {
    return article(record, record.parts, ["h2", "h3", "h4"], historyNode(record.history),
      citingNode(cite));
  }

  /** One line where a record was changed; what and why is for the panel. */
  const changedNote = ({ history }) =>
    history.changes.length > 0 && text("p", { class: "note" }, `${history.said}.`);

  /** What changed, when and why, the newest first: folded away, as corrections are read. */
  function historyNode({ said, changes, page, feed }) {
    if (!changes.length) return said && text("p", { class: "note" }, `${said}.`);
    const items = changes.map(({ when, lines }) => make("li", {},
      text("p", { class: "day" }, when), ...lines.map((line) => text("p", {}, line))));
    // Opened from a folder, the page has no address that a link may lead to.
    const further = (path, words) => path && document.baseURI.startsWith("http")
      && make("p", { class: "note" }, link(new URL(path, document.baseURI).href, words));
    return make("details", { class: "history" }, make("summary", {}, said),
      make("ol", { class: "changes", reversed: "" }, ...items),
      further(page, "The record’s own page"), further(feed, "Feed of all corrections"));
  }

  /** One passage: the paragraph with the quote marked, or the quote alone. */
  function passageNode({ marked, before, after, around, note, credit, url }) {
    const [lead, quote, rest] = marked;
    const body = quote
      && make("blockquote", { dir: "auto" }, lead, make("mark", {}, quote), rest);
    const context = (texts) => texts.map((words) => text("p", { class: "context" }, words));
    const more = around && make("button", { type: "button", class: "link", onclick: () => {
      body.prepend(...context(before));
      body.append(...context(after));
      more.remove();
    } }, around);
    return make("div", { class: "passage" }, body, note && text("p", { class: "note" }, note),
      more, make("p", { class: "note" }, url ? link(url, credit) : text("span", {}, credit)));
  }

  /** A fold that fetches the record's address and references when it is opened. */
  function citingNode(cite) {
    const body = make("div", {});
    const fold = make("details", { class: "citing" }, make("summary", {}, "Cite this record"),
      body);
    fold.addEventListener("toggle", async () => {
      if (!fold.open || body.childElementCount) return;
      try {
        const { link: address, forms } = await cite();
        body.replaceChildren(...Object.entries({ "Link to this record": address, ...forms })
          .flatMap(([label, words]) => [make("h4", {}, label), copied(words)]));
      } catch (error) {
        body.replaceChildren(
          make("p", { class: "note" }, `The references could not be loaded (${error.message}).`));
      }
    });
    return fold;
  }

  /** A text to be taken along: selected as a whole, or copied by its button. */
  function copied(words) {
    const copy = make("button", { type: "button", class: "link", onclick: async () => {
      try {
        await navigator.clipboard.writeText(words);
        copy.textContent = "Copied";
      } catch {
        // Without leave to use the clipboard the reader copies what is selected.
        getSelection().selectAllChildren(shown);
      }
    } }, "Copy");
    const shown = make("pre", { dir: "auto", tabindex: 0 }, words);
    return make("div", { class: "copied" }, shown, copy);
  }

  return { briefNode, popupNode, wholeNode };
})();
