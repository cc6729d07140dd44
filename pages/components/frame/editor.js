// A table sends what was typed a moment after it was ended by a key or a click; what is clicked next
// is sent at once, and may take the table away. Such a click waits for what was typed.
const SENT_MILLISECONDS = 250;
const TYPING = "#portal [id^=gdg-overlay]";
const CLICKED = "button, a, label, summary, [role=tab], [role=button]";

// What was typed may have the page drawn anew in between.
const asDrawn = clicked => clicked.isConnected ? clicked :
  [...document.querySelectorAll(CLICKED)].find(
    each => each.tagName === clicked.tagName && each.textContent === clicked.textContent);

export default function patient() {
  if (document.patientClicks) return;
  document.patientClicks = true;
  let ended = -Infinity;
  const end = isEnd => {
    const typing = document.querySelector(TYPING);
    if (typing && isEnd(typing)) ended = performance.now();
  };
  document.addEventListener("keydown",
    event => end(() => ["Enter", "Tab"].includes(event.key)), true);
  document.addEventListener("pointerdown",
    event => end(typing => !typing.contains(event.target)), true);
  document.addEventListener("click", event => {
    const left = ended + SENT_MILLISECONDS - performance.now();
    const clicked = event.target.closest?.(CLICKED);
    if (left <= 0 || !event.isTrusted || !clicked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => asDrawn(clicked)?.click(), left);
  }, true);
}
