// A page that is drawn anew may give up what is being typed into a table: it waits until no cell is
// open, and what was typed has come.
const LOOK_MILLISECONDS = 50;
const CALM_MILLISECONDS = 400;
const BUSY = "#portal [id^=gdg-overlay], [data-test-script-state=running]";

export default function calm({ setTriggerValue }) {
  let busy = document.querySelector(BUSY) ? performance.now() : -Infinity;
  const look = setInterval(() => {
    if (document.querySelector(BUSY)) busy = performance.now();
    if (performance.now() < busy + CALM_MILLISECONDS) return;
    clearInterval(look);
    setTriggerValue("calm", true);
  }, LOOK_MILLISECONDS);
  return () => clearInterval(look);
}
