import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixture";
import { Gateway } from "../support/gateway";
import { everyone } from "../support/person";
import { dialog } from "../support/screen";
import { Unleash } from "../support/unleash";
import { Walk, minding } from "../support/walk";
import { type Row, keep, median } from "./rows";

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const KEY = "FEATURE_CSF_ENABLED";
/** A flag of nobody's rollout, for the peers. */
const PEER = "BENCH_PEER";

/** From the next click to when this text is what that element says. */
async function noteClick(page: Page, selector: string, attribute: string | null, to: string): Promise<void> {
  await page.evaluate(
    ([selector, attribute, to]) => {
      const w = window as any;
      w.took = undefined;
      const says = () => {
        const found = document.querySelector(selector as string);
        return (attribute ? String((found as any)?.[attribute]) : found?.textContent) === to;
      };
      const begin = (click: Event) => {
        const done = () => {
          if (!says()) return;
          observer.disconnect();
          clearInterval(timer);
          w.took = performance.now() - click.timeStamp;
        };
        const observer = new MutationObserver(done);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
        // A property of an element changes without the observer hearing of it.
        const timer = setInterval(done, 4);
      };
      document.addEventListener("click", begin, { capture: true, once: true });
    },
    [selector, attribute, to],
  );
}

async function took(page: Page): Promise<number> {
  return (await page.waitForFunction(() => (window as any).took, undefined, { timeout: 30_000 })).jsonValue();
}

/** The live stream, as a console hears it. */
class Live {
  private text = "";
  private readonly decoder = new TextDecoder();
  private constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {}

  static async open(url: string, cookie: string): Promise<Live> {
    const answer = await fetch(`${url}/api/live`, { headers: { cookie, accept: "text/event-stream" } });
    if (!answer.ok || !answer.body) throw new Error(`no live stream: ${answer.status}`);
    return new Live(answer.body.getReader());
  }

  /** Comes when a flag of this rollout is told to be read back, by a record after this one. */
  async applied(rollout: string, after: number): Promise<void> {
    for (;;) {
      const events = this.text.split("\n\n");
      this.text = events.pop() ?? "";
      for (const event of events) {
        if (!/^event: ?record$/m.test(event)) continue;
        const { record } = JSON.parse(event.match(/^data: ?(.*)$/m)?.[1] ?? "");
        if (record.rollout === rollout && record.seq > after && JSON.parse(record.bytes).kind === "applied") return;
      }
      const { value, done } = await this.reader.read();
      if (done) throw new Error("the live stream ended");
      this.text += this.decoder.decode(value, { stream: true });
    }
  }

  close(): Promise<void> {
    return this.reader.cancel();
  }
}

test("click to confirmed, on a real Unleash", async ({ browser }) => {
  const unleash = await Unleash.start();
  const gateway = await Gateway.start(unleash.settings());
  const { people, id } = await minding(await everyone(gateway), "S4 in production");
  const walk = new Walk(people);
  await walk.prepare(1);
  await unleash.make(PEER);

  const context = await browser.newContext({ baseURL: gateway.url, viewport: { width: 1280, height: 900 } });
  const [name, value] = people.engineer.cookie.split("=") as [string, string];
  await context.addCookies([{ name, value, url: gateway.url }]);
  const page = await context.newPage();
  await page.goto(`/rollouts/${id}`);
  await expect(page.getByRole("article", { name: "CSF Grid" })).toBeVisible();

  const [lowered, raised, raw, ui] = [[] as number[], [] as number[], [] as number[], [] as number[]];
  const [loweredByApi, raisedByApi, readBack] = [[] as number[], [] as number[], [] as number[]];
  const toggle = async (to: "on" | "off") => {
    const begun = performance.now();
    await unleash.switch(PEER, to);
    raw.push(performance.now() - begun);
    await unleash.exposure(PEER);
    readBack.push(performance.now() - begun);
  };
  const here = "#flag-csf-grid .quad .here";
  for (let round = 0; round < ROUNDS; round++) {
    await walk.go(1);
    const raise = await dialog(page, "Raise CSF Grid");
    await raise.getByRole("textbox", { name: /type/i }).fill(KEY);
    await noteClick(page, here, null, "on");
    await raise.getByRole("button", { name: "Raise to on" }).click();
    raised.push(await took(page));
    const lower = await dialog(page, "Lower CSF Grid");
    await noteClick(page, here, null, "off");
    await lower.getByRole("button", { name: "Lower to off" }).click();
    lowered.push(await took(page));
    await expect(lower).toBeHidden();
    await toggle("on");
    await toggle("off");
  }

  // The gateway alone: from the command to the record of what was read back, as a console would hear it.
  const live = await Live.open(gateway.url, people.engineer.cookie);
  const byApi = async (command: Record<string, unknown>, kept: number[]) => {
    const { version } = (await people.engineer.view()).state;
    const confirms = await people.engineer.confirms(command);
    const headers = { "if-match": `"${version}"`, "idempotency-key": randomUUID(), ...confirms };
    const begun = performance.now();
    const [answer] = await Promise.all([
      people.engineer.post(`/api/rollouts/${id}/commands`, command, headers),
      live.applied(id, version),
    ]);
    kept.push(performance.now() - begun);
    if (!answer.ok) throw new Error(await answer.text());
  };
  for (let round = 0; round < ROUNDS; round++) {
    await walk.go(1);
    await byApi({ type: "raise", step: "csf-on", confirm: KEY }, raisedByApi);
    await byApi({ type: "lower", flag: "csf-grid", to: "off" }, loweredByApi);
    await toggle("on");
    await toggle("off");
  }
  await live.close();

  await unleash.signIn(context);
  await page.goto(`${unleash.url}/projects/default/features/${PEER}`);
  const control = page.getByRole("switch", { name: "production" });
  await expect(control).toBeVisible({ timeout: 20_000 });
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const to = !(await control.isChecked());
    await control.click();
    const confirm = page.getByRole("dialog").getByRole("button", { name: /^(Enable|Disable) Environment$/ });
    await expect(confirm).toBeVisible();
    await noteClick(page, "input[role=switch][aria-label=production]", "checked", String(to));
    await confirm.click();
    ui.push(await took(page));
    await expect.poll(() => unleash.exposure(PEER)).toBe(to ? "on" : "off");
  }
  await context.close();
  await gateway.end();
  await unleash.end();

  const limit = 1.15 * median(raw) + 5;
  // Both ask for a confirmation, and are measured from the press that gives it.
  const row = (what: string, value: number, beside: string, peer: number, target: Row["target"] = "none"): Row => {
    return { what, value, unit: "ms", beside, peer, target };
  };
  const rows: Row[] = [];
  for (const [what, inPage, byApi] of [["Lowering", lowered, loweredByApi], ["Raising", raised, raisedByApi]] as const) {
    const [page, api] = [median(inPage), median(byApi)];
    rows.push(row(`${what}, from the command to the record of what was read back`, api, "the raw admin call alone", median(raw)));
    rows.push(row(`${what}, the same`, api, "the raw admin call, and reading the flag back", median(readBack)));
    rows.push(row(`${what}, the same`, api, "1.15 × the raw admin call, and 5 ms", limit, { "at-most": 1 }));
    rows.push(row(`${what}, from the click to the lever that shows it read back`, page, "a toggle in Unleash’s own screen", median(ui)));
  }
  keep("confirmed", rows);
});
