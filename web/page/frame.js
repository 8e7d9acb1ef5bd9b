// A shared dashboard or a portal in somebody's page or on a wall: what its URL asks of the page itself.
(() => {
  if (!/^\/(share|portal)\//.test(location.pathname)) return;
  const root = document.documentElement, asked = new URLSearchParams(location.search);
  for (const flag of ["embed", "kiosk"]) {
    if (asked.has(flag) && asked.get(flag) !== "false") root.dataset[flag] = "";
  }
  const paint = /^(?:#?([0-9a-fA-F]{6})|transparent)$/.exec(asked.get("background"));
  if (paint) root.style.setProperty("--page", paint[1] ? `#${paint[1]}` : paint[0]);
  if (asked.has("kiosk") && navigator.wakeLock) {
    const wake = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {});
    addEventListener("visibilitychange", wake);
    wake();
  }
  // A page that comes back whole from the browser's memory would show what its link may no longer open.
  addEventListener("pagehide", (event) => { document.body.hidden = event.persisted; });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (parent === window) return;
  root.dataset.framed = "";
  // The parent's origin where it is known; the height alone is no secret where it is not.
  let target = "*", waiting;
  try { target = new URL(location.ancestorOrigins?.[0] ?? document.referrer).origin; } catch {}
  if (target === "null") target = "*";
  const tell = () => {
    waiting = 0;
    parent.postMessage({ type: "vitrine:height", height: Math.ceil(document.body.getBoundingClientRect().height) }, target);
  };
  // However often it is asked or changes: once a frame.
  const soon = () => { waiting ||= requestAnimationFrame(tell); };
  addEventListener("message", (event) => { if (event.source === parent && event.data?.type === "vitrine:height?") soon(); });
  addEventListener("DOMContentLoaded", () => new ResizeObserver(soon).observe(document.body));
})();
