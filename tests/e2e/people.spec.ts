import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { minding } from "./support/walk";

const table = (page: Page, name: string): Locator => page.getByRole("table", { name });

test("everyone is there with their role, and whoever looks is marked", async ({ open }) => {
  const page = await open("legal", "/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People" }).click();
  const everyone = table(page, "Everyone");
  await expect(everyone.getByRole("row")).toHaveCount(7);
  await expect(everyone.getByRole("row", { name: /Sample engineer/ })).toContainText(/Engineer.*Sample account/);
  await expect(everyone.getByRole("row").filter({ hasText: "You" })).toHaveText(/Sample legal counsel/);
});

test("a rollout's deciders and signers stand with those who hold the role, and lead to the gate and the slot", async ({ open, people }) => {
  const { id } = await minding(people, "S4 in production");
  const page = await open("legal", "/people");
  const parts = table(page, "Who decides and who signs");
  await expect(parts.getByRole("row", { name: /^Gate 1 / })).toContainText("Sample product owner");
  await expect(parts.getByRole("row").filter({ hasText: "Legal" }).first()).toContainText("You");
  await expect(parts.getByText("Nobody holds this role")).toHaveCount(0);

  const others: { id: string; name: string }[] = await people.viewer.get("/api/rollouts");
  const other = others.find((rollout) => rollout.id !== id);
  await page.getByRole("combobox", { name: "Rollout" }).selectOption(other?.id ?? "");
  await expect(page).toHaveURL(`/people?rollout=${other?.id}`);
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Rollout" })).toHaveValue(other?.id ?? "");
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Rollout" })).toHaveValue(id);

  await parts.getByRole("link", { name: "Gate 2" }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}\\?phase=.*#gate-2$`));
});

test("who may do what is what the rulebook says of this plan", async ({ open }) => {
  const page = await open("viewer", "/people");
  const may = table(page, "Who may do what");
  const who = (act: string) => may.getByRole("row", { name: new RegExp(`^${act}`) }).getByRole("img");
  await expect(who("Raise a flag")).toHaveAccessibleName("Engineer may");
  await expect(who("Lower or roll back")).toHaveCount(3);
  await expect(may.getByRole("img", { name: "Viewer may" })).toHaveCount(0);
});

test("an address that names no rollout leads nowhere", async ({ open }) => {
  const page = await open("viewer", "/people");
  for (const bad of ["first", "0193a5c0-0000-7000-8000-000000000001"]) {
    await page.goto(`/people?rollout=${bad}`);
    await expect(page.getByText("There is nothing at this address"), bad).toBeVisible();
  }
});
