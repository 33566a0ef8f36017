/*
 * What the popup of one incident holds: claim and denial, each on its own passage.
 */
"use strict";

window.incidentRecord = (() => {
  const { make, miniature } = window.incidentSymbols;
  const HEADINGS = { allegation: "The claim", denial: "The denial", corroboration: "What corroborates it" };

  function recordNode(record, category) {
    // Claim and denial stand together at the top; each has a passage of its own below.
    const proofs = (what) => record.passages.filter((passage) => passage.proves === what).map(passageNode);
    const lines = [
      make("p", { class: "kicker" }, miniature(record), ` ${category ? category.label : record.category}`,
        record.kind_words ? ` · ${record.kind_words}` : ""),
      make("h3", {}, record.title),
      make("p", { class: "facts" }, make("b", {}, "Date: "), record.words.date, make("br"),
        make("b", {}, "Place: "), record.words.place, make("br"), make("small", {}, `${record.words.precision}.`)),
      make("p", { class: `claim ${record.status}` }, record.words.claim),
      record.words.denial ? make("p", { class: "claim denial" }, record.words.denial) : "",
      make("p", {}, record.summary),
      ...proofs("allegation"), ...proofs("corroboration"), ...proofs("denial"),
      record.basis ? make("p", { class: "note" }, record.basis) : "",
      ...proofs(""),
    ];
    return make("article", { class: "incident-record" }, ...lines);
  }

  /** One passage: the paragraph with the quote marked, or the quote alone. */
  function passageNode(passage) {
    const body = make("blockquote", {});
    if (passage.paragraph) {
      const [start, end] = passage.mark;
      body.append(passage.paragraph.slice(0, start), make("mark", {}, passage.paragraph.slice(start, end)),
        passage.paragraph.slice(end));
    } else body.append("“", make("mark", {}, passage.quote), "”");
    const around = [...passage.before, ...passage.after];
    const more = around.length ? make("button", { type: "button", class: "link", onclick: () => {
      body.prepend(...passage.before.map((text) => make("p", { class: "context" }, text)));
      body.append(...passage.after.map((text) => make("p", { class: "context" }, text)));
      more.remove();
    } }, "Show the paragraphs around it") : "";
    const source = `${passage.publisher}, ${passage.published}`;
    const link = /^https?:\/\//.test(passage.url || "")
      ? make("a", { href: passage.url, target: "_blank", rel: "noopener noreferrer" }, `${source} (opens at these words)`)
      : source;
    const heading = HEADINGS[passage.proves];
    return make("div", { class: "passage" }, heading ? make("h4", {}, heading) : "", body, passage.note ? make("p", { class: "note" }, passage.note) : "",
      more, make("p", { class: "note" }, "Source: ", link));
  }

  return { recordNode };
})();
