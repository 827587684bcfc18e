// Keeps a page live and sends its forms without leaving it. Without this script pages work as they are.
"use strict";
(() => {
  const live = document.getElementById("live");
  const label = live.querySelector("span");
  const clock = document.getElementById("clock");
  const liveText = label.textContent;
  // The server speaks at least every ten seconds.
  const silenceAllowed = 25000;
  let lastHeard = Date.now();

  function show(state) {
    if (live.dataset.liveState === state) return;
    live.dataset.liveState = state;
    label.textContent = state === "lost" ? live.dataset.lost : liveText;
  }

  // Makes `old` like `fresh` in place, so that focus, scroll position, selection and opened details stay.
  function morph(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id || "") !== (fresh.id || "")) {
      old.replaceWith(fresh);
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      const kept = name === "open" && old.nodeName === "DETAILS";
      if (!kept && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    morphChildren(old, fresh);
  }

  function morphChildren(old, fresh) {
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((node, index) => {
      if (index < before.length) morph(before[index], node);
      else old.appendChild(node);
    });
    before.slice(after.length).forEach((node) => node.remove());
  }

  function place(id, html) {
    const section = document.getElementById(id);
    if (!section) return;
    const template = document.createElement("template");
    template.innerHTML = html;
    const focused = document.activeElement && document.activeElement.id;
    morphChildren(section, template.content);
    if (focused && (!document.activeElement || document.activeElement.id !== focused)) {
      const again = document.getElementById(focused);
      if (again) again.focus({ preventScroll: true });
    }
  }

  function follow() {
    const address = location.pathname + location.search;
    const source = new EventSource("/live?path=" + encodeURIComponent(address));
    source.onmessage = (message) => {
      lastHeard = Date.now();
      show("on");
      const news = JSON.parse(message.data);
      clock.textContent = news.clock;
      for (const [id, html] of news.pieces) place(id, html);
    };
    source.onerror = () => {
      show("lost");
      // The browser tries again by itself unless the server answered with an error.
      if (source.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
    };
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  setInterval(() => {
    if (live.dataset.liveState === "on" && Date.now() - lastHeard > silenceAllowed) show("lost");
  }, 5000);

  // A page taken from the browser's memory is old.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    // A page that asks for confirmation is shown anew, because what was confirmed may have changed.
    if (event.submitter && event.submitter.dataset.action === "confirm-batch") return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      const address = button.hasAttribute("formaction") ? button.formAction : form.action;
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      // What was done may lead to another page.
      if (answer.ok && new URL(answer.url).pathname !== location.pathname) {
        location.assign(answer.url);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const notice = page.getElementById("notice");
      const problem = page.querySelector(".problem");
      const shown = document.getElementById("notice");
      shown.replaceChildren(...(problem ? [problem] : notice ? notice.childNodes : []));
      for (const section of page.querySelectorAll("[data-live]")) place(section.id, section.innerHTML);
    } catch {
      show("lost");
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  if (live.dataset.follow === "yes") follow();
})();
