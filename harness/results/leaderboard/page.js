// The board: rows are made of its content when they come near the window, sorted and filtered.
(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const content = JSON.parse(document.getElementById("content").textContent);
  const { rows, columns } = content;
  const body = board.tBodies[0];
  const scroller = board.closest(".scroll");
  const heads = [...board.tHead.rows[0].cells];
  const last = heads.length - 1; // the mean
  const made = []; // row -> its element, once it was needed
  let order = rows.map((_, row) => row);
  let wanted = heads.map(() => true); // columns that the filter shows
  let visible = order;
  let filled = 0;
  let height = 60; // of a row, about; measured once there are some

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
    const shown = kind?.value ?? "";
    if ((made[row].dataset.kind ?? "") !== shown) {
      [...made[row].cells].forEach((cell, column) => (cell.hidden = !wanted[column]));
      made[row].dataset.kind = shown;
    }
    return made[row];
  }

  function line(model, row) {
    const tr = make("tr", head(model), { className: model.weights === "random" ? "untrained" : "" });
    tr.append(...model.cells.map((cell, column) => (cell ? result(cell, row, column) : missing())), mean(model.mean));
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
    return make("td", make("span", "·", { ariaLabel: "not run" }), { className: "missing" });
  }

  function result(cell, row, column) {
    const about = `${rows[row].name} on ${columns[column].name}`;
    const button = make("button", null, { type: "button", className: "cell", ariaHasPopup: "dialog" });
    button.title = cell.message ? `${about}: ${cell.message}` : about;
    Object.assign(button.dataset, { row, column });
    const td = make("td", button);
    if (cell.state === "not measurable") {
      td.className = "unmeasurable";
      button.append("not measurable");
    } else if (cell.state === "failed") {
      td.className = "failed";
      button.append(make("span", "✕", { className: "cross", ariaHidden: "true" }), " failed");
    } else {
      td.className = `scored${cell.best ? " best" : ""}${cell.version ? " outdated" : ""}`;
      td.style.setProperty("--level", (cell.level ?? 0).toFixed(3));
      button.append(make("span", fixed(cell.score), { className: "score" }));
      if (cell.error !== undefined) button.append(make("span", `± ${spread(cell.error)}`, { className: "error" }));
      if (cell.version) button.append(make("span", `version ${cell.version}`, { className: "mark" }));
      if (cell.failed) button.append(make("span", "latest run failed", { className: "mark" }));
    }
    return td;
  }

  function mean([value, error, count, of, rank]) {
    const td = make("td", value === null ? "–" : make("span", fixed(value), { className: "score" }));
    td.className = count === of ? "mean" : "mean partial";
    if (value === null) return td;
    if (error !== null) td.append(make("span", `± ${spread(error)}`, { className: "error" }));
    td.append(make("span", `${rank ? `rank ${rank}, ` : ""}${count} of ${of}`, { className: "mark" }));
    return td;
  }

  // Sorting: a click sorts, another turns round. Cells without a value come last either way, partial means after complete ones.
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(head, column)));

  function sort(head, column) {
    const text = column === 0;
    const now = head.getAttribute("aria-sort");
    const down = now ? now === "ascending" : !text;
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((_, row) => ({ row, ...key(rows[row], column) }));
    keyed.sort((a, b) =>
      a.missing - b.missing || a.partial - b.partial || (a.missing ? 0 : compare(a.value, b.value) * (down ? -1 : 1)));
    order = keyed.map((entry) => entry.row);
    scroller.scrollTop = 0;
    filter();
  }

  function key(row, column) {
    const value = column === 0 ? row.name.toLowerCase() : column === last ? row.mean[0] : row.cells[column - 1]?.score ?? null;
    return { value, missing: value === null, partial: column === last ? row.mean[3] - row.mean[2] : 0 };
  }

  function compare(a, b) {
    return typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b;
  }

  // Filtering: every word of the text, the kind of weights, and all tags that are ticked; of one kind of benchmarks, its columns and the
  // models that have a result there.
  const text = document.getElementById("text");
  const weights = document.getElementById("weights");
  const kind = document.getElementById("kind");
  const tags = [...document.querySelectorAll("input[name=tag]")];
  const form = document.querySelector(".controls");
  form.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const haystacks = rows.map((row) => [row.name, row.summary, row.tags.join(" "), row.weights].join(" ").toLowerCase());

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const ticked = tags.filter((tag) => tag.checked).map((tag) => tag.value);
    const ofKind = (column) => columns[column - 1]?.kind === kind.value;
    wanted = heads.map((head, column) => !(head.hidden = Boolean(kind?.value) && column > 0 && column < last && !ofKind(column)));
    visible = order.filter((row) => {
      const model = rows[row];
      return words.every((word) => haystacks[row].includes(word)) && (!weights.value || weights.value === model.weights)
        && ticked.every((tag) => model.tags.includes(tag))
        && (!kind?.value || model.cells.some((cell, column) => cell && ofKind(column + 1)));
    });
    show();
    document.getElementById("count").textContent = `${visible.length} of ${rows.length} model${rows.length === 1 ? "" : "s"}`;
    document.getElementById("nothing").hidden = visible.length > 0;
  }
  filter();

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

  body.addEventListener("click", (event) => {
    const button = event.target.closest(".cell");
    if (button) detail.open(content, Number(button.dataset.row), Number(button.dataset.column));
  });
})();
