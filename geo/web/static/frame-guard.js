/*
 * The first script of the map's frame: it hears the page around it, and nobody else.
 *
 * streamlit-folium writes into its page, and evaluates, what a message tells it, and does
 * not ask who sent it. A window that opened this map, or a site that shows it in a frame,
 * can send messages to every frame in it.
 */
"use strict";

window.addEventListener("message", (event) => {
  const isOurs = event.source === window.parent && event.origin === window.location.origin;
  if (!isOurs) event.stopImmediatePropagation();
}, true);
