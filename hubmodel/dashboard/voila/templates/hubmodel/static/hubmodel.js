/* What the widgets cannot do by themselves: names for assistive technology, downloads, the address, the heartbeat. */
(() => {
  "use strict";
  const CHART = ".hub-chart .echarts-widget-auto-height", PING_EVERY = 5000, LOST_AFTER = 15000, WRITE_AFTER = 200;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const set = (node, name, value) => { if (node && node.getAttribute(name) !== value) node.setAttribute(name, value); };
  let wanted = "", editing = false, opener = null, drawerOpen = false, answered = Date.now(), asked = 0, said = 0, opened = false;
  let awaited = 0, topOfPage = 0, writing = 0;

  /* The chart library writes width="auto" on a new picture, which browsers report as an error. */
  const plain = SVGElement.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function (name, value) { if (value !== "auto") plain.call(this, name, value); };

  /* Tell the kernel something: through the hidden text field of the bridge. */
  function ask(message) {
    const field = one(".hub-ask input");
    if (!field) return;
    field.value = `${++said} ${message}`;
    if (/^(open|page|return) /.test(message)) awaited = said;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Names and roles that ipywidgets leaves out. */
  function describe() {
    for (const lever of all(".hub-lever")) {
      const label = one("label", lever)?.textContent.trim(), input = one("input[type=text]", lever);
      const message = one(".hub-message", lever), handle = one(".noUi-handle", lever);
      if (!input || !label) continue;
      if (message && !message.id) message.id = "message-" + label.replace(/\W+/g, "-");
      set(message, "aria-live", "polite");
      set(input, "aria-describedby", message?.id);
      set(input, "aria-invalid", String(lever.classList.contains("hub-invalid")));
      set(handle, "aria-label", label);
      set(handle, "aria-valuetext", input.value);
      set(one(".hub-reset", lever), "aria-label", one(".hub-reset", lever)?.title);
    }
    all(".hub-explain").forEach((button) => set(button, "aria-label", button.title));
    set(one(".hub-status"), "role", "status");
    all(".hub-live").forEach((box) => set(box, "aria-live", "polite"));
    set(one(".hub-levers"), "role", "group");
    set(one(".hub-levers"), "id", "hub-levers");
    set(one(".hub-what-if"), "aria-controls", "hub-levers");
    set(one(".hub-what-if"), "aria-expanded", String(document.documentElement.dataset.levers === "open"));
    set(one(".hub-levers"), "aria-label", one(".hub-levers h2")?.textContent);
    if (!one("#hub-shell")) set(one("#main"), "role", "main");
    all(CHART).forEach((chart) => {
      const name = all("h2, h2 + p", chart.closest(".hub-chart")).map((part) => part.textContent).join(". ");
      if (name) { set(chart, "role", "img"); set(chart, "aria-label", name); }
    });
    all(CHART).forEach((plot) => { if (!plot.dataset.seen) { plot.dataset.seen = "1"; sizes.observe(plot); } });
  }

  /* Charts follow the size of their place, not only of the window. */
  let sizing = 0;
  const sizes = new ResizeObserver(() => {
    clearTimeout(sizing);
    sizing = setTimeout(() => window.dispatchEvent(new Event("resize")), 60);
  });

  /* The panel with an explanation: focus goes in when it opens, and back to its button when it closes. */
  function drawer() {
    const panel = one(".hub-drawer"), open = Boolean(panel?.classList.contains("hub-open"));
    if (!panel || open === drawerOpen) return;
    drawerOpen = open;
    set(panel, "role", "dialog");
    set(panel, "aria-label", one("h2", panel)?.textContent || "");
    if (open) { set(panel, "tabindex", "-1"); panel.scrollTop = 0; panel.focus({ preventScroll: true }); }
    else opener?.focus();
  }

  /* The address holds what differs from the base case; the page has its own language, and the case's title.
     Until the kernel has answered what was asked last about pages, what it shows is not what the visitor wants. */
  function address() {
    const state = one(".hub-address [data-query]");
    if (!state) return;
    set(document.documentElement, "lang", state.dataset.language);
    document.title = one(".hub-head h1")?.textContent || document.title;
    if (!opened) {
      opened = true;
      history.scrollRestoration = "manual";
      if (location.search.length > 1) { ask("open " + location.search.slice(1)); return; }
    }
    if (Number(state.dataset.turn) < awaited || here() === location.search) return;
    clearTimeout(writing);
    writing = setTimeout(() => write("replaceState", here(), history.state), WRITE_AFTER); // not with every move
  }

  const here = () => { const query = one(".hub-address [data-query]")?.dataset.query; return query ? "?" + query : ""; };
  const pageOf = (query) => new URLSearchParams(query).get("page") || one(".hub-nav a")?.dataset.page || "";

  function write(how, query, state) {
    clearTimeout(writing);
    history[how](state, "", location.pathname + query + location.hash);
  }

  /* Another page is another entry of the history, at once; the one that is left keeps what it shows and its place. */
  function turnTo(page) {
    wanted = page;
    const known = Number(one(".hub-address [data-query]")?.dataset.turn) >= awaited ? here() : location.search;
    if (pageOf(known) !== page) {
      write("replaceState", known, { top: window.scrollY });
      const words = known.slice(1).split("&").filter((word) => word && !word.startsWith("page="));
      if (page !== pageOf("")) words.push("page=" + page);
      write("pushState", words.length ? "?" + words.join("&") : "", null);
      topOfPage = 0;
    }
    ask("page " + page);
  }

  /* Back and Forward: the page of the address that was here before, and its state. */
  window.addEventListener("popstate", (event) => {
    clearTimeout(writing);
    wanted = pageOf(location.search);
    topOfPage = event.state?.top || 0;
    ask("return " + location.search.slice(1));
  });

  /* After a change of page the focus stays on its link, and the reader begins at the top. */
  function turned() {
    const link = one(".hub-nav [aria-current]");
    if (!wanted || link?.dataset.page !== wanted) return;
    wanted = "";
    link.focus({ preventScroll: true });
    window.scrollTo({ top: topOfPage });
    showLevers(false);
  }

  /* On a phone the levers open above the strip, and close again. */
  function showLevers(open) {
    document.documentElement.dataset.levers = open ? "open" : "";
    describe();
  }

  /* A row that is opened for a change: the field is where the visitor goes on. */
  function edited() {
    const field = one(".hub-edit:not(.hub-none) .hub-field input, .hub-panel.hub-edit:not(.hub-none) input");
    if (!editing || !field || !field.offsetParent) return;
    editing = false;
    field.focus();
  }

  function heartbeat() {
    const echo = one(".hub-echo [data-echo]")?.dataset.echo;
    if (Number(echo) === asked) answered = Date.now();
    one("#hub-lost").hidden = document.hidden || Date.now() - answered < LOST_AFTER;
  }

  function ping() {
    if (!one(".hub-ask input")) { answered = Date.now(); return; }
    heartbeat();
    asked += 1;
    ask("ping " + asked);
  }

  function reveal() {
    const failed = one(".hub-failure"), ready = one(".hub-body .hub-card") && (one(CHART + " svg") || !one(CHART));
    const waiting = one("#rendered_cells.hub-waiting");
    if (!waiting || !(failed || ready)) return;
    waiting.classList.remove("hub-waiting");
    one("#hub-shell").remove();
    if (failed) return;
    document.documentElement.dataset.hub = "ready";
    setInterval(ping, PING_EVERY);
  }

  function save(parts, type, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function saveTable(button) {
    const text = one("template", button.parentElement).content.textContent;
    save(["\ufeff" + text], "text/csv;charset=utf-8", button.dataset.file);
  }

  /* The picture of a chart, with its heading, its message and where it comes from. */
  function savePicture(button) {
    const card = button.closest(".hub-chart"), drawn = one(CHART + " svg", card);
    if (!drawn) return;
    const { width, height } = drawn.getBoundingClientRect(), space = drawn.namespaceURI;
    const whole = document.createElementNS(space, "svg"), inner = drawn.cloneNode(true);
    const give = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); };
    const line = (text, y, size, weight) => {
      const node = document.createElementNS(space, "text");
      give(node, { x: 8, y, "font-size": size, "font-weight": weight, fill: "#17242e", "font-family": "sans-serif" });
      node.textContent = text;
      whole.append(node);
    };
    give(whole, { width, height: height + 92, viewBox: `0 0 ${width} ${height + 92}` });
    const paper = document.createElementNS(space, "rect");
    give(paper, { width: "100%", height: "100%", fill: "#ffffff" });
    give(inner, { y: 62, width, height });
    whole.append(paper, inner);
    line(one("h2", card).textContent, 20, 15, 700);
    line(one("p", card).textContent, 38, 12, 400);
    line(all(".hub-legend li", card).map((item) => item.textContent).join(" · "), 55, 11, 400);
    line(one(".hub-address [data-origin]")?.dataset.origin || "", height + 82, 11, 400);
    const source = new XMLSerializer().serializeToString(whole);
    if (button.dataset.file.endsWith(".svg")) { save([source], "image/svg+xml", button.dataset.file); return; }
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
      canvas.width = 2 * width;
      canvas.height = 2 * (height + 92);
      brush.scale(2, 2);
      brush.drawImage(picture, 0, 0);
      canvas.toBlob((blob) => save([blob], "image/png", button.dataset.file));
    };
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source);
  }

  /* A file from the kernel, in base64: saved once, then forgotten on both sides. */
  function parcel() {
    const sent = one(".hub-parcel [data-file]");
    if (!sent || sent.dataset.saved) return;
    sent.dataset.saved = "yes";
    save([Uint8Array.from(atob(sent.textContent), (sign) => sign.charCodeAt(0))], sent.dataset.type, sent.dataset.file);
    ask("saved");
  }

  /* A file for the kernel, in base64; one that a message cannot carry is only announced. */
  async function send(input) {
    const file = input.files[0];
    if (!file) return;
    let content = "size=" + file.size;
    if (file.size <= Number(input.dataset.largest))
      content = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
        reader.onerror = () => done("!");
        reader.readAsDataURL(file);
      });
    input.value = "";
    ask("file " + encodeURIComponent(file.name) + " " + content);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".hub-nav a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      turnTo(link.dataset.page);
    }
    const button = event.target.closest("button");
    if (button?.matches(".hub-what-if")) showLevers(document.documentElement.dataset.levers !== "open");
    if (button?.matches(".hub-download")) saveTable(button);
    if (button?.matches(".hub-picture")) savePicture(button);
    if (button?.matches(".hub-edit")) { ask("edit " + button.dataset.input); editing = true; }
    if (button?.matches(".hub-explain, .hub-named")) opener = button;
    if (button?.matches(".hub-follow")) { ask("follow " + button.dataset.line); one(".hub-drawer").scrollTop = 0; }
  });
  document.addEventListener("change", (event) => { if (event.target.matches?.(".hub-file")) send(event.target); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (drawerOpen) one(".hub-close")?.click();
    else if (document.documentElement.dataset.levers === "open") { showLevers(false); one(".hub-what-if")?.focus(); }
  }, true); // before a field keeps the key to itself
  document.addEventListener("visibilitychange", () => { answered = Date.now(); });

  let planned = false;
  const work = () => { planned = false; reveal(); describe(); drawer(); address(); turned(); edited(); parcel(); heartbeat(); };
  const watch = () => new MutationObserver(() => { if (!planned) { planned = true; requestAnimationFrame(work); } })
    .observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class", "data-echo", "data-query", "data-file"] });
  document.addEventListener("DOMContentLoaded", watch);
  setTimeout(() => {
    const starting = one("#hub-starting");
    if (starting) starting.textContent = "Still starting. If nothing appears within a minute, reload the page.";
  }, 20000);
})();
