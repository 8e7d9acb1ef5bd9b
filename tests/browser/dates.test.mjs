// How one moves on a dashboard: every key, own ranges and comparisons, and Back, which undoes one step.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, context;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" });
  await sendVisits(server, "shop.example");
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function dashboard(query, act) {
  const { page, complaints } = await openPage(context);
  await page.goto(`${server.url}/shop.example?${query}`);
  await page.getByRole("button", { name: /^Period/ }).waitFor();
  await act(page);
  assert.deepEqual(complaints, []);
  await page.close();
}

const search = (page) => Object.fromEntries(new URL(page.url()).searchParams);
const arrived = (page, query) => page.waitForFunction((query) => location.search === query, query);

// A day of UTC, so many months before this one's first, or days before today.
const day = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
function lastMonth() {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 10);
}

test("every key does what the list of keys says", async () => {
  await dashboard("period=28d", async (page) => {
    for (const [key, query] of [
      ["d", "?period=day"], ["e", `?period=day&date=${day(1)}`], ["r", "?period=realtime"], ["w", "?period=7d"],
      ["f", "?period=28d"], ["t", "?period=30d"], ["n", "?period=91d"], ["m", "?period=month"],
      ["p", `?period=month&date=${lastMonth()}`], ["y", "?period=year"], ["l", "?period=12mo"], ["a", "?period=all"],
      ["W", "?period=7d"], ["ArrowLeft", `?period=7d&date=${day(8)}`], ["ArrowRight", "?period=7d"],
      ["x", "?period=7d&compare=off"], ["X", "?period=7d&compare=prev"],
      ["/", "?period=7d&compare=prev&d=page"], ["Escape", "?period=7d&compare=prev"],
    ]) {
      await page.keyboard.press(key);
      await arrived(page, query);
    }
    await page.keyboard.press("i");
    await page.waitForFunction(() => document.activeElement.id === "interval");
    // In a field, keys are letters.
    await page.keyboard.press("y");
    assert.equal(search(page).period, "7d");
    await page.evaluate(() => document.activeElement.blur());
    for (const modifier of ["Control", "Alt", "Meta"]) await page.keyboard.press(`${modifier}+m`);
    assert.equal(search(page).period, "7d");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "Custom range" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.goto(`${server.url}/shop.example?period=day&f=page:is:/pricing&f=source:is:Google`);
    await page.getByText("Page is /pricing").waitFor();
    await page.keyboard.press("Escape");
    await arrived(page, "?period=day");

    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    const listed = await sheet.locator("dt").allInnerTexts();
    assert.deepEqual(listed, ["D", "E", "R", "W", "F", "T", "N", "M", "P", "L", "Y", "A", "C", "← →", "X", "I", "/", "Esc", "?"]);
    await sheet.getByLabel("Use shortcuts in this browser").uncheck();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.keyboard.press("w");
    assert.equal(search(page).period, "day", "they are off");
    await page.evaluate(() => localStorage.removeItem("vitrine.shortcuts"));
    await page.keyboard.press("w");
    await arrived(page, "?period=7d");
  });
});

test("a range and a comparison of one's own are typed or picked, and checked", async () => {
  await dashboard("period=7d", async (page) => {
    await page.getByRole("button", { name: /^Period/ }).click();
    await page.getByRole("button", { name: /Custom/ }).click();
    const dialog = page.getByRole("dialog", { name: "Custom range" });
    await dialog.getByLabel("First day").fill("2026-04-02");
    await dialog.getByLabel("Last day").fill("2026-03-28");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.getByText("The first day lies after the last.").waitFor();
    await dialog.getByLabel("First day").fill("2026-03-28");
    await dialog.getByLabel("Last day").fill("2026-04-02");
    await page.keyboard.press("Enter");
    await arrived(page, "?period=custom&from=2026-03-28&to=2026-04-02");
    await page.getByRole("button", { name: "Period: Mar 28 – Apr 2" }).waitFor();

    await page.getByRole("button", { name: /^Comparison/ }).click();
    await page.getByRole("button", { name: "Custom period…" }).click();
    const other = page.getByRole("dialog", { name: "Compare with" });
    await other.getByLabel("First day").fill("2026-01-01");
    await other.getByLabel("Last day").fill("2026-01-06");
    await other.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Comparison: vs. Jan 1 – Jan 6, 2026" }).waitFor();
    await page.locator(".legend .other").getByText("Jan 1 – Jan 6, 2026").waitFor();
    assert.deepEqual(search(page), { period: "custom", from: "2026-03-28", to: "2026-04-02", compare: "custom", cfrom: "2026-01-01", cto: "2026-01-06" });
    // The whole state is the address: somebody else sees the same.
    await page.reload();
    await page.getByRole("button", { name: "Comparison: vs. Jan 1 – Jan 6, 2026" }).waitFor();

    // From the calendar, by keyboard.
    await page.keyboard.press("c");
    const focused = (name) => page.waitForFunction((name) => document.activeElement.getAttribute("aria-label") === name, name);
    await focused("Apr 2, 2026");
    for (const [key, name] of [
      ["ArrowUp", "Mar 26, 2026"], ["ArrowDown", "Apr 2, 2026"], ["PageUp", "Mar 2, 2026"], ["ArrowLeft", "Mar 1, 2026"],
      ["ArrowLeft", "Feb 28, 2026"], ["PageDown", "Mar 28, 2026"], ["ArrowRight", "Mar 29, 2026"], ["PageUp", "Feb 28, 2026"],
      ["Shift+PageUp", "Feb 28, 2025"], ["Shift+PageDown", "Feb 28, 2026"], ["ArrowUp", "Feb 21, 2026"],
    ]) {
      await page.keyboard.press(key);
      await focused(name);
    }
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowLeft");
    await focused("Feb 20, 2026");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Period: Feb 20 – Feb 21" }).waitFor();
    assert.deepEqual([search(page).from, search(page).to], ["2026-02-20", "2026-02-21"], "in either direction");
    await page.keyboard.press("c");
    await dialog.getByLabel("First day").fill("2026-01-01");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(search(page).from, "2026-02-20", "leaving it changes nothing");
  });
});

test("Back undoes one step, whatever the step was", async () => {
  await dashboard("period=day", async (page) => {
    const states = [new URL(page.url()).search];
    const step = async (act) => {
      const before = new URL(page.url()).search;
      await act();
      await page.waitForFunction((before) => location.search !== before, before);
      states.push(new URL(page.url()).search);
    };
    const sources = page.getByRole("region", { name: "Sources" });
    await step(() => page.getByRole("link", { name: /\/pricing/ }).first().click());
    await step(() => sources.getByRole("link", { name: /Google/ }).click());
    await step(() => page.getByRole("tab", { name: /Pageviews/ }).click());
    await step(() => page.keyboard.press("w"));
    await step(() => page.keyboard.press("x"));
    await step(() => page.getByRole("link", { name: "Remove filter: Source is Google" }).click());
    await step(() => page.getByRole("link", { name: "Details: Pages" }).click());
    for (const back of states.slice(0, -1).reverse()) {
      await page.goBack();
      await arrived(page, back);
    }
    await page.getByRole("link", { name: /\/docs\/start/ }).first().waitFor();
    for (const forward of states.slice(1)) {
      await page.goForward();
      await arrived(page, forward);
    }
    await page.getByRole("dialog", { name: "Pages" }).waitFor();
  });
});
