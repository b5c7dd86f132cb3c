import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The least a page could do: fetch the same answer, write a row a flag, and echo what is typed. No framework, no style. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Least</title><input aria-label="Search"><table></table><script>
fetch("/flags.json").then((answer) => answer.json()).then(({ rollouts }) => {
  const table = document.querySelector("table");
  for (const flag of rollouts.flatMap(({ flags }) => flags)) {
    const row = table.insertRow();
    row.dataset.row = "";
    for (const text of [flag.key, flag.name, JSON.stringify(flag.wanted)]) row.insertCell().textContent = text;
  }
});
</script>`;

/** Serves that page with these flags on a free port. */
export async function leastPage(flags: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, answer) => {
    const isData = request.url === "/flags.json";
    answer.writeHead(200, { "content-type": isData ? "application/json" : "text/html" });
    answer.end(isData ? flags : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
