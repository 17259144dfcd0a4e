"use strict";
// Elements and numbers, for the board and for the details of a cell.

function make(tag, content, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (content !== null && content !== undefined) element.append(content);
  return element;
}

function shape(tag, attributes, content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  if (content) element.textContent = content;
  return element;
}

// A long identifier that may be broken after its separators.
function breakable(tag, text, className) {
  const element = make(tag, null, { className });
  text.split(/(?<=[/._\-(,])/).forEach((part) => element.append(part, document.createElement("wbr")));
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

function code(text) {
  return make("code", text);
}

function number(value, error = null) {
  if (value === null) return null;
  const shown = String(Number(value.toPrecision(4))).replace("-", "−");
  return error ? `${shown} ± ${Number(error.toPrecision(2))}` : shown;
}

function fixed(value) {
  return (Math.round(value * 1000) / 1000 + 0).toFixed(3).replace("-", "−");
}

function spread(error) {
  return error < 0.0005 ? "<0.001" : fixed(error);
}

function brief(value) {
  return value === null ? "–" : (Math.round(value * 100) / 100 + 0).toFixed(2).replace("-", "−");
}

function small(error) {
  return error < 0.005 ? "<0.01" : error.toFixed(2);
}

function date(text) {
  const moment = new Date(text);
  return isNaN(moment) ? text : moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
