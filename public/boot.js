// Starts the console, then clears away the first paint that index.html shows until then.
try {
  const console = await import("./signalbox-console.js");
  await console.default();
  document.getElementById("first-paint")?.remove();
} catch (problem) {
  const note = document.getElementById("first-paint-problem");
  if (note) {
    note.textContent =
      `The console could not start: ${problem?.message ?? problem}. ` +
      "Reload the page. If that does not help, try a current version of Chrome, Edge, Firefox or Safari.";
  }
  throw problem;
}
