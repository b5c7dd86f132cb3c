import { createHash } from "node:crypto";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { type Client, type EvaluationContext, OpenFeature } from "@openfeature/server-sdk";
import { OpenFeature as WebOpenFeature } from "@openfeature/web-sdk";
import { expect, test } from "./support/fixture";
import type { Gateway } from "./support/gateway";
import type { Person, Role } from "./support/person";
import { go, prepare, steps } from "./support/plan";

// What an application sees: OpenFeature's own clients ask, the levers are moved by people, and delivery is the real one.

const KEY = "FEATURE_CSF_ENABLED";
const PEOPLE = Array.from({ length: 1_500 }, (_, n) => `user-${n}`);

/** The published formula, written a second time: docs/exposure.md. */
function bucket(id: string): number {
  const first = createHash("sha256").update(`${KEY}\0${id}`).digest().readBigUInt64BE();
  return Number((first * 1_000_000n) >> 64n);
}

async function clientOf(gateway: Gateway): Promise<Client> {
  await OpenFeature.setProviderAndWait(gateway.url, new OFREPProvider({ baseUrl: gateway.url }));
  return OpenFeature.getClient(gateway.url);
}

/** Who gets the flag, asked one by one. A client that gets no answer would say so: the default is told apart. */
async function whoGetsIt(client: Client, context: EvaluationContext = {}): Promise<string[]> {
  const getting: string[] = [];
  for (let from = 0; from < PEOPLE.length; from += 50) {
    const asked = PEOPLE.slice(from, from + 50).map(async (id) => {
      const told = await client.getBooleanDetails(KEY, false, { ...context, targetingKey: id });
      if (told.errorCode) throw new Error(`${id}: ${told.errorCode} ${told.errorMessage}`);
      return told.value ? [id] : [];
    });
    getting.push(...(await Promise.all(asked)).flat());
  }
  return getting;
}

async function lower(people: Record<Role, Person>, to: unknown): Promise<void> {
  await people.operations.does({ type: "lower", flag: "csf-grid", to });
  await people.operations.settled();
}

test.beforeEach(async ({ people }) => {
  await prepare(people, 1);
  await go(people, 1);
  await steps(people, 1);
});

test.afterEach(async () => {
  await OpenFeature.close();
  await WebOpenFeature.close();
});

test("a percentage reaches its share of people, and lowering takes it from some and gives it to nobody", async ({ gateway, people }) => {
  const client = await clientOf(gateway);
  let before = await whoGetsIt(client);
  expect(before).toEqual(PEOPLE);
  for (const ppm of [500_000, 250_000, 50_000, 10_000, 1_000]) {
    const [percent, share] = [String(ppm / 10_000), ppm / 1_000_000];
    await lower(people, percent);
    const now = await whoGetsIt(client);
    // Four standard deviations of the binomial distribution: one draw in 15,000 lies outside, and these ids are always the same.
    const bound = 4 * Math.sqrt(PEOPLE.length * share * (1 - share));
    expect(Math.abs(now.length - PEOPLE.length * share), `${now.length} of ${PEOPLE.length} at ${percent} %`).toBeLessThanOrEqual(bound);
    expect(now.filter((id) => !before.includes(id)), `gained at ${percent} %`).toEqual([]);
    expect(now, percent).toEqual(PEOPLE.filter((id) => bucket(id) < ppm));
    before = now;
  }
  await lower(people, "off");
  expect(await whoGetsIt(client)).toEqual([]);
});

test("a segment gets it, the others do not, and who is named by nobody is told so", async ({ gateway, people }) => {
  const client = await clientOf(gateway);
  const ask = (context: EvaluationContext) => client.getBooleanDetails(KEY, false, context);
  await lower(people, { percent: "100", segments: ["beta", "staff"] });
  expect(await ask({ segments: ["staff"] })).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  expect(await ask({ targetingKey: "user-1" })).toMatchObject({ value: false, reason: "DEFAULT" });

  await lower(people, { percent: "25", segments: ["staff"] });
  const staff = await whoGetsIt(client, { segments: ["staff", "other"] });
  expect(staff).toEqual(PEOPLE.filter((id) => bucket(id) < 250_000));
  expect(await whoGetsIt(client, { segments: ["beta"] })).toEqual([]);
  expect(await ask({ segments: ["staff"] })).toMatchObject({ value: false, errorCode: "TARGETING_KEY_MISSING" });
  expect(await client.getBooleanDetails("NO_SUCH_FLAG", true, {})).toMatchObject({ value: true, errorCode: "FLAG_NOT_FOUND" });
});

test("a browser's client asks for all flags at once, and again only for what has changed", async ({ gateway, people }) => {
  const statuses: number[] = [];
  const counted: typeof fetch = async (...request) => {
    const answer = await fetch(...request);
    statuses.push(answer.status);
    return answer;
  };
  const options = { baseUrl: gateway.url, fetchImplementation: counted, pollInterval: 100, cacheMode: "disabled" as const };
  await WebOpenFeature.setContext({ targetingKey: "user-1" });
  await WebOpenFeature.setProviderAndWait(new OFREPWebProvider(options));
  const client = WebOpenFeature.getClient();
  expect(client.getBooleanDetails(KEY, false)).toMatchObject({ value: true, reason: "STATIC" });
  expect(client.getBooleanValue("FEATURE_CHAT_ENABLED", true)).toBe(false);
  await expect.poll(() => statuses.filter((status) => status === 304).length).toBeGreaterThan(2);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);

  await lower(people, "off");
  await expect.poll(() => client.getBooleanValue(KEY, true)).toBe(false);
  expect(statuses.filter((status) => status === 200)).toHaveLength(2);
});
