(() => {
  const root = document.documentElement, asked = /[?&]theme=(light|dark|system)\b/.exec(location.search);
  let theme;
  try { theme = localStorage.getItem("vitrine.theme"); } catch {}
  theme = asked ? asked[1] : theme;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (location.pathname.startsWith("/share/")) root.dataset.page = "share";
  // A panic ends the app without a word: say so and offer a fresh start.
  const crash = (event) => {
    const error = event.error || event.reason, page = document.getElementById("crash");
    const fatal = error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
    if (page && (fatal || document.getElementById("shell"))) {
      page.hidden = false;
      page.querySelector("button").onclick = () => location.reload();
    }
  };
  addEventListener("error", crash);
  addEventListener("unhandledrejection", crash);
})();
