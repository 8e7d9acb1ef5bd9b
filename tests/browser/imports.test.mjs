// Numbers from before: an access log and Plausible's export, given through the page until the dashboard shows them.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";
import { api, axe, confirm, openPage, sendVisits, signUp, startBrowser, startServer, zip } from "./support.mjs";

let server, browser, context, site, share;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
  share = (await api(page, "POST", `/sites/${site}/share-links`, { name: "Client" })).body.token;
  await sendVisits(server, "shop.example");
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const log = (...paths) =>
  paths.map((path, n) => `203.0.113.${n + 1} - - [02/Mar/2026:08:0${n}:00 +0000] "GET ${path} HTTP/1.1" 200 512 "https://www.google.com/" "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"\n`).join("");

// What is said on the way, and that nothing else is.
async function opened(path, act, who = context) {
  const { page, complaints } = await openPage(who);
  await page.goto(server.url + path);
  await act(page);
  await page.locator(".stale, [aria-busy=true]").first().waitFor({ state: "detached" });
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const give = (page, name, buffer) =>
  page.getByLabel("Access log or Plausible export").setInputFiles({ name, mimeType: "application/octet-stream", buffer });

const taken = (page, name) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });

test("an access log is given, read to its end, shown, and taken out again", async () => {
  const days = "period=custom&from=2026-03-01&to=2026-03-03";
  await opened("/shop.example/settings/imports", async (page) => {
    await give(page, "access.log", Buffer.from(log("/from-the-log", "/from-the-log", "/style.css")));
    await taken(page, "access.log").getByText("3 lines read, 2 page views taken (2026-03-02 to 2026-03-02)").waitFor();
    await taken(page, "access.log").getByText("Left out: 1 for files, feeds and the like").waitFor();
    // A file of something else says so, and brings nothing.
    await give(page, "<b>picture</b>.png", Buffer.from("\x89PNG\r\n\x1a\n no log at all"));
    await taken(page, "<b>picture</b>.png").getByText("2 lines read, 0 page views taken").waitFor();
    await taken(page, "<b>picture</b>.png").getByText("Line 1: there is no client address").waitFor();
  });
  await opened(`/shop.example?${days}`, async (page) => {
    await page.getByRole("link", { name: /\/from-the-log/ }).first().waitFor();
    await page.getByRole("tab", { name: /Unique visitors/ }).filter({ hasText: "2" }).waitFor();
  });
  await opened("/shop.example/settings/imports", async (page) => {
    await confirm(taken(page, "access.log").getByRole("button", { name: /^Remove/ }));
    await taken(page, "access.log").waitFor({ state: "detached" });
  });
  await opened(`/shop.example?${days}`, async (page) => {
    await page.getByText("No data in this period").first().waitFor();
  });
  // A log is read as it lies on servers, too.
  await opened("/shop.example/settings/imports", async (page) => {
    await give(page, "access.log.1.gz", gzipSync(log("/packed")));
    await taken(page, "access.log.1.gz").getByText("1 line read, 1 page view taken").waitFor();
  });
});

test("days of totals stand beside what was collected, and where they are left out both readers are told", async () => {
  const export_ = {
    "imported_visitors_20260110_20260111.csv": "date,visitors,pageviews,bounces,visits,visit_duration\n2026-01-10,500,900,200,600,30000\n",
    "imported_sources_20260110_20260111.csv": "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,pageviews,visitors,visits,visit_duration,bounces\n2026-01-10,Google,google.com,,,,,,900,500,600,30000,200\n",
  };
  await opened("/shop.example/settings/imports", async (page) => {
    await give(page, "export.zip", zip(export_));
    await taken(page, "export.zip").getByText("2 rows read, 2 rows of totals taken (2026-01-10 to 2026-01-10)").waitFor();
  });
  const days = "period=custom&from=2026-01-09&to=2026-01-11";
  const shared = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  for (const [path, who] of [["/shop.example?", context], [`/share/shop.example?auth=${share}&`, shared]]) {
    await opened(path + days, async (page) => {
      await page.getByRole("tab", { name: /Unique visitors/ }).filter({ hasText: "500" }).waitFor();
      await page.getByRole("link", { name: /Google/ }).first().waitFor();
      const overview = page.locator(".overview");
      assert.equal(await overview.getByText("Imported days are left out").locator("visible=true").count(), 0);
      // Only what can't know them says so: the hours of the week.
      const hours = page.getByRole("region", { name: "Visits by hour and weekday" });
      await hours.getByText("Imported days are left out: imported numbers are of whole days.").waitFor();
    }, who);
    // Filtered by what the totals do not know, all numbers are without them, which is said once.
    await opened(`${path}${days}&f=os:is:Windows&f=country:is:DE`, async (page) => {
      await page.getByText(/Imported days are left out/).locator("visible=true").first().waitFor();
      await page.locator(".stale, [aria-busy=true]").first().waitFor({ state: "detached" });
      assert.equal(await page.getByText(/Imported days are left out/).locator("visible=true").count(), 1);
    }, who);
    // The last minutes have nothing to do with them.
    await opened(`${path}period=realtime`, async (page) => {
      await page.getByRole("link", { name: /\/pricing/ }).first().waitFor();
      assert.equal(await page.getByText(/Imported days/).locator("visible=true").count(), 0);
    }, who);
  }
});
