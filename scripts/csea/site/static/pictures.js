/* Draws the pictures where the page has drawn ones already: with tooltips, as wide as there is room, light or dark.
   What is added to a specification is said in scripts/csea/pictures.py; scripts/csea/site/figures.py does the same.
   When anything fails, the drawn picture stays. No eval: Vega's expressions are interpreted. */
"use strict";
(() => {
  if (location.protocol === "file:") return; // a page of a copy on a disk, which may read no other file
  const here = document.currentScript;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const JOINED = ["hconcat", "vconcat", "concat"];
  const BESIDE = 60;
  const started = new Map(); // figure to what is drawn there

  const near = (name) => new URL(name, here.src).href;
  const once = (make) => { let made; return () => (made ??= make()); };
  const asked = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
    return answer.json();
  };
  const config = once(() => asked(near(here.dataset.config)));
  const embed = once(() => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = near(here.dataset.vega);
    script.onload = () => done(window.vegaEmbed);
    script.onerror = () => failed(new Error(`${script.src} cannot be loaded`));
    document.head.append(script);
  }));

  const changed = (item, change) => {
    const found = change(item);
    if (found !== undefined) return found;
    if (Array.isArray(item)) return item.map((value) => changed(value, change));
    if (item === null || typeof item !== "object") return item;
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, changed(value, change)]));
  };
  const coloured = (item, colours) =>
    changed(item, (value) => (typeof value === "string" && value.startsWith("$") ? colours[value.slice(1)] : undefined));

  function placed(spec, room, shapes) {
    const { beside, ratio = 0.5 } = spec.usermeta ?? {};
    const joined = JOINED.some((name) => name in spec);
    const width = room - (beside ?? (joined ? BESIDE : 0));
    const sizes = { width, height: Math.round(width * ratio) };
    const place = (item) => changed(item, (value) => {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
      if (value.url === "shapes") return { ...value, url: near(`map/${shapes}`) };
      return Object.fromEntries(Object.entries(value).map(([key, part]) =>
        [key, key in sizes && part === "container" ? sizes[key] : place(part)]));
    });
    return joined ? place(spec) : { autosize: { type: "fit-x", contains: "padding" }, ...place(spec) };
  }

  async function drawing(picture, room) {
    const common = await config();
    const colours = common[dark.matches ? "dark" : "light"];
    const spec = { data: { name: "answer" }, ...placed(coloured(picture.spec, colours), room, picture.shapes) };
    const font = getComputedStyle(document.body).fontFamily;
    return {
      ...spec,
      params: [{ name: "room", value: room }, ...(spec.params ?? [])],
      datasets: { answer: picture.rows },
      config: { ...coloured(common.config, colours), font },
    };
  }

  function tooltip(value, sanitize) {
    if (value === null || typeof value !== "object") return sanitize(value);
    const said = Object.entries(value).filter(([, text]) => !["", "null", "undefined", "NaN"].includes(String(text)));
    return `<table>${said.map(([name, text]) => `<tr><th>${sanitize(name)}</th><td>${sanitize(text)}</td></tr>`).join("")}</table>`;
  }

  async function draw(figure) {
    const state = started.get(figure);
    const room = Math.floor(figure.querySelector(".drawing").clientWidth);
    const key = `${room} ${dark.matches}`;
    if (!room || state.key === key || matchMedia("print").matches) return;
    state.key = key;
    try {
      const [vegaEmbed, picture] = await Promise.all([embed(), state.picture]);
      const node = document.createElement("div");
      const made = await vegaEmbed(node, await drawing(picture, room), {
        mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false, logLevel: 1,
        tooltip: { disableDefaultStyle: true, formatTooltip: tooltip },
      });
      if (state.key !== key) { made.finalize(); return; } // the window has changed again meanwhile
      state.made?.finalize();
      state.made = made;
      node.setAttribute("aria-hidden", "true"); // the text around it says what is seen
      state.live.replaceChildren(node);
      figure.classList.add("drawn");
    } catch (error) {
      state.key = null;
      console.warn(`The picture ${figure.dataset.picture} stays as it was drawn before: ${error.message}`);
    }
  }

  function start(figure) {
    const live = document.createElement("div");
    live.className = "live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", figure.dataset.alt);
    figure.querySelector(".drawing").prepend(live);
    started.set(figure, { live, key: null, picture: asked(figure.dataset.rows) });
    draw(figure);
    new ResizeObserver(() => draw(figure)).observe(figure.querySelector(".drawing"));
  }

  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      start(target);
    }
  }, { rootMargin: "600px" });
  for (const figure of document.querySelectorAll("figure.picture[data-rows]")) seen.observe(figure);
  dark.addEventListener("change", () => { for (const figure of started.keys()) draw(figure); });
})();
