// Loaded before the style sheet, so that a chosen theme holds from the first paint on.
try {
  const theme = localStorage.getItem("signalbox-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Site data is blocked: no choice can be kept, and the system's theme stands.
}
