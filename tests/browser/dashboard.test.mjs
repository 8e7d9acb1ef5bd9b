// The dashboard's panels and what one does with them: filters, details, visits, maps, goals, funnels, notes, exports.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { api, axe, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, context, site, share;

// A visit of one person: a page view, and an event with a property and revenue.
async function buy(person) {
  const headers = {
    "Content-Type": "text/plain",
    "User-Agent": `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:13${person}.0) Gecko/20100101 Firefox/13${person}.0`,
  };
  const send = async (event) => {
    const body = JSON.stringify({ d: "shop.example", u: "https://shop.example/pricing", ...event });
    const answer = await fetch(`${server.url}/api/event`, { method: "POST", headers, body });
    assert.equal(answer.status, 202);
  };
  await send({ n: "pageview", u: "https://shop.example/pricing?utm_source=letter" });
  await send({ n: "Purchase", p: { product: `Plan ${person}` }, $: { amount: `1${person}.50`, currency: "EUR" } });
}

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  const { page } = await openPage(context, { allowed: [/401/] });
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
  await sendVisits(server, "shop.example");
  for (const person of [1, 2]) await buy(person);
  const goals = [];
  for (const goal of [{ path: "/pricing" }, { event: "Purchase", currency: "EUR" }]) {
    goals.push((await api(page, "POST", `/sites/${site}/goals`, goal)).body.id);
  }
  const funnel = await api(page, "POST", `/sites/${site}/funnels`, { name: "To buy", steps: goals });
  assert.equal(funnel.status, 201);
  const link = await api(page, "POST", `/sites/${site}/share-links`, { name: "Client" });
  share = new URL(link.body.url);
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// Every test's page must have said nothing by its end.
async function dashboard(query, act, at = "/shop.example") {
  const { page, complaints } = await openPage(context);
  await page.goto(`${server.url}${at}?${query}`);
  await act(page);
  // What is being asked again is paler, which is no finding.
  await page.locator(".stale, [aria-busy=true]").first().waitFor({ state: "detached" });
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const search = (page) => new URL(page.url()).searchParams;

test("goals, properties, funnels and revenue are told of a site that has them", async () => {
  await dashboard("period=day", async (page) => {
    const card = page.getByRole("region", { name: "Conversions" });
    await card.getByRole("tab", { name: "Goals" }).click();
    await card.getByRole("link", { name: /Visit \/pricing/ }).waitFor();
    await card.getByRole("tab", { name: "Properties" }).click();
    await card.getByRole("link", { name: /Plan 1/ }).waitFor();
    await card.getByRole("tab", { name: "Revenue" }).click();
    await card.getByText("€24.00").first().waitFor();
    await card.getByLabel("Show").selectOption({ label: "product" });
    await card.getByText("€12.50").waitFor();
    await card.getByRole("tab", { name: "Funnels" }).click();
    await card.getByText(/of those who entered went all the way/).waitFor();
    // A goal as a filter turns the tiles to conversions.
    await card.getByRole("tab", { name: "Goals" }).click();
    await card.getByRole("link", { name: /Purchase/ }).click();
    await page.getByRole("tab", { name: /Conversion rate/ }).waitFor();
    await page.getByRole("tab", { name: /^Revenue/ }).filter({ hasText: "€24.00" }).waitFor();
    assert.deepEqual(search(page).getAll("f"), ["goal:is:Purchase"]);
    await page.goBack();
    await page.getByRole("tab", { name: /Unique visitors/ }).waitFor();
  });
});

test("filters are built with suggestions and by keyboard, and changed at their chip", async () => {
  await dashboard("period=day", async (page) => {
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Filters" });
    await dialog.getByLabel("Dimension").selectOption({ label: "Page" });
    await dialog.getByLabel("Comparison").selectOption({ label: "contains" });
    await dialog.getByRole("combobox", { name: "Value" }).fill("pri");
    await dialog.getByRole("option", { name: "/pricing" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Remove /pricing" }).waitFor();
    await dialog.getByRole("combobox", { name: "Value" }).fill("do");
    const listed = dialog.getByRole("listbox").getByRole("option").first();
    await listed.waitFor();
    await page.keyboard.press("Escape");
    await listed.waitFor({ state: "hidden" });
    assert.ok(await dialog.isVisible(), "Esc closed the list alone");
    await dialog.getByRole("combobox", { name: "Value" }).fill("");
    await listed.waitFor();
    await page.keyboard.press("Escape");
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole("button", { name: "Apply" }).click();
    await page.getByText("Page contains /pricing").waitFor();
    assert.deepEqual(search(page).getAll("f"), ["page:has:/pricing"]);
    await page.getByRole("button", { name: "Page contains /pricing" }).click();
    await dialog.getByLabel("Comparison").selectOption({ label: "is not" });
    await dialog.getByRole("button", { name: "Apply" }).click();
    await page.getByText("Page is not /pricing").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Page is not /pricing").waitFor({ state: "detached" });
  });
});

test("details are searched, sorted and saved, and their state is the address", async () => {
  await dashboard("period=day&d=page", async (page) => {
    const dialog = page.getByRole("dialog", { name: "Pages" });
    await dialog.getByRole("link", { name: "/docs/start" }).waitFor();
    await dialog.getByRole("link", { name: /^Name/ }).click();
    await dialog.locator('th[aria-sort="ascending"]').getByText("Name").waitFor();
    assert.equal(search(page).get("sort"), "name:asc");
    await dialog.getByRole("link", { name: /^Pageviews/ }).click();
    await dialog.locator('th[aria-sort="descending"]').getByText("Pageviews").waitFor();
    await dialog.getByLabel("Search").fill("doc");
    await dialog.getByRole("link", { name: "/pricing" }).waitFor({ state: "detached" });
    assert.equal(search(page).get("q"), "doc");
    const saving = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download CSV" }).click();
    const text = await readFile(await (await saving).path(), "utf8");
    assert.equal(text, "event:page,visitors,percentage,pageviews\r\n/docs/start,1,100,1\r\n");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // The browser closes it before it tells the page.
    await page.waitForFunction(() => !new URLSearchParams(location.search).has("d"));
  });
});

test("a visit is opened, and shows what happened in it", async () => {
  await dashboard("period=day", async (page) => {
    await page.getByRole("region", { name: "Visits", exact: true }).getByRole("link", { name: "Details: Visits" }).click();
    const dialog = page.getByRole("dialog", { name: "Visits" });
    await dialog.locator("tbody tr").filter({ hasText: "/pricing" }).first().getByRole("link").click();
    await dialog.getByText("What happened").waitFor();
    assert.match(search(page).get("v"), /\S/);
    await dialog.getByRole("link", { name: "All visits" }).click();
    await dialog.locator("tbody tr").first().waitFor();
    for (const row of await dialog.locator("tbody tr").all()) assert.doesNotMatch(await row.innerText(), /127\.0\.0\.1/);
  });
});

test("a country on the map is a filter, and the hours of the week are a table", async () => {
  await dashboard("period=day", async (page) => {
    const card = page.getByRole("region", { name: "Locations" });
    await card.getByRole("tab", { name: "Map" }).click();
    await card.locator("path[data-c=DE]").dispatchEvent("click");
    await page.waitForFunction(() => location.search.includes("f=country:is:DE"));
    await page.goBack();
    const hours = page.getByRole("region", { name: "Visits by hour and weekday" }).locator("tbody td");
    await hours.last().waitFor();
    assert.equal(await hours.count(), 168);
  });
});

test("the owner notes a day, and a recipient reads it unless it is hidden", async () => {
  await dashboard("period=7d&date=" + new Date().toISOString().slice(0, 10), async (page) => {
    const day = new Date().toISOString().slice(0, 10);
    await page.getByRole("link", { name: "Notes" }).click();
    await page.getByRole("heading", { name: "No notes yet" }).waitFor();
    for (const [text, hidden] of [["Launch <b>day</b>", false], ["Secret sale", true]]) {
      await page.locator("#note-date").fill(day);
      await page.getByLabel("What happened").fill(text);
      await page.getByLabel("Hide it from share links").setChecked(hidden);
      await page.getByRole("button", { name: "Add note" }).click();
      await page.getByRole("listitem").filter({ hasText: text }).waitFor();
    }
    await page.goBack();
    await page.getByText("Show data as table").click();
    await page.getByRole("cell", { name: /Launch <b>day<\/b>; Secret sale|Secret sale; Launch <b>day<\/b>/ }).waitFor();
  });
  const day = new Date().toISOString().slice(0, 10);
  await dashboard(`period=7d&date=${day}&auth=${share.searchParams.get("auth")}`, async (page) => {
    await page.getByText("Show data as table").click();
    await page.getByRole("cell", { name: "Launch <b>day</b>" }).waitFor();
    assert.equal(await page.getByText("Secret sale").count(), 0);
    assert.equal(await page.getByRole("link", { name: "Notes" }).count(), 0);
  }, "/share/shop.example");
});

test("what is seen is taken away as files, by a recipient too", async () => {
  await dashboard(`period=day&auth=${share.searchParams.get("auth")}`, async (page) => {
    await page.getByRole("link", { name: /\/pricing/ }).first().waitFor();
    for (const [label, name] of [["CSV files (ZIP)", "shop.example.zip"], ["JSON", "shop.example.json"]]) {
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: /^Take away/ }).click();
      await page.getByRole("button", { name: label }).click();
      const file = await saving;
      assert.equal(file.suggestedFilename(), name);
      const bytes = await readFile(await file.path());
      if (name.endsWith(".zip")) assert.equal(bytes.subarray(0, 2).toString(), "PK");
      else JSON.parse(bytes.toString());
    }
  }, "/share/shop.example");
});

test("the realtime view is told of a visit by the server", async () => {
  await dashboard(`period=realtime&auth=${share.searchParams.get("auth")}`, async (page) => {
    await page.getByRole("link", { name: /\/pricing/ }).first().waitFor();
    await sendVisits(server, "shop.example", ["/just-now"]);
    await page.getByRole("link", { name: /\/just-now/ }).first().waitFor({ timeout: 14_000 });
  }, "/share/shop.example");
});

test("arrow keys walk through a menu, and a menu that is left closes", () =>
  dashboard("", async (page) => {
    await page.locator(".visits tbody tr").first().waitFor();
    await page.getByRole("button", { name: /^Period/ }).focus();
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    const seen = new Set();
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction((known) => document.activeElement.matches(".menu-panel *") && !known.includes(document.activeElement.textContent), [...seen]);
      seen.add(await focused());
    }
    assert.equal(seen.size, 3);
    await page.getByRole("link", { name: "Vitrine" }).focus();
    await page.locator(".menu-panel").waitFor({ state: "detached" });
  }));

