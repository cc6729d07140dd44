// Shows a graph whose places are given, and moves it about: drag, wheel, keys, search.
// Lines are painted, and boxes too small to read; the others are buttons, while they are in sight.
// Every text is set as text. Nothing is loaded.
const FAR = 0.5, READABLE = 0.6, LEAST = 0.05, MOST = 2.5, BAR = 48, MARGIN = 16, LOWEST = 260;
const CLEAR_LINES = 150, FAINTEST = 0.3; // In sight: more lines are fainter, not a dark mass.
const LONGEST = 34, TAIL = 12; // Characters of a name: `layout.py` makes room for so many.

export default function canvas({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".canvas");
  const before = root.state;
  const state = (root.state = { ...before, data, setStateValue, setTriggerValue,
    drawn: JSON.stringify([data.nodes, data.references]) });
  root.setAttribute("aria-label", data.label);
  if (before?.drawn !== state.drawn) draw(root);
  if (!before) listen(root);
  if (before?.data.shape !== data.shape) start(root);
  mark(root, data.chosen);
  if (before && before.data.chosen !== data.chosen && numberOf(root, data.chosen) >= 0) {
    centre(root, numberOf(root, data.chosen));
  }
  paint(root);
}

const numberOf = (root, id) => root.state.data.nodes.findIndex(node => node.id === id);

function draw(root) {
  root.state.boxes = root.state.data.nodes.map((node, number) => {
    const box = document.createElement("button");
    const lines = node.lines.map((line, row) =>
      text(node.pins ? "line pin" : "line", line, row));
    box.append(named(node.name), ...lines);
    box.setAttribute("aria-label", [node.name, ...node.lines].join(" "));
    box.style.cssText = `left:${node.x}px;top:${node.y}px;width:${node.w}px;height:${node.h}px;` +
      `border-left-color:var(--${node.kind})`;
    box.className = `node ${node.state}`;
    return Object.assign(box, { type: "button", tabIndex: -1, title: node.name, number });
  });
  root.querySelector(".world").replaceChildren(...root.state.boxes, ...answers(root));
}

// Names that are cut are often told apart by their ends.
function named(name) {
  const letters = [...name];
  const cut = letters.length > LONGEST ? letters.length - TAIL : letters.length;
  const span = text("name", "");
  span.append(text("head", letters.slice(0, cut).join("")), text("tail", letters.slice(cut).join("")));
  return span;
}

function text(className, value, row = 0) {
  const span = Object.assign(document.createElement("span"), { className, textContent: value });
  span.dataset.row = row;
  return span;
}

// ── Where one looks ──────────────────────────────────────────────────────────────────────────

function show(root, { x, y, scale }) {
  root.state.view = { x, y, scale };
  root.state.frame ??= requestAnimationFrame(() => paint(root));
}

const within = scale => Math.min(MOST, Math.max(LEAST, scale));

function extent(root) {
  const { nodes } = root.state.data;
  return [Math.max(1, ...nodes.map(node => node.x + node.w)),
    Math.max(1, ...nodes.map(node => node.y + node.h))];
}

function fit(root, least = LEAST) {
  const [wide, high] = extent(root);
  const [room, height] = [root.clientWidth - 2 * MARGIN, root.clientHeight - BAR - MARGIN];
  const whole = Math.min(1, room / wide, height / high);
  const scale = within(Math.max(least, whole));
  const x = MARGIN + Math.max(0, (room - wide * scale) / 2);
  show(root, { scale, x, y: BAR + Math.max(0, (height - high * scale) / 2) });
  return whole >= least;
}

// A few tables are not lost in a large room: what comes below them on the page moves up.
function needed(root) {
  const [wide, high] = extent(root);
  const scale = Math.max(READABLE, Math.min(1, (root.clientWidth - 2 * MARGIN) / wide));
  return Math.min(root.state.data.height, Math.max(LOWEST, high * scale + BAR + 2 * MARGIN));
}

// At first what can be read: all of it where it fits, else what is chosen, or the beginning.
function start(root) {
  root.style.height = `${needed(root)}px`;
  const chosen = numberOf(root, root.state.data.chosen);
  if (!fit(root, READABLE) && chosen >= 0) centre(root, chosen);
}

// Whether the panel of what is chosen has taken the room where it was.
function isCut(root, number) {
  const [node, { x, scale }] = [root.state.data.nodes[number], root.state.view];
  return node !== undefined &&
    (node.x * scale + x < 0 || (node.x + node.w) * scale + x > root.clientWidth);
}

function zoom(root, factor, x = root.clientWidth / 2, y = root.clientHeight / 2) {
  const { view } = root.state;
  const scale = within(view.scale * factor);
  const by = scale / view.scale;
  show(root, { scale, x: x - (x - view.x) * by, y: y - (y - view.y) * by });
}

