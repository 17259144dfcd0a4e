"use strict";
(() => {
  const cells = JSON.parse(document.getElementById("cells").textContent);
  const board = document.getElementById("board");
  const dialog = document.getElementById("detail");
  if (!board) return;
  const body = board.tBodies[0];
  const rows = [...body.rows];

  // Sorting: a click sorts, another turns round. Cells without a value come last either way, partial means after complete ones.
  const heads = [...board.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(head, column)));

  function sort(head, column) {
    const text = head.querySelector("button").dataset.kind === "text";
    const now = head.getAttribute("aria-sort");
    const down = now ? now === "ascending" : !text;
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row) => {
      const { sort: value, partial = "0" } = row.cells[column].dataset;
      return { row, missing: value === undefined, partial, value: text ? value : Number(value) };
    });
    keyed.sort((a, b) =>
      a.missing - b.missing || a.partial.localeCompare(b.partial) || (a.missing ? 0 : compare(a.value, b.value) * (down ? -1 : 1)));
    body.append(...keyed.map((entry) => entry.row));
  }

  function compare(a, b) {
    return typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b;
  }

  // Filtering: every word of the text, the kind of weights, and all tags that are ticked; of one kind of benchmarks, its columns and the
  // models that have a score there.
  const text = document.getElementById("text");
  const weights = document.getElementById("weights");
  const kind = document.getElementById("kind");
  const tags = [...document.querySelectorAll("input[name=tag]")];
  const form = document.querySelector(".controls");
  form.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const ticked = tags.filter((tag) => tag.checked).map((tag) => tag.value);
    const wanted = (column) => !kind?.value || (heads[column].dataset.kind ?? kind.value) === kind.value;
    const columns = heads.map((head, column) => !(head.hidden = !wanted(column)));
    let shown = 0;
    for (const row of rows) {
      const own = row.dataset.tags.split("\n");
      const haystack = row.dataset.text.toLowerCase();
      row.hidden = !(words.every((word) => haystack.includes(word)) && (!weights.value || weights.value === row.dataset.weights)
        && ticked.every((tag) => own.includes(tag))
        && (!kind?.value || heads.some((head, column) => head.dataset.kind === kind.value && row.cells[column].querySelector(".cell"))));
      [...row.cells].forEach((cell, column) => (cell.hidden = !columns[column]));
      shown += !row.hidden;
    }
    document.getElementById("count").textContent = `${shown} of ${rows.length} model${rows.length === 1 ? "" : "s"}`;
    document.getElementById("nothing").hidden = shown > 0;
  }
  filter();

  // Keyboard: "/" goes to the filter, arrows move between cells.
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.closest("input, select")) {
      event.preventDefault();
      text.focus();
    }
    const from = event.target.closest("td");
    if (from && steps[event.key] && move(from, ...steps[event.key])) event.preventDefault();
  });

  function move(from, down, right) {
    const visible = [...body.rows].filter((row) => !row.hidden);
    let line = visible.indexOf(from.parentElement);
    let column = from.cellIndex;
    for (;;) {
      line += down;
      column += right;
      const next = visible[line]?.cells[column];
      if (!next) return false;
      const button = !next.hidden && next.querySelector(".cell");
      if (button) {
        button.focus();
        return true;
      }
    }
  }

  // A cell: what its score is, what it was computed with, and the benchmark's figure.
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".cell");
    if (button) open(cells[button.dataset.cell]);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function open(result) {
    const parts = [
      make("h2", named(result.model, result.model_arguments), { id: "detail-title" }),
      make("p", `on ${named(result.benchmark, result.benchmark_arguments)}`, { className: "on" }),
    ];
    if (result.status === "scored") {
      const big = make("p", fixed(result.score), { className: "big" });
      if (result.error !== null) big.append(make("small", ` ± ${result.error < 0.0005 ? "<0.001" : fixed(result.error)}`));
      parts.push(big, ruler(result));
    }
    if (result.status === "not measurable") parts.push(make("p", `Not measurable: ${result.message}`, { className: "message" }));
    if (result.failure) {
      const before = result.status === "scored" ? `The latest run (${date(result.failed_at)}) failed: ` : "";
      parts.push(make("p", before + result.failure, { className: "message" }));
    }
    if (result.figure) {
      parts.push(make("h3", "Figure"), make("img", null, { src: result.figure, alt: `${result.benchmark}: ${result.model} against the data` }));
    }
    parts.push(make("h3", "Score"), list(score(result)));
    if (result.notes.length) parts.push(make("h3", "Notes"), ...result.notes.map((note) => make("p", note)));
    const against = result.comparison;
    if (against.how) {
      parts.push(make("h3", "Against the other models"), list({
        "Differs from": against.differs.join(", "),
        "No difference shown from": against.alike.join(", "),
        Compared: `${against.how}; p < 0.05 after Holm's correction for all pairs of models`,
      }));
    }
    parts.push(make("h3", "Provenance"), list(provenance(result)));
    for (const [title, text] of [["Cite the model", result.bibtex], ["Cite the benchmark", result.benchmark_bibtex]]) {
      if (text) parts.push(folded(title, make("pre", text)));
    }
    document.getElementById("detail-body").replaceChildren(...parts);
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  function score(result) {
    const weights = [result.weights.kind, result.weights.source, result.weights.seed === null ? "" : `seed ${result.weights.seed}`];
    return {
      "Before the ceiling": result.raw === null ? null : number(result.raw),
      Ceiling: number(result.ceiling, result.ceiling_error),
      Chance: number(result.chance),
      Weights: weights.filter(Boolean).join(", ") + (result.weights.kind === "random" ? " (untrained)" : ""),
      Model: result.summary,
      Benchmark: [result.benchmark_summary, result.benchmark_version === null ? "" : `version ${result.benchmark_version}`].filter(Boolean).join(", "),
    };
  }

  function provenance(result) {
    const from = result.provenance;
    return {
      Finished: date(from.created),
      "Took": from.duration === null ? null : `${from.duration.toFixed(1)} s on ${from.device}`,
      Machine: from.platform,
      Harness: from.revision && code(from.revision),
      "Model from": from.plugins.model,
      "Benchmark from": from.plugins.benchmark,
      "Model digest": from.model_digest && code(from.model_digest),
      "Weights digest": from.weights_digest && code(from.weights_digest),
      Stimuli: digests(from.stimulus_digests),
      Data: digests(from.data_digests),
      "Split digest": from.split_digest && code(from.split_digest),
      Versions: Object.entries(from.versions).map(([name, version]) => `${name} ${version}`).join(", "),
    };
  }

  function ruler({ score, error, chance }) {
    const low = Math.min(0, chance, score - (error ?? 0));
    const high = Math.max(1, score + (error ?? 0));
    const at = (value) => 2 + ((value - low) / (high - low)) * 96;
    const svg = shape("svg", { class: "ruler", role: "img", "aria-label": `score ${score.toFixed(3)} between chance ${chance} and ceiling 1` });
    svg.append(shape("line", { class: "track", x1: "2%", x2: "98%", y1: 16, y2: 16 }));
    const marks = Math.abs(at(chance) - at(1)) < 12 ? [[1, "ceiling"]] : [[chance, "chance"], [1, "ceiling"]];
    for (const [value, name] of marks) {
      svg.append(shape("line", { class: "tick", x1: `${at(value)}%`, x2: `${at(value)}%`, y1: 8, y2: 24 }));
      const anchor = at(value) < 10 ? "start" : at(value) > 90 ? "end" : "middle";
      svg.append(shape("text", { x: `${at(value)}%`, y: 40, "text-anchor": anchor }, `${name} ${value}`));
    }
    if (error !== null) svg.append(shape("line", { class: "bar", x1: `${at(score - error)}%`, x2: `${at(score + error)}%`, y1: 16, y2: 16 }));
    svg.append(shape("circle", { cx: `${at(score)}%`, cy: 16, r: 6 }));
    return svg;
  }

  function make(tag, content, properties = {}) {
    const element = Object.assign(document.createElement(tag), properties);
    if (content !== null) element.append(content);
    return element;
  }

  function shape(tag, attributes, content) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    if (content) element.textContent = content;
    return element;
  }

  function list(facts) {
    const element = document.createElement("dl");
    for (const [name, value] of Object.entries(facts)) {
      if (value) element.append(make("dt", name), make("dd", value));
    }
    return element;
  }

  function folded(title, content) {
    const element = make("details", make("summary", title));
    element.append(content);
    return element;
  }

  function digests(named) {
    const each = Object.entries(named).map(([name, value]) => `${name} ${value.slice(0, 16)}`);
    return each.length > 4 ? folded(`${each.length} sets`, each.join(", ")) : each.join(", ");
  }

  function code(text) {
    return make("code", text);
  }

  function named(identifier, given) {
    const entries = Object.entries(given).map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
    return entries.length ? `${identifier} (${entries.join(", ")})` : identifier;
  }

  function number(value, error = null) {
    if (value === null) return null;
    const shown = String(Number(value.toPrecision(4))).replace("-", "−");
    return error ? `${shown} ± ${Number(error.toPrecision(2))}` : shown;
  }

  function fixed(value) {
    return (Math.round(value * 1000) / 1000 + 0).toFixed(3).replace("-", "−");
  }

  function date(text) {
    const moment = new Date(text);
    return isNaN(moment) ? text : moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
})();
