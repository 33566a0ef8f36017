/*
 * Gives Streamlit's button of the menu the name that it shows (pages/start/router.py says
 * both in a style sheet, since Streamlit leaves nothing else of ours beside it). Streamlit
 * calls it "Expand sidebar", which a screen reader would say, and which nobody knows who
 * tells the page by voice what to press.
 */
"use strict";

(() => {
  let isWaiting = false;

  function name() {
    isWaiting = false;
    const button = document.querySelector('[data-testid="stExpandSidebarButton"]');
    if (!button) return;
    const words = getComputedStyle(button).getPropertyValue("--name").trim().slice(1, -1);
    if (words && button.getAttribute("aria-label") !== words) {
      button.setAttribute("aria-label", words);
    }
  }

  // Streamlit makes the button anew whenever the menu has been closed.
  new MutationObserver(() => {
    if (!isWaiting) requestAnimationFrame(name);
    isWaiting = true;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