function centre(root, number) {
  const { x, y, w, h } = root.state.data.nodes[number];
  const scale = Math.max(READABLE, root.state.view.scale);
  show(root, { scale, x: root.clientWidth / 2 - (x + w / 2) * scale,
    y: (root.clientHeight + BAR) / 2 - (y + h / 2) * scale });
}

// ── Painting ─────────────────────────────────────────────────────────────────────────────────

function paint(root) {
  const { view, boxes, data, near } = root.state;
  root.state.frame = null;
  const far = view.scale < FAR;
  const [left, top] = [-view.x / view.scale, -view.y / view.scale];
  const [right, bottom] = [left + root.clientWidth / view.scale, top + root.clientHeight / view.scale];
  const seen = ({ x, y, w, h }) => x < right && x + w > left && y < bottom && y + h > top;
  boxes.forEach((box, number) => {
    const hidden = far || !seen(data.nodes[number]);
    if (box.hidden !== hidden) box.hidden = hidden;
  });
  root.querySelector(".world").style.transform =
    `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  const brush = cleared(root);
  const style = getComputedStyle(root);
  const lines = data.lines.filter(([from, to]) => seen(span(data.nodes[from], data.nodes[to])));
  const touching = lines.filter(line => line.includes(root.state.chosen));
  brush.globalAlpha = Math.max(FAINTEST, Math.min(1, CLEAR_LINES / (1 + lines.length)));
  stroke(brush, data, lines, style.getPropertyValue("--line"), 1 / Math.max(view.scale, 0.3));
  brush.globalAlpha = 1;
  stroke(brush, data, touching, style.getPropertyValue("--st-primary-color"), 2.5);
  paintReferences(brush, root, style);
  root.querySelectorAll(".answers").forEach(each => { each.hidden = far; });
  if (far) block(brush, data.nodes, number => near.size && !near.has(number), style);
}

function span(a, b) {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

function cleared(root) {
  const sheet = root.querySelector("canvas");
  const sharp = devicePixelRatio;
  const [wide, high] = [root.clientWidth * sharp, root.clientHeight * sharp].map(Math.round);
  if (sheet.width !== wide || sheet.height !== high) Object.assign(sheet, { width: wide, height: high });
  const brush = sheet.getContext("2d");
  const { x, y, scale } = root.state.view;
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.clearRect(0, 0, wide, high);
  brush.setTransform(scale * sharp, 0, 0, scale * sharp, x * sharp, y * sharp);
  return brush;
}

function stroke(brush, { nodes }, lines, colour, width) {
  brush.beginPath();
  for (const [from, to] of lines) {
    const [a, b] = [nodes[from], nodes[to]];
    const forward = a.x + a.w <= b.x;
    const [x1, x2] = forward ? [a.x + a.w, b.x] : [a.x, b.x + b.w];
    const [y1, y2] = [a.y + a.h / 2, b.y + b.h / 2];
    const bend = (x2 - x1) / 2;
    brush.moveTo(x1, y1);
    brush.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  }
  Object.assign(brush, { strokeStyle: colour, lineWidth: width });
  brush.stroke();
}

function block(brush, nodes, faint, style) {
  nodes.forEach(({ x, y, w, h, kind, state }, number) => {
    brush.globalAlpha = faint(number) ? 0.25 : 1;
    brush.fillStyle = style.getPropertyValue(state ? `--${state}` : `--${kind}`);
    brush.fillRect(x, y, w, h);
  });
  brush.globalAlpha = 1;
}

// ── Choosing ─────────────────────────────────────────────────────────────────────────────────

// The chosen one and its neighbours stand out.
function mark(root, id) {
  const chosen = (root.state.chosen = numberOf(root, id));
  const lines = root.state.data.lines.filter(line => line.includes(chosen));
  root.state.near = new Set(chosen < 0 ? [] : [chosen, ...lines.flat()]);
  root.state.boxes.forEach((box, number) => {
    box.setAttribute("aria-pressed", String(number === chosen));
    box.classList.toggle("near", root.state.near.has(number));
  });
  root.classList.toggle("one", chosen >= 0);
}

function choose(root, number) {
  const id = number === null ? null : root.state.data.nodes[number].id;
  root.state.data = { ...root.state.data, chosen: id };
  mark(root, id);
  show(root, root.state.view);
  root.state.setStateValue("chosen", id);
}

// Moves to what has the text in its name or below it, the nearest name first; again: to the next.
function find(root, wanted, again) {
  const { boxes, data, place } = root.state;
  const has = each => each.toLowerCase().includes(wanted);
  const found = wanted ? [...data.nodes.keys()].filter(number =>
    [data.nodes[number].name, ...data.nodes[number].lines].some(has)) : [];
  found.sort((a, b) => data.nodes[a].name.length - data.nodes[b].name.length);
  const marked = new Set(found);
  boxes.forEach((box, number) => box.classList.toggle("found", marked.has(number)));
  root.state.place = again ? (place + 1) % Math.max(1, found.length) : 0;
  const told = found.length ? `${root.state.place + 1} of ${found.length}` : "Not in this view";
  root.querySelector(".told").textContent = wanted ? told : "";
  if (found.length) centre(root, found[root.state.place]);
  return found[root.state.place];
}

// From a box along a line, or up and down its column.
function neighbour({ nodes, lines }, from, key) {
  const node = nodes[from];
  const side = { ArrowLeft: [1, 0], ArrowRight: [0, 1] }[key];
  const numbers = side
    ? lines.filter(line => line[side[0]] === from).map(line => line[side[1]])
    : [...nodes.keys()].filter(number => nodes[number].x === node.x &&
        (key === "ArrowUp" ? nodes[number].y < node.y : nodes[number].y > node.y));
  const away = number => Math.abs(nodes[number].y - node.y);
  return numbers.sort((a, b) => away(a) - away(b))[0];
}

function onKey(root, event) {
  const { data, boxes, chosen } = root.state;
  const from = event.target.closest(".node")?.number;
  const acts = { "+": () => zoom(root, 1.25), "-": () => zoom(root, 0.8), 0: () => fit(root),
    Escape: () => choose(root, null) };
  if (event.key.startsWith("Arrow") && data.nodes.length) {
    const to = from === undefined ? Math.max(0, chosen) : neighbour(data, from, event.key);
    if (to !== undefined) {
      centre(root, to);
      paint(root);
      boxes[to].focus({ preventScroll: true });
    }
  } else if (acts[event.key]) acts[event.key]();
  else return;
  event.preventDefault();
}

// ── Hands ────────────────────────────────────────────────────────────────────────────────────

function listen(root) {
  const ground = root.querySelector(".ground");
  const search = root.querySelector("input");
  moveBy(root, ground);
  root.addEventListener("keydown", event => event.target !== search && onKey(root, event));
  search.addEventListener("input", () => find(root, wanted(search), false));
  search.addEventListener("keydown", event => {
    if (event.key !== "Enter") return;
    const number = find(root, wanted(search), root.state.searched === wanted(search));
    root.state.searched = wanted(search);
    if (number !== undefined) choose(root, number);
  });
  const presses = { in: () => zoom(root, 1.25), out: () => zoom(root, 0.8), fit: () => fit(root) };
  for (const [name, press] of Object.entries(presses)) root.querySelector(`.${name}`).onclick = press;
  new ResizeObserver(() => {
    if (root.clientWidth && (!root.state.wide || isCut(root, root.state.chosen))) start(root);
    root.state.wide = root.clientWidth;
    paint(root);
  }).observe(root);
}

const wanted = search => search.value.trim().toLowerCase();

function moveBy(root, ground) {
  let held = null;
  ground.addEventListener("wheel", event => {
    // Until one has clicked into it, the wheel moves the page.
    if (!event.ctrlKey && !root.contains(root.getRootNode().activeElement)) return;
    event.preventDefault();
    const edge = root.getBoundingClientRect();
    zoom(root, Math.exp(-event.deltaY / 500), event.clientX - edge.left, event.clientY - edge.top);
  }, { passive: false });
  ground.addEventListener("pointerdown", event => {
    held = { x: event.clientX, y: event.clientY, view: root.state.view, moved: false,
      pulls: pull(root, event) };
  });
  ground.addEventListener("pointermove", event => {
    if (!held || !event.buttons) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    if (!held.moved && !held.pulls) ground.setPointerCapture(event.pointerId);
    held.moved = true;
    if (held.pulls) pullTo(root, event);
    else show(root, { ...held.view, x: held.view.x + dx, y: held.view.y + dy });
  });
  ground.addEventListener("pointerup", event => root.state.pulled && letGo(root, event));
  ground.addEventListener("click", event => {
    const number = event.target.closest(".node")?.number ?? under(root, event);
    if (number !== undefined && !held?.moved) choose(root, number);
    held = null;
  });
}

// Which box too small to be a button is where one has clicked.
function under(root, event) {
  const edge = root.getBoundingClientRect();
  const { view, data } = root.state;
  const [x, y] = [event.clientX - edge.left - view.x, event.clientY - edge.top - view.y];
  const hit = ({ x: left, y: top, w, h }) => left < x / view.scale && x / view.scale < left + w &&
    top < y / view.scale && y / view.scale < top + h;
  const number = data.nodes.findIndex(hit);
  return number < 0 ? undefined : number;
}
