// The critical-difference plot (Demšar 2006): models on an axis of mean ranks, the best half named on the left, and bars over those
// that do not differ.
function plotRanking({ models, ranks, count, groups, distance }) {
  const [width, margin, line, top] = [960, 300, 20, 44];
  const last = Math.min(count, Math.ceil(Math.max(...ranks, 1 + distance)));
  const at = (rank) => margin + ((rank - 1) / Math.max(last - 1, 1)) * (width - 2 * margin);
  const half = Math.ceil(models.length / 2);
  const under = top + 14 + 8 * groups.length;
  const height = under + line * half + 10;
  const svg = shape("svg", { class: "ranks", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "mean ranks of models" });
  svg.append(shape("line", { class: "axis", x1: at(1), x2: at(last), y1: top, y2: top }));
  const step = Math.max(1, Math.ceil(last / 12));
  for (let rank = 1; rank <= last; rank += step) {
    svg.append(shape("line", { class: "axis", x1: at(rank), x2: at(rank), y1: top - 5, y2: top }));
    svg.append(shape("text", { x: at(rank), y: top - 9, "text-anchor": "middle" }, String(rank)));
  }
  if (1 + distance <= last) {
    svg.append(shape("line", { class: "group", x1: at(1), x2: at(1 + distance), y1: 10, y2: 10 }));
    svg.append(shape("text", { x: at(1 + distance) + 6, y: 14 }, `critical difference ${distance.toFixed(2)}`));
  }
  groups.forEach(([first, end], place) => {
    const y = top + 10 + 8 * place;
    svg.append(shape("line", { class: "group", x1: at(ranks[first]) - 3, x2: at(ranks[end]) + 3, y1: y, y2: y }));
  });
  models.forEach((model, place) => {
    const left = place < half;
    const y = under + line * (left ? place : models.length - 1 - place);
    const edge = left ? margin - 12 : width - margin + 12;
    const x = at(ranks[place]);
    svg.append(shape("polyline", { class: "model", points: `${x},${top} ${x},${y} ${edge},${y}` }));
    const short = model.length > 36 ? `${model.slice(0, 35)}…` : model;
    const text = shape("text", { x: edge + (left ? -6 : 6), y: y + 4, "text-anchor": left ? "end" : "start" }, `${short} ${ranks[place].toFixed(2)}`);
    text.append(shape("title", {}, model));
    svg.append(text);
  });
  return svg;
}
