// The board: rows are made of its content when they come near the window, sorted and filtered.
(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const content = JSON.parse(document.getElementById("content").textContent);
  const { rows, columns, suites } = content;
  const body = board.tBodies[0];
  const scroller = board.closest(".scroll");
  const [first, ...groups] = board.tHead.rows[0].cells;
  const heads = [first, ...board.tHead.rows[1].cells, groups.pop()];
  const slots = heads.map(({ dataset }) => dataset); // what each column of the table holds: a benchmark, a kind, or neither
  const last = heads.length - 1; // the mean
  const made = []; // row -> its element, once it was needed
  let order = rows.map((_, row) => row);
  let wanted = heads.map(() => true); // columns that are not folded
  let arrangement = 0; // counts how often columns were folded
  let suite = suites[0];
  let visible = order;
  let filled = 0;
  let height = 36; // of a row, about; measured once there are some

  if (content.ranking) document.getElementById("ranking").append(plotRanking(content.ranking));

  // Rows: as many as reach below the window; a last one holds the place of the others.
  const rest = make("tr", make("td", null, { colSpan: heads.length }), { className: "rest", ariaHidden: "true" });

  function show() {
    filled = 0;
    body.replaceChildren();
    grow();
  }

  function grow(upTo = 0) {
    const reach = scroller.scrollTop + window.innerHeight; // of which the scroller has less
    while (filled < visible.length && (filled < upTo || filled * height < reach)) {
      const end = Math.max(upTo, Math.ceil(reach / height), filled + 1);
      rest.remove();
      body.append(...visible.slice(filled, end).map(element));
      filled = Math.min(end, visible.length);
      height = body.offsetHeight / filled;
    }
    if (filled === visible.length || rest.isConnected) return;
    rest.firstChild.style.height = `${height * (visible.length - filled)}px`;
    body.append(rest);
  }

  scroller.addEventListener("scroll", () => grow(), { passive: true });
  window.addEventListener("resize", () => grow());
  window.addEventListener("beforeprint", () => grow(visible.length));

  function element(row) {
    made[row] ??= line(rows[row], row);
    if (made[row].dataset.arranged !== String(arrangement)) {
      [...made[row].cells].forEach((cell, column) => (cell.hidden = !wanted[column]));
      made[row].dataset.arranged = arrangement;
    }
    return made[row];
  }

  function line(model, row) {
    const tr = make("tr", head(model), { className: model.weights === "random" ? "untrained" : "" });
    const means = suite.rows[row];
    tr.append(...slots.slice(1).map(({ column, kind }) => {
      if (column !== undefined) return model.cells[column] ? result(model.cells[column], row, Number(column)) : missing();
      return kind === undefined ? whole(means.mean) : ofKind(kind, means.kinds[kind]);
    }));
    return tr;
  }

  function head(model) {
    const th = make("th", breakable("span", model.identifier, "identifier"), { scope: "row", className: "name", title: model.summary });
    if (model.arguments) th.append(breakable("small", model.arguments, "arguments"));
    if (model.weights === "random") th.append(badge("random weights", `untrained: ${model.weightsDetail}`));
    if (model.perturbed) th.append(badge("perturbed", "A control: something is done to the network while it runs. It has no rank."));
    return th;
  }

  function badge(text, title) {
    return make("span", text, { className: "badge", title });
  }

  function missing() {
    return make("td", make("span", "·", { role: "img", ariaLabel: "not run" }), { className: "missing" });
  }

  function result(cell, row, column) {
    const about = `${rows[row].name} on ${columns[column].name}`;
    const button = make("button", null, { type: "button", className: "cell", ariaHasPopup: "dialog" });
    const score = cell.score === undefined ? "" : fixed(cell.score);
    button.title = `${about}: ${cell.message ? `${cell.state}, ${cell.message}` : score + (cell.error === undefined ? "" : ` ± ${spread(cell.error)}`)}`;
    button.ariaLabel = `${about}: ${score || cell.state}`;
    Object.assign(button.dataset, { row, column });
    const td = make("td", button);
    if (cell.state === "not measurable") {
      td.className = "unmeasurable";
      button.append("n/m");
    } else if (cell.state === "failed") {
      td.className = "failed";
      button.append("✕");
    } else {
      td.className = `scored${cell.best ? " best" : ""}${cell.version ? " outdated" : ""}`;
      td.style.setProperty("--level", (cell.level ?? 0).toFixed(3));
      button.append(make("span", brief(cell.score), { className: "score" }));
      const more = (said, shown, className) => {
        button.ariaLabel += `, ${said}`;
        button.append(make("span", shown, { className }));
      };
      if (cell.error !== undefined) more(`standard error ${spread(cell.error)}`, `±${small(cell.error)}`, "error");
      if (cell.version) more(`of version ${cell.version}`, `v${cell.version}`, "mark");
      if (cell.failed) more("latest run failed", "✕ since", "mark");
    }
    return td;
  }

  function whole([value, error, count, of, rank]) {
    const td = make("td", make("span", brief(value), { className: "score" }), { className: count === of ? "mean" : "mean partial" });
    if (error !== null) td.firstChild.append(" ", make("small", `±${small(error)}`, { className: "error" }));
    if (of) td.append(make("span", `${rank ? `rank\u00a0${rank}, ` : ""}${count}\u00a0of\u00a0${of}`, { className: "mark" }));
    return td;
  }

  function ofKind(kind, [value, , count, of]) {
    const td = make("td", make("span", brief(value), { className: "score" }), { className: "kind" });
    td.dataset.kind = kind;
    if (of) td.append(make("span", `${count}\u00a0of\u00a0${of}`, { className: "mark" }));
    return td;
  }

  // Sorting: a click sorts, another turns round. Cells without a value come last either way, partial means after complete ones.
  heads.forEach((head, column) => head.querySelector(".sort").addEventListener("click", () => sort(head, column)));

  function sort(head, column, descending) {
    const text = column === 0;
    const now = head.getAttribute("aria-sort");
    const down = descending ?? (now ? now === "ascending" : !text);
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((_, row) => ({ row, ...key(row, column) }));
    keyed.sort((a, b) =>
      a.missing - b.missing || a.partial - b.partial || (a.missing ? 0 : compare(a.value, b.value) * (down ? -1 : 1)));
    order = keyed.map((entry) => entry.row);
    scroller.scrollTop = 0;
    filter();
  }

  function key(row, column) {
    const { column: at, kind } = slots[column];
    const { mean, kinds } = suite.rows[row];
    const value = column === 0 ? rows[row].name.toLowerCase() : column === last ? mean[0]
      : at === undefined ? kinds[kind][0] : rows[row].cells[at]?.score ?? null;
    return { value, missing: value === null, partial: column === last ? mean[3] - mean[2] : 0 };
  }

  function compare(a, b) {
    return typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b;
  }

  // Filtering: every word of the text, the kind of weights, and all tags that are ticked.
  const text = document.getElementById("text");
  const weights = document.getElementById("weights");
  const tags = [...document.querySelectorAll("input[name=tag]")];
  const form = document.querySelector(".controls");
  form.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const haystacks = rows.map((row) => [row.name, row.summary, row.tags.join(" "), row.weights].join(" ").toLowerCase());

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const ticked = tags.filter((tag) => tag.checked).map((tag) => tag.value);
    visible = order.filter((row) => {
      const model = rows[row];
      return words.every((word) => haystacks[row].includes(word)) && (!weights.value || weights.value === model.weights)
        && ticked.every((tag) => model.tags.includes(tag));
    });
    show();
    document.getElementById("count").textContent = `${visible.length} of ${rows.length} model${rows.length === 1 ? "" : "s"}`;
    document.getElementById("nothing").hidden = visible.length > 0;
  }

  // Columns: a kind of benchmarks folds into its mean; of a suite, only its own benchmarks may be shown.
  const only = document.getElementById("only");
  const folds = groups.map((group) => group.querySelector(".fold"));
  const isOpen = (fold) => fold.getAttribute("aria-expanded") === "true";
  folds.forEach((fold) => fold.addEventListener("click", () => turn(fold, !isOpen(fold))));
  only.addEventListener("change", arrange);

  function turn(fold, open) {
    fold.setAttribute("aria-expanded", open);
    arrange();
  }

  function arrange() {
    const open = new Map(groups.map((group, at) => [group.dataset.kind, isOpen(folds[at])]));
    const members = new Set(suite.columns);
    const shown = slots.map(({ column, kind }) => column !== undefined && open.get(kind) && (!only.checked || members.has(Number(column))));
    const count = (own) => shown.filter((is, at) => is && slots[at].kind === own).length;
    wanted = slots.map(({ column, kind }, at) => (column === undefined ? kind === undefined || count(kind) !== 1 : shown[at]));
    heads.forEach((head, column) => {
      head.hidden = !wanted[column];
      for (const row of board.tFoot.rows) row.cells[column].hidden = head.hidden;
    });
    board.tFoot.hidden = !shown.includes(true);
    for (const group of groups) {
      group.colSpan = slots.filter(({ kind }, column) => wanted[column] && kind === group.dataset.kind).length;
    }
    arrangement += 1;
    show();
  }

  // Suites: means, coverage and ranks over the chosen one.
  const chosen = document.getElementById("suite");
  chosen.addEventListener("change", () => {
    suite = suites[chosen.value];
    document.querySelectorAll(".of").forEach((label) => (label.textContent = suite.identifier));
    made.length = 0;
    arrange();
    sort(heads[last], last, true);
  });

  if (window.matchMedia("(max-width: 40rem)").matches) folds.forEach((fold) => fold.setAttribute("aria-expanded", false));
  filter();
  arrange();

  // Keyboard: "/" goes to the filter, arrows move between cells.
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener("keydown", (event) => {
    if (detail.dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.closest("input, select")) {
      event.preventDefault();
      text.focus();
    }
    const from = event.target.closest("td");
    if (from && steps[event.key] && move(from, ...steps[event.key])) event.preventDefault();
  });

  function move(from, down, right) {
    let place = [...body.rows].indexOf(from.parentElement);
    let column = from.cellIndex;
    for (;;) {
      place += down;
      column += right;
      if (place >= filled) grow(place + 1);
      const next = place < filled && body.rows[place]?.cells[column];
      if (!next) return false;
      const button = !next.hidden && next.querySelector(".cell");
      if (button) {
        button.focus();
        return true;
      }
    }
  }

  board.tHead.addEventListener("click", (event) => {
    const button = event.target.closest(".about");
    if (button) detail.describe(columns[button.dataset.about]);
  });
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".cell");
    if (button) detail.open(content, Number(button.dataset.row), Number(button.dataset.column));
  });
})();
