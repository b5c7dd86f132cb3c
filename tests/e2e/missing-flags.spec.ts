import { walk } from "./support/dialogs";
import { planOf } from "./support/many";
import { expect, test } from "./support/fixture";

test("a plan whose flags are missing begins nothing: an engineer creates them off, after confirming, and then it begins", async ({
  open,
  people,
}) => {
  const owner = await open("product-owner", "/new-rollout");
  await owner.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await owner.getByRole("textbox", { name: /plan, yaml/i }).fill(JSON.stringify(planOf(2, "Two", "FEATURE_TWO")));
  await owner.getByRole("textbox", { name: "Environment" }).fill("staging");
  await owner.getByRole("button", { name: "Begin" }).click();
  await expect(owner.getByRole("heading", { name: "It did not begin: 2 flags are missing at the backend in staging" })).toBeVisible();
  const missing = owner.getByRole("table", { name: "Missing flags" });
  await expect(missing.getByRole("row", { name: /FEATURE_TWO_0002/ })).toContainText("Not made yet");
  expect(await people.viewer.get<unknown[]>("/api/rollouts")).toHaveLength(3);
  await owner.getByRole("button", { name: "Copy the address" }).click();
  await expect(owner.getByText("The address is on the clipboard.")).toBeVisible();
  const address = await owner.evaluate(() => navigator.clipboard.readText());

  // Whoever is no engineer sees the same, and hands it on.
  const viewer = await open("operations", address);
  const there = { name: "Flags for a plan in staging" };
  await expect(viewer.getByRole("region", there)).toContainText("An engineer creates those that are not made yet.");
  await expect(viewer.getByRole("button", { name: /^Create/ })).toHaveCount(0);

  const engineer = await open("engineer", address);
  const region = engineer.getByRole("region", there);
  await expect(region.getByRole("row", { name: /FEATURE_TWO_0001/ })).toContainText("Missing");
  const create = region.getByRole("button", { name: "Create 2 flags, off…" });
  await walk(create);
  await create.click();
  const dialog = engineer.getByRole("dialog", { name: "Create 2 flags in staging" });
  await expect(dialog).toContainText("off: nobody gets them until a rollout raises them");
  await dialog.getByRole("button", { name: "Change nothing" }).click();
  await expect(create).toBeFocused();
  await create.click();
  await dialog.getByRole("button", { name: "Create 2 flags" }).click();
  await expect(region.getByRole("row", { name: /FEATURE_TWO_0001/ })).toContainText("Created off, and read back so");
  await expect(region).toContainText("the product owner can begin the rollout");
  await engineer.reload();
  await expect(region.getByRole("row", { name: /FEATURE_TWO_0002/ })).toContainText("There at off");

  await owner.getByRole("button", { name: "Begin" }).click();
  await expect(owner.getByRole("heading", { name: "The rollout began" })).toBeVisible();
});

test("an address that asks for flags and not where is Not Found", async ({ open }) => {
  const page = await open("viewer", "/backend?key=FEATURE_A");
  await expect(page.getByText("There is nothing at this address")).toBeVisible();
  await page.goto("/backend?environment=Prod&key=FEATURE_A");
  await expect(page.getByText("It is not known which flags are there")).toBeVisible();
});
