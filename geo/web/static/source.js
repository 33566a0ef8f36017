/*
 * Where all data comes from: the one object that the other scripts ask. It alone knows
 * the server's addresses, so that a page without a server needs only another of these.
 *
 * Parameters are whatever URLSearchParams takes; places are degrees, WGS84. What is
 * refused is an error in the server's words, with its HTTP status.
 */
"use strict";

window.incidentSource = (() => {
  /** The preview that is asked in the map's place; empty for the map itself. */
  let preview = "";

  /** Ask a preview from now on; tell whether it is another than before. */
  function turnTo(name) {
    const isOther = name !== preview;
    preview = name;
    return isOther;
  }

  /** Words are about to be typed; a server has them ready. */
  const expectWords = () => {};

  async function ask(path, parameters = {}, signal = undefined) {
    const asked = new URLSearchParams(parameters);
    if (preview) asked.set("preview", preview);
    const query = asked.toString();
    const answer = await fetch(query ? `${path}?${query}` : path, { signal });
    const body = await answer.json();
    if (answer.ok) return body;
    const refusal = new Error(body.detail || answer.statusText);
    throw Object.assign(refusal, { status: answer.status });
  }

  /** How the map looks: categories, filters, tiles, credits, version. */
  const style = () => ask("/api/style");

  /** What a viewport shows: filters, `viewport` and `zoom`. */
  const view = (parameters, signal) => ask("/api/view", parameters, signal);

  /** What a change of filters needs: counts, extent, bars of time. */
  const summary = (parameters, signal) => ask("/api/summary", parameters, signal);

  /** The values of the filters that are folded at first: each with its words and count. */
  const choices = (parameters) => ask("/api/choices", parameters);

  /** The newest incidents of a `viewport`, or those `missing` a place, with counts. */
  const list = (parameters, signal) => ask("/api/list", parameters, signal);

  /** The incidents of one `place`, or with their marker `within` an extent. */
  const incidents = (parameters, signal) => ask("/api/incidents", parameters, signal);

  /** One incident as it is read, by its id. */
  const record = (id) => ask(`/api/incidents/${encodeURIComponent(id)}`);

  /** How to cite one incident: its address, and references in several forms. */
  const citations = (id) => ask(`/api/incidents/${encodeURIComponent(id)}/citations`);

  /** Lines and areas of places as GeoJSON in their order; kept for ever under the version. */
  const outlines = async (numbers, version) =>
    (await ask("/api/outlines", { places: numbers.join(), v: version })).outlines;

  /** Places of a name: where each is, how far it reaches, and who knows it. */
  const search = (name) => ask("/api/search", { q: name });

  /** The address of the map as a picture. */
  const pictureOf = (parameters) => `/export?${new URLSearchParams(parameters)}`;

  return { turnTo, expectWords, search, pictureOf, style, view, summary, choices, list,
    incidents, record, citations, outlines };
})();
