/*
 * Gives Streamlit's button of the menu the name that it shows (pages/start/router.py writes
 * both). Streamlit calls it "Expand sidebar", which a screen reader would say, and which
 * nobody knows who tells the page by voice what to press.
 */
"use strict";

(() => {
  function name() {
    const words = document.querySelector(".menu-name")?.title;
    const button = document.querySelector('[data-testid="stExpandSidebarButton"]');
    if (!words || !button || button.getAttribute("aria-label") === words) return;
    button.setAttribute("aria-label", words);
  }

  // Streamlit makes the button anew whenever the menu has been closed.
  new MutationObserver(name).observe(document.documentElement,
    { childList: true, subtree: true });
})();
