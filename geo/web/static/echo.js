/*
 * Telling news from echoes: Streamlit repeats what it was told, late and not always all
 * of it, and what the reader has done meanwhile must not be undone by that.
 */
"use strict";

window.incidentEcho = (() => {
  /**
   * Follow one value of which both sides know.
   *
   * `tell(value)` notes what Streamlit is told. `isNews(value)` hears what it says, and
   * tells whether that is to be followed: neither a value that it was told, nor the one
   * that it said before.
   */
  function follow(heard = undefined) {
    let told = [];

    function tell(value) {
      told.push(value);
    }

    function isNews(value) {
      const at = told.indexOf(value);
      const news = at < 0 && value !== heard;
      // Several messages may have come to one answer, that to the last of them.
      told = news ? [] : told.slice(at + 1);
      heard = value;
      return news;
    }

    return { tell, isNews };
  }

  /** How degrees are written, as those of an area: as short as they can be. */
  const shortest = (degrees) => degrees.split(",").map(Number).join(",");

  /** A query as it compares: the same filters give the same text, in whatever order. */
  function canonical(query) {
    const filters = [...new URLSearchParams(query)].map(([name, value]) =>
      `${name}\n${name === "bbox" ? shortest(value) : value}`).sort();
    return new URLSearchParams(filters.map((text) => {
      const at = text.indexOf("\n");
      return [text.slice(0, at), text.slice(at + 1)];
    })).toString();
  }

  return { follow, canonical };
})();
