// Makes a page of the preview live: loads it again when its client was made anew, and shows what has to be mended.
"use strict";
(() => {
  const mine = document.currentScript.dataset;
  const kept = `portalgen-preview:${location.pathname}`;

  // Where the reader was before the page was loaded again.
  function keepPlace() {
    const open = Array.from(document.querySelectorAll("details"), (part) => part.open);
    try {
      sessionStorage.setItem(kept, JSON.stringify({ x: scrollX, y: scrollY, open }));
    } catch {
      // Without storage the page begins at its top.
    }
  }

  function findPlace() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(kept));
      sessionStorage.removeItem(kept);
    } catch {
      return;
    }
    if (!place) return;
    const parts = document.querySelectorAll("details");
    if (parts.length === place.open.length) {
      parts.forEach((part, number) => { part.open = place.open[number]; });
    }
    const go = () => scrollTo({ left: place.x, top: place.y, behavior: "instant" });
    go();
    // Pictures may have changed the page's height since.
    addEventListener("load", go, { once: true });
  }

  function loadAgain() {
    keepPlace();
    history.scrollRestoration = "manual";
    location.reload();
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function show(notice) {
    const item = element("li", "problem");
    if (notice.place) item.append(element("p", "place", notice.place));
    const message = element("p", "message");
    message.append(element("strong", "", `${notice.severity}: `), notice.message);
    if (notice.code) message.append(element("span", "code", ` [${notice.code}]`));
    item.append(message);
    if (notice.lines.length) {
      const lines = element("pre", "lines");
      for (const [number, text] of notice.lines) {
        const isHere = number === notice.line;
        lines.append(element("span", isHere ? "here" : "near", `${String(number).padStart(5)} | ${text}\n`));
      }
      item.append(lines);
    }
    if (notice.hint) item.append(element("p", "hint", `hint: ${notice.hint}`));
    return item;
  }

  let host = null;
  let shown = "";

  function showNotices(notices) {
    const now = JSON.stringify(notices);
    if (now === shown) return;
    shown = now;
    host?.remove();
    host = null;
    // A page of the preview's own lists them itself.
    if (!notices.length || document.querySelector(".problems")) return;
    host = element("portalgen-preview");
    const root = host.attachShadow({ mode: "open" });
    const style = element("link");
    style.rel = "stylesheet";
    style.href = "/_preview/overlay.css";
    const panel = element("section", "panel");
    panel.setAttribute("role", "alert");
    panel.lang = "en";
    panel.dir = "ltr";
    const hide = element("button", "hide", "Hide");
    hide.type = "button";
    hide.addEventListener("click", () => host?.remove());
    const count = notices.length === 1 ? "1 error" : `${notices.length} errors`;
    panel.append(element("h2", "", `${count}: this is the last good page`), hide);
    const list = element("ul", "problems");
    list.append(...notices.map(show));
    panel.append(list);
    root.append(style, panel);
    document.documentElement.append(host);
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") host?.remove();
  });

  let source = null;

  // A browser opens few connections to one server: pages that nobody looks at give theirs back.
  function listen() {
    if (document.hidden) {
      source?.close();
      source = null;
      return;
    }
    if (source) return;
    const asked = new URLSearchParams({ client: mine.client, view: mine.view, address: mine.address });
    source = new EventSource(`/_preview/events?${asked}`);
    source.addEventListener("message", (event) => {
      const state = JSON.parse(event.data);
      if (state.build !== mine.build) {
        source.close();
        loadAgain();
      } else {
        showNotices(state.notices);
      }
    });
  }

  findPlace();
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", listen);
})();
