// The details of a cell: what its score is, what it was computed with, and the benchmark's figure. Those of a large board lie in a
// folder beside the page, a file a row, and are read when they are asked for.
const detail = (() => {
  const dialog = document.getElementById("detail");
  const held = JSON.parse(document.getElementById("details").textContent);
  const waiting = {};
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  window.harnessDetails = (made, row, facts) => waiting[row]?.(made, facts);

  function read(content, row) {
    if (held[row]) return Promise.resolve(held[row]);
    return new Promise((resolve, reject) => {
      const script = make("script", null, { src: `${content.folder}/${row}.js` });
      script.onerror = () => reject(new Error(`The folder ${content.folder}, which belongs beside this page, is not there.`));
      waiting[row] = (made, facts) => {
        if (made !== content.made) return reject(new Error("The page was made anew since it was opened; load it again."));
        for (const fact of Object.values(facts)) fact.figure &&= `${content.folder}/${encodeURIComponent(fact.figure)}`;
        resolve((held[row] = facts));
      };
      document.head.append(script);
    });
  }

  async function open(content, row, column) {
    const about = { model: content.rows[row], benchmark: content.columns[column] };
    let parts;
    try {
      parts = shown(about, (await read(content, row))[column]);
    } catch (error) {
      parts = [...titles(about), make("p", error.message, { className: "message" })];
    }
    show(parts);
  }

  // A benchmark: what it is, between what its scores lie, what to cite, where to read on.
  function describe({ name, about }) {
    const links = make("p", null, { className: "links" });
    for (const [title, href] of Object.entries(about.links)) links.append(make("a", title, { href, rel: "noreferrer" }));
    const parts = [make("h2", name, { id: "detail-title" }), make("p", about.summary, { className: "on" }),
      ...about.remarks.map((remark) => make("p", remark, { className: "message" })), list(about.facts), links];
    if (about.bibtex) parts.push(folded("Cite the benchmark", make("pre", about.bibtex)));
    show(parts);
  }

  function show(parts) {
    document.getElementById("detail-body").replaceChildren(...parts);
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  function titles({ model, benchmark }) {
    const name = model.arguments ? `${model.identifier} (${model.arguments})` : model.name;
    return [make("h2", name, { id: "detail-title" }), make("p", `on ${benchmark.name}`, { className: "on" })];
  }

  function shown(about, result) {
    const parts = titles(about);
    if (result.status === "scored") {
      const big = make("p", fixed(result.score), { className: "big" });
      if (result.error !== null) big.append(make("small", ` ± ${spread(result.error)}`));
      parts.push(big, ruler(result));
    }
    if (result.status === "not measurable") parts.push(make("p", `Not measurable: ${result.message}`, { className: "message" }));
    if (result.failure) {
      const before = result.status === "scored" ? `The latest run (${date(result.failed_at)}) failed: ` : "";
      parts.push(make("p", before + result.failure, { className: "message" }));
    }
    if (result.figure) {
      const alt = `${about.benchmark.name}: ${about.model.name} against the data`;
      parts.push(make("h3", "Figure"), make("img", null, { src: result.figure, alt }));
    }
    parts.push(make("h3", "Score"), list(score(about, result)));
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
    for (const [title, text] of [["Cite the model", about.model.bibtex], ["Cite the benchmark", about.benchmark.about.bibtex]]) {
      if (text) parts.push(folded(title, make("pre", text)));
    }
    return parts;
  }

  function score({ model, benchmark }, result) {
    const weights = [result.weights.kind, result.weights.source, result.weights.seed === null ? "" : `seed ${result.weights.seed}`];
    return {
      "Before the ceiling": result.raw === null ? null : number(result.raw),
      Ceiling: number(result.ceiling, result.ceiling_error),
      Chance: number(result.chance),
      Weights: weights.filter(Boolean).join(", ") + (result.weights.kind === "random" ? " (untrained)" : ""),
      Model: model.summary,
      Benchmark: [benchmark.summary, result.benchmark_version === null ? "" : `version ${result.benchmark_version}`].filter(Boolean).join(", "),
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

  function digests(named) {
    const each = Object.entries(named).map(([name, value]) => `${name} ${value.slice(0, 16)}`);
    return each.length > 4 ? folded(`${each.length} sets`, each.join(", ")) : each.join(", ");
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

  return { open, describe, dialog };
})();
