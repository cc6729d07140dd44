// A table sends what was typed a moment after its field has closed, and something once more when it
// is drawn anew of that. What is clicked next is sent at once: it may take the table away before the
// one, and would be taken back by the other. Such a click waits until nothing goes on.
const CALM_MILLISECONDS = 250;
const LOOK_MILLISECONDS = 20;
const STAYS_OPEN_MILLISECONDS = 1000;
const LONGEST_MILLISECONDS = 8000;
const TYPING = "#portal [id^=gdg-overlay]";
const CLICKED = "button, a, label, summary, [role=tab], [role=button]";

const isRunning = () => {
  const app = document.querySelector("[data-test-script-state]");
  return app !== null && app.dataset.testScriptState !== "notRunning";
};

// What was typed may have the page drawn anew in between.
const asDrawn = clicked => clicked.isConnected ? clicked :
  [...document.querySelectorAll(CLICKED)].find(
    each => each.tagName === clicked.tagName && each.textContent === clicked.textContent);

export default function patient() {
  if (document.patientClicks) return;
  document.patientClicks = true;
  let waiting = null;
  const go = () => {
    const clicks = waiting;
    waiting = null;
    clicks.forEach(each => asDrawn(each)?.click());
  };
  const end = isEnd => {
    const typing = document.querySelector(TYPING);
    if (waiting || !typing || !isEnd(typing)) return;
    waiting = [];
    const began = performance.now();
    let busy = began;
    const look = () => {
      const now = performance.now();
      const isOpen = now < began + STAYS_OPEN_MILLISECONDS && document.querySelector(TYPING);
      if (isOpen || isRunning()) busy = now;
      const isOver = now > busy + CALM_MILLISECONDS || now > began + LONGEST_MILLISECONDS;
      if (isOver) go(); else setTimeout(look, LOOK_MILLISECONDS);
    };
    look();
  };
  document.addEventListener("keydown",
    event => end(() => ["Enter", "Tab"].includes(event.key)), true);
  document.addEventListener("pointerdown",
    event => end(typing => !typing.contains(event.target)), true);
  document.addEventListener("click", event => {
    const clicked = event.target.closest?.(CLICKED);
    if (!waiting || !event.isTrusted || !clicked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(clicked);
  }, true);
}
