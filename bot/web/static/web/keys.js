// Keys for moderators. Every key clicks a button or opens a strip that is on the page anyway:
// without this file everything still works.
"use strict";

(() => {
  const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  const RUNS_BY_ENTER = "a, button, summary, input, textarea, select";

  // An element in a closed <details> has no box; a summary of one does.
  const onPage = (element) => element.getClientRects().length > 0 && !element.disabled;
  const find = (key) =>
    [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && onPage(each));

  // Numbers belong to the strip that is open.
  const findInStrip = (key) => {
    const strip = document.querySelector("details.strip[open]");
    return strip && [...strip.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  };

  function openStrip(summary) {
    const strip = summary.parentElement;
    for (const other of document.querySelectorAll("details.strip[open]")) {
      if (other !== strip) other.open = false;
    }
    strip.open = !strip.open;
    const first = strip.querySelector("[data-suggested]") || strip.querySelector("button");
    (strip.open && first ? first : summary).focus();
  }

  function closeStrips() {
    for (const strip of document.querySelectorAll("details.strip[open]")) {
      strip.open = false;
      strip.querySelector("summary").focus();
    }
  }

  // The sheet of keys opens over the page, so that a note that was begun is not lost.
  async function openSheet(link) {
    const sheet = document.getElementById("sheet");
    if (!sheet.firstChild) {
      const answer = await fetch(link.href);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("key-sheet");
      if (!found) return void location.assign(link.href);
      const close = Object.assign(document.createElement("button"), { textContent: "Close" });
      close.addEventListener("click", () => sheet.close());
      sheet.append(found, close);
    }
    sheet.showModal();
  }

  function run(element) {
    if (element.tagName === "SUMMARY") openStrip(element);
    else if (element.dataset.key === "?" && document.querySelector("form.answers")) openSheet(element);
    else element.click();
  }

  function pressed(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return closeStrips();
    if (document.body.dataset.keys !== "on") return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat || event.target.closest(TYPING)) return;
    if (event.key === "Enter" && event.target.closest(RUNS_BY_ENTER)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const element = findInStrip(key) || (/^[0-9]$/.test(key) ? null : find(key));
    if (!element) return;
    event.preventDefault();
    run(element);
  }

  const say = (words) => {
    const live = document.getElementById("live");
    if (live) setTimeout(() => { live.textContent = words; }, 150);
  };

  // A form is sent once: a second press while the answer is under way does nothing.
  function sendOnce(event) {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }

  function arrived() {
    const words = [...document.querySelectorAll("[data-say]")].map((each) => each.dataset.say);
    if (words.length) say(words.join(" "));
    const heading = document.querySelector("h1[data-focus]");
    if (heading && !location.hash) heading.focus({ preventScroll: true });
  }

  // Whoever is at work on a comment keeps it; whoever went away lets it go after ten minutes.
  const RENEW_EVERY = 120000;
  const held = document.querySelector("form[data-hold]");
  let renewed = Date.now();
  function atWork() {
    if (!held || Date.now() - renewed < RENEW_EVERY) return;
    renewed = Date.now();
    const headers = { "X-CSRFToken": held.elements.csrfmiddlewaretoken.value };
    fetch(held.dataset.hold, { method: "POST", headers })
      .then((answer) => { if (answer.status === 409) say("Another moderator has taken this comment over."); })
      .catch(() => { renewed = 0; });
  }

  // The board refreshes itself; only news is announced.
  let urgent = null;
  function refreshed() {
    const tile = document.querySelector("[data-urgent]");
    if (!tile) return;
    const count = Number(tile.dataset.urgent);
    if (urgent !== null && count > urgent) say(`${count} urgent on the board.`);
    urgent = count;
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", atWork);
  document.addEventListener("pointermove", atWork);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("htmx:afterSettle", refreshed);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  arrived();
  refreshed();
})();
