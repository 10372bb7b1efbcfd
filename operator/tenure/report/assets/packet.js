"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const days = JSON.parse(document.getElementById("days").textContent);
  const table = document.getElementById("reviews");
  const bodies = [...table.tBodies];
  const words = { C: "counted", S: "set-up", A: "unavailable", U: "unknown", ".": "not read" };

  /* Small makers of elements. Text is set as text, never as markup. */
  const draw = (name, attributes, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const make = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const hours = (tenths) => (tenths < 0 ? "?" : (tenths / 10).toFixed(1));
  const date = (first, number) => {
    const day = new Date(`${first}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + number);
    return day.toISOString().slice(0, 10);
  };

  /* Sorting: every column by what its cells hold for it; equal ones keep their order. */
  const collator = new Intl.Collator(undefined, { numeric: true });
  const keys = (column) => new Map(bodies.map((body) => {
    const cell = body.rows[0].cells[column];
    return [body, cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v)];
  }));
  const sort = (head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const by = keys(head.cellIndex);
    const compare = (one, other) => {
      const [a, b] = [by.get(one), by.get(other)];
      return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
    };
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    bodies.sort((one, other) => (down ? compare(other, one) : compare(one, other)));
    table.append(...bodies);
  };
  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => sort(button.closest("th")));
  }

  /* Filtering: every word must occur, every choice must fit. */
  const search = document.getElementById("search");
  const choices = [...document.querySelectorAll("select[data-of]")];
  const texts = new Map();
  const text = (body) => {
    if (!texts.has(body)) texts.set(body, body.textContent.toLowerCase());
    return texts.get(body);
  };
  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const body of bodies) {
      const fits = choices.every((choice) => !choice.value || body.dataset[choice.dataset.of] === choice.value)
        && wanted.every((word) => text(body).includes(word));
      body.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = `${shown} of ${bodies.length} reviews are shown.`;
  };
  search.addEventListener("input", filter);
  for (const choice of choices) choice.addEventListener("change", filter);
  const clear = () => {
    search.value = "";
    for (const choice of choices) choice.value = "";
    filter();
  };
  document.getElementById("clear").addEventListener("click", () => {
    clear();
    search.focus();
  });

  /* Opening: a plot is drawn when it is first seen. */
  const all = (open) => {
    for (const body of bodies) if (!body.hidden) body.querySelector("details").open = open;
  };
  document.getElementById("open").addEventListener("click", () => all(true));
  document.getElementById("close").addEventListener("click", () => all(false));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) show(entry.target);
  });
  const plots = [...document.querySelectorAll("figure[data-days]")];
  for (const figure of plots) seen.observe(figure);
  addEventListener("beforeprint", () => {
    for (const figure of plots) if (figure.closest("details").open) show(figure);
  });

  const show = (figure) => {
    seen.unobserve(figure);
    const values = days[Number(figure.dataset.days)];
    if (!values || figure.querySelector("svg")) return;
    figure.prepend(plot(values, Math.max(340, Math.min(figure.clientWidth || 760, 900))));
  };

  table.addEventListener("toggle", (event) => {
    const list = event.target;
    if (list.className !== "days scroll" || !list.open || list.querySelector("table")) return;
    list.append(rows(days[Number(list.parentElement.querySelector("figure").dataset.days)]));
  }, true);

  /* The plot: bars of busy hours, edges as steps, what does not count behind them. */
  const HEIGHT = 250, LEFT = 46, RIGHT = 104, TOP = 16, BOTTOM = 26, LETTER = 6.2;
  const column = (values, number) => (Array.isArray(values) ? values[number] : values);
  const behind = { S: "set-up", A: "unavailable", U: "unknown", ".": "unread" };
  const plot = (values, width) => {
    const step = (width - LEFT - RIGHT) / values.s.length, end = width - RIGHT;
    const each = [...values.s].map((state, number) => ({
      state, number, x: LEFT + number * step, busy: column(values.b, number), base: column(values.p, number),
      second: column(values.w, number),
    }));
    const edge = (day, percent) => (day.base * percent) / 100;
    const top = 1.12 * Math.max(10, ...each.map((day) => Math.max(
      day.busy, day.second, ...values.e.map((percent) => edge(day, percent)))));
    const y = (tenths) => HEIGHT - BOTTOM - (tenths / top) * (HEIGHT - TOP - BOTTOM);
    const svg = draw("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": "Plot of busy hours per day. Its caption and the table below say the same." });
    svg.append(...grid(top, y, end), ...months(values.f, each));
    for (const run of values.s.matchAll(/S+|A+|U+|\.+/g)) {
      const place = { x: LEFT + run.index * step, width: run[0].length * step, y: TOP, height: HEIGHT - TOP - BOTTOM };
      svg.append(draw("rect", { ...place, class: behind[run[0][0]] }));
    }
    for (const day of each) {
      if (day.busy > 0 && day.state !== "U") {
        svg.append(draw("rect", { x: day.x + step * 0.1, width: step * 0.8, y: y(day.busy), height: y(0) - y(day.busy), class: "busy" }));
      }
    }
    svg.append(...edges(values.e, each, step, edge, y, end), ...second(each, step, y));
    return svg;
  };
  const grid = (top, y, end) => {
    const rough = top / 40, power = 10 ** Math.floor(Math.log10(rough));
    const pace = 10 * power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) || 10);
    const marks = [];
    for (let tenths = 0; tenths < top; tenths += pace) marks.push(tenths);
    return [
      ...marks.flatMap((tenths) => [
        draw("line", { x1: LEFT, x2: end, y1: y(tenths), y2: y(tenths), class: "grid" }),
        draw("text", { x: LEFT - 6, y: y(tenths) + 4, "text-anchor": "end" }, `${tenths / 10}`),
      ]),
      draw("text", { x: 4, y: TOP - 5 }, "busy device-hours"),
    ];
  };
  const months = (first, each) => {
    let room = LEFT;
    return each.flatMap((day) => {
      const name = date(first, day.number);
      if (day.x < room || (day.number && !name.endsWith("-01"))) return [];
      const label = name.replace(/-01$/, "");
      room = day.x + LETTER * label.length + 3;
      return [
        draw("line", { x1: day.x, x2: day.x, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 5, class: "axis" }),
        draw("text", { x: day.x, y: HEIGHT - 8 }, label),
      ];
    });
  };
  const edges = (percents, each, step, edge, y, end) => {
    let below = Infinity;
    return [...percents].sort((one, other) => one - other).flatMap((percent) => {
      const path = each.map((day) => `${day.number ? "L" : "M"}${day.x} ${y(edge(day, percent))}H${day.x + step}`).join("");
      const last = [...each].reverse().find((day) => day.base > 0) || each[each.length - 1];
      const place = Math.min(y(edge(last, percent)) + 4, below - 12);
      below = place;
      const label = `${percent} %: ${hours(edge(last, percent))} h`;
      return [
        draw("path", { d: path, class: "edge" }),
        draw("text", { x: end + 6, y: place, class: "edge-label" }, label),
      ];
    });
  };
  const second = (each, step, y) => {
    let pen = "M";
    const path = each.map((day) => {
      if (day.second < 0) { pen = "M"; return ""; }
      const move = `${pen}${day.x + step / 2} ${y(day.second)}`;
      pen = "L";
      return move;
    }).join("");
    return path ? [draw("path", { d: path, class: "second" })] : [];
  };

  /* The same as a table, for those who do not look at plots. */
  const rows = (values) => {
    const found = make("table", "");
    const head = found.createTHead().insertRow();
    for (const name of ["date", "state", "busy h", "granted h", "requested h", "second signal h", "reason"]) {
      head.append(make("th", name, { scope: "col" }));
    }
    const body = found.createTBody();
    [...values.s].forEach((state, number) => {
      const row = body.insertRow();
      row.append(make("th", date(values.f, number), { scope: "row" }), make("td", words[state]));
      const busy = state === "U" || state === "." ? "?" : hours(column(values.b, number));
      for (const cell of [busy, ...["g", "q", "w"].map((key) => hours(column(values[key], number)))]) row.append(make("td", cell));
      row.append(make("td", values.r[number] || ""));
    });
    return found;
  };

  /* A link to a review opens it. */
  const follow = () => {
    const body = bodies.find((one) => one.id === location.hash.slice(1));
    if (!body) return;
    if (body.hidden) clear();
    body.querySelector("details").open = true;
    body.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();
  filter();
})();