test("what visitors bring makes no page wider, and the tooltip of the chart stays inside", async () => {
  const url = `https://shop.example/?utm_source=${"x".repeat(200)}`;
  const body = JSON.stringify({ d: "shop.example", n: "pageview", u: url });
  const headers = { "Content-Type": "text/plain", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
  assert.equal((await fetch(`${server.url}/api/event`, { method: "POST", headers, body })).status, 202);
  for (const width of [360, 640, 1280]) {
    const { page } = await openPage(context);
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${server.url}/shop.example?period=day`);
    await page.locator(".visits", { hasText: "xxxxxxxxxx" }).waitFor();
    assert.ok((await page.evaluate(() => document.scrollingElement.scrollWidth)) <= width, `${width}`);
    const chart = page.locator(".chart").first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    for (const part of [0.2, 0.48, 0.55, 0.95]) {
      await page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
      await page.locator(".tip").first().waitFor();
      const tip = await page.locator(".tip").first().boundingBox();
      assert.ok(tip.x >= 0 && tip.x + tip.width <= width, `${width} ${part} ${JSON.stringify(tip)}`);
    }
    await page.close();
  }
});

test("text that is marked out of a dialog is not lost", () =>
  dashboard("", async (page) => {
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const field = dialog.getByRole("combobox").last();
    await field.fill("Germany");
    const box = await field.boundingBox();
    await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(4, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    assert.equal(await field.inputValue(), "Germany");
    await page.mouse.click(4, 4);
    await dialog.waitFor({ state: "detached" });
  }));
