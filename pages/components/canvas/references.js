// ── References between columns: pulled from one to another, answered on their line ───────────
// Their anchors are the rows of a box: what `layout.py` gives each line below the name.
const FIRST_ROW = 33, ROW = 17, SIDE = 28;

const anchor = (node, row) => node.y + FIRST_ROW + ROW * row;

// The box and the row of it that an event is on, with their names: what is drawn may change while
// a person pulls.
function rowOf(root, { clientX, clientY }) {
  const under = root.getRootNode().elementFromPoint(clientX, clientY);
  const row = under?.closest(".pin");
  if (!row) return null;
  const place = { number: row.closest(".node").number, row: Number(row.dataset.row) };
  const node = root.state.data.nodes[place.number];
  return { ...place, id: node.id, line: node.lines[place.row] };
}

function pull(root, event) {
  const from = rowOf(root, event);
  if (!from) return false;
  root.state.pulled = { from };
  return true;
}

function pullTo(root, event) {
  const edge = root.getBoundingClientRect();
  const { view, pulled } = root.state;
  pulled.x = (event.clientX - edge.left - view.x) / view.scale;
  pulled.y = (event.clientY - edge.top - view.y) / view.scale;
  const to = rowOf(root, event);
  root.querySelectorAll(".pin.over").forEach(row => row.classList.remove("over"));
  if (to) root.state.boxes[to.number].querySelectorAll(".pin")[to.row].classList.add("over");
  show(root, view);
}

function letGo(root, event) {
  const { from, x } = root.state.pulled;
  const to = x === undefined ? null : rowOf(root, event);
  root.state.pulled = null;
  root.querySelectorAll(".pin.over").forEach(row => row.classList.remove("over"));
  show(root, root.state.view);
  if (!to || (to.number === from.number && to.row === from.row)) return;
  root.state.setTriggerValue("drawn", { child: from.id, column: from.line,
    parent: to.id, parent_column: to.line });
}

// From side to side; beside both where one stands above the other.
function bow(nodes, { child, column, parent, parent_column }) {
  const [a, b] = [nodes[child], nodes[parent]];
  const [y1, y2] = [anchor(a, column), anchor(b, parent_column)];
  if (a.x + a.w <= b.x) return { x1: a.x + a.w, y1, x2: b.x, y2, by: (b.x - a.x - a.w) / 2 };
  if (b.x + b.w <= a.x) return { x1: a.x, y1, x2: b.x + b.w, y2, by: (b.x + b.w - a.x) / 2 };
  return { x1: a.x + a.w, y1, x2: b.x + b.w, y2, by: SIDE, same: true };
}

function trace(brush, { x1, y1, x2, y2, by, same }) {
  brush.moveTo(x1, y1);
  brush.bezierCurveTo(x1 + by, y1, same ? x2 + by : x2 - by, y2, x2, y2);
}

function paintReferences(brush, root, style) {
  const { data, pulled } = root.state;
  for (const sure of [true, false]) {
    brush.beginPath();
    brush.setLineDash(sure ? [] : [6, 5]);
    data.references.filter(each => each.accepted === sure)
      .forEach(each => trace(brush, bow(data.nodes, each)));
    Object.assign(brush, { strokeStyle: style.getPropertyValue("--line"), lineWidth: 1.5 });
    brush.stroke();
  }
  brush.setLineDash([]);
  if (pulled?.x === undefined) return;
  const node = data.nodes.find(each => each.id === pulled.from.id);
  if (!node) return;
  brush.beginPath();
  brush.moveTo(pulled.x < node.x ? node.x : node.x + node.w, anchor(node, pulled.from.row));
  brush.lineTo(pulled.x, pulled.y);
  Object.assign(brush, { strokeStyle: style.getPropertyValue("--st-primary-color"), lineWidth: 2.5 });
  brush.stroke();
}

// Two buttons in the middle of each line that nobody has answered yet.
function answers(root) {
  const { nodes, references } = root.state.data;
  return references.filter(each => !each.accepted).map(each => {
    const { x1, y1, x2, y2, by, same } = bow(nodes, each);
    const group = Object.assign(document.createElement("div"), { className: "answers" });
    const x = same ? Math.max(x1, x2) + by * 0.75 : (x1 + x2) / 2;
    group.style.cssText = `left:${x}px;top:${(y1 + y2) / 2}px`;
    for (const [sign, accepts, verb] of [["✓", true, "Accept"], ["✕", false, "Refuse"]]) {
      const label = `${verb} ${each.name}`;
      const button = Object.assign(document.createElement("button"),
        { type: "button", textContent: sign, title: label });
      button.setAttribute("aria-label", label);
      button.onclick = event => {
        event.stopPropagation();
        root.state.setTriggerValue("answered", { reference: each.id, accepts });
      };
      group.append(button);
    }
    return group;
  });
}
