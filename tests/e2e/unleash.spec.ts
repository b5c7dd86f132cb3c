import type { Unleash as Client } from "unleash-client";
import { test as base, expect } from "./support/fixture";
import type { Person } from "./support/person";
import { act, decide, lever, rollBack } from "./support/screen";
import { Unleash } from "./support/unleash";
import { Walk, minding } from "./support/walk";

const test = base.extend<{ unleash: Unleash }>({
  // It takes its time to come up, and where it has to be fetched first, a minute more.
  unleash: [
    async ({}, use) => {
      const unleash = await Unleash.start();
      await use(unleash);
      await unleash.end();
    },
    { timeout: 240_000 },
  ],
  settings: async ({ unleash }, use) => {
    await use(unleash.settings());
  },
});

/** What the ledger says happened to each flag at the backend: what was read back after a delivery, or seen as drift. */
async function told(person: Person, id: string): Promise<Map<string, string[]>> {
  const { records } = await person.get<{ records: { bytes: string }[] }>(`/api/rollouts/${id}/records?after=0&limit=500`);
  const all = new Map<string, string[]>();
  for (const { kind, body } of records.map(({ bytes }) => JSON.parse(bytes))) {
    if (kind !== "applied" && kind !== "observed") continue;
    const before = all.get(body.flag) ?? [];
    // A lowering is sent though the flag is off already: nothing happens to it then.
    if (body.exposure !== (before.at(-1) ?? "off")) before.push(body.exposure);
    all.set(body.flag, before);
  }
  return all;
}

/** Ledger, Unleash and an application agree on every flag: on how it stands, and on all that ever happened to it. */
async function agree(what: string, person: Person, id: string, unleash: Unleash, client: Client): Promise<void> {
  const { plan, state } = await person.settled();
  const history = await told(person, id);
  for (const { slug, key } of plan.flags as { slug: string; key: string }[]) {
    const { applied, observed } = state.flags[slug];
    const stands: string = observed?.exposure ?? applied;
    expect(await unleash.exposure(key), `${what}: ${key} in Unleash`).toBe(stands);
    expect(await unleash.history(key), `${what}: ${key} in Unleash's log`).toEqual(history.get(slug) ?? []);
    await expect.poll(() => client.isEnabled(key, { userId: "user-1" }), `${what}: ${key} in an application`).toBe(stands === "on");
  }
}

test("S4 on a real Unleash, from its first signature to the closing gate: ledger, Unleash and an application agree at every step", async ({
  open,
  people: everyone,
  unleash,
}) => {
  test.setTimeout(240_000);
  const { people, id } = await minding(everyone, "S4 in production");
  const client = await unleash.client();
  const all = (what: string) => agree(what, people.viewer, id, unleash, client);
  const walk = new Walk(people, { after: all });
  await all("before anything");
  const owner = await open("product-owner", `/rollouts/${id}`);
  const engineer = await open("engineer", `/rollouts/${id}`);
  const operations = await open("operations", `/rollouts/${id}`);

  await walk.prepare(1);
  await decide(owner, "Go", 1, "The evidence is in");
  await walk.steps(1);
  await walk.confirm(1);
  await walk.prepare(2);
  await decide(owner, "Go", 2, "The evidence is in");
  await walk.steps(2);

  await rollBack(operations, "Workshops & Consent", 1, "Consent is not kept");
  await all("Workshops rolled back");
  await expect(owner.locator("#gate-2")).toContainText("The go was ended");
  await walk.again(2);

  // Somebody goes past the gate in Unleash itself: it shows on every page, and is put back.
  await owner.goto("/people");
  await unleash.open("FEATURE_CHAT_ENABLED");
  const alarm = owner.getByRole("alert").getByText("Chat Shell Commands of S4 in production has gone up past gate 3");
  await expect(alarm).toBeVisible({ timeout: 30_000 });
  await all("drift");
  const chat = lever(engineer, "Chat Shell Commands");
  await expect(chat).toContainText("The backend has it at on, and the ledger did not ask for that");
  await act(engineer, "Put Chat Shell Commands back", "Nobody agreed to that");
  await expect(chat).not.toContainText("the ledger did not ask for that");
  await expect(alarm).toBeHidden();
  await all("drift put back");

  await walk.prepare(3);
  await owner.goto(`/rollouts/${id}`);
  await decide(owner, "Go", 3, "The evidence is in");
  await walk.steps(3);
  await walk.confirm(3);
  await walk.through(4);
  await people["product-owner"].does({ type: "skip", phase: "service-bus", reason: "There is no bus yet" });
  await decide(owner, "Go", 5, "All four features have succeeded");
  await expect(engineer.locator(".titlebar")).toContainText("Closed");
  await all("closed");

  await owner.goto("/backend");
  const page = owner.getByRole("region", { name: "Unleash" });
  await expect(page).toContainText(new URL(unleash.url).host);
  await expect(page).toContainText("development, production");
  await expect(page).toContainText("percentages in steps of 1 %");
  await expect(page.getByRole("status")).toContainText(/^Answers since/);
  await expect(owner.getByRole("table", { name: "Latest deliveries" }).getByRole("row")).toHaveCount(8);
  client.destroy();
});
