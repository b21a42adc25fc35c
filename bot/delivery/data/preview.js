"use strict";
(() => {
  const root = document.documentElement;
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

  const choose = (kind, value) => {
    root.dataset[kind] = value;
    for (const button of document.querySelectorAll(`[data-${kind}-choice]`)) {
      button.setAttribute("aria-pressed", String(button.dataset[kind + "Choice"] === value));
    }
  };
  const wanted = new URLSearchParams(location.search);
  for (const [kind, usual] of [["theme", "auto"], ["width", "wide"]]) {
    choose(kind, wanted.get(kind) || recall("launchwire-" + kind) || usual);
    for (const button of document.querySelectorAll(`[data-${kind}-choice]`)) {
      button.addEventListener("click", () => {
        const value = button.dataset[kind + "Choice"];
        choose(kind, value);
        remember("launchwire-" + kind, value);
      });
    }
  }

  const shapes = {
    t: { timeStyle: "short" }, T: { timeStyle: "medium" },
    d: { dateStyle: "short" }, D: { dateStyle: "long" },
    f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
  };
  const steps = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const away = (at) => {
    const seconds = (at - Date.now()) / 1000;
    const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) || ["second", 1];
    return relative.format(Math.round(seconds / size), unit);
  };
  const tellTimes = () => {
    for (const time of document.querySelectorAll("time[data-style]")) {
      const at = new Date(time.dateTime);
      const style = time.dataset.style;
      time.textContent = style === "R" ? away(at) : at.toLocaleString(undefined, shapes[style] || shapes.f);
      time.title = at.toLocaleString(undefined, shapes.F);
    }
  };
  tellTimes();
  setInterval(tellTimes, 20000);

  const refresh = async () => {
    const main = document.querySelector("main");
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (fresh && fresh.dataset.version !== main.dataset.version) {
        const known = [...document.styleSheets].some((sheet) => sheet.ownerNode.textContent === page.querySelector("style").textContent);
        if (!known) { location.reload(); return; }
        main.replaceChildren(...fresh.childNodes);
        main.dataset.version = fresh.dataset.version;
        tellTimes();
      }
    } catch { /* the rehearsal has ended; what was shown stays */ }
  };
  if (location.protocol.startsWith("http")) setInterval(refresh, 1500);
})();
