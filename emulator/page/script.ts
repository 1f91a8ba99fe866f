/**
 * The page's script. It polls the state and rebuilds the tables from text nodes, so that a name from a program can
 * never become markup.
 */
export const script = `
"use strict";
const byId = (id) => document.getElementById(id);
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const statusClass = (status) => status === null ? "warn" : status < 300 ? "good" : "bad";
const known = new Map();
let first = true;

function row(cells, key, content) {
  const tr = element("tr");
  tr.append(...cells);
  if (!first && known.get(key) !== content) tr.className = "new";
  known.set(key, content);
  return tr;
}

function headings(names) {
  const tr = element("tr");
  tr.append(...names.map((name) => { const th = element("th", name); th.scope = "col"; return th; }));
  return tr;
}

function vendorSection({ name, title, url, rows }) {
  const section = element("section");
  const heading = element("h2", title + " ");
  heading.append(element("small", rows.length + (rows.length === 1 ? " account" : " accounts") + " at " + url));
  const box = element("div", undefined, "scroll");
  section.append(heading, box);
  if (rows.length === 0) {
    box.append(element("p", "No accounts yet.", "empty"));
    return section;
  }
  const columns = Object.keys(rows[0]);
  const table = element("table");
  table.append(headings(columns));
  for (const account of rows.slice(-500).reverse()) {
    const cells = columns.map((column) => {
      const value = account[column];
      const code = column === "id" || column.startsWith("key");
      const tone = column !== "status" ? "" : value === "active" ? "good" : "warn";
      const td = element("td", value, code ? "code" : tone);
      td.title = value;
      return td;
    });
    table.append(row(cells, name + account.id, JSON.stringify(account)));
  }
  box.append(table);
  return section;
}

function requestRow(request, number) {
  const { at, vendor, method, path, status, fault } = request;
  const shownStatus = status === null ? "no reply" : String(status);
  const cells = [
    element("td", new Date(at).toLocaleTimeString()),
    element("td", vendor),
    element("td", method, "code"),
    element("td", path, "code"),
    element("td", shownStatus, statusClass(status)),
    element("td", fault ?? "", "warn"),
  ];
  return row(cells, "request " + number, JSON.stringify(request));
}

function show({ vendors, count, requests }) {
  byId("vendors").replaceChildren(...vendors.map(vendorSection));
  byId("count").textContent = count === 0 ? "none yet" : "latest of " + count;
  const head = headings(["time", "vendor", "method", "path", "status", "fault"]);
  byId("requests").replaceChildren(head, ...requests.map((request, index) => requestRow(request, count - index)));
}

let previous = "";
async function poll() {
  const status = byId("status");
  try {
    const response = await fetch("/_/state");
    const text = await response.text();
    if (text !== previous) {
      show(JSON.parse(text));
      previous = text;
      first = false;
    }
    status.textContent = "live";
    status.className = "live";
  } catch {
    status.textContent = "the emulator is not running";
    status.className = "lost";
  }
  setTimeout(poll, 700);
}
poll();
`;
