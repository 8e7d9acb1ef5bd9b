// A dashboard in other languages, time zones and media: the site's own days, the reader's own way to write them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, axe, importDays, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

const DAYS = { "2026-01-09": 4321, "2026-01-10": 12345, "2026-01-11": 7 };
let server, browser, state, link, visit;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  const site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "Europe/Berlin" })).body.id;
  link = (await api(page, "POST", `/sites/${site}/share-links`, { name: "Client" })).body.token;
  await sendVisits(server, "shop.example");
  await importDays(page, site, DAYS);
  visit = await page.evaluate(async (site) => {
    for (;;) {
      const { data } = await (await fetch(`/api/v1/sites/${site}/visits?date_range=day`)).json();
      if (data.length === 3) return data[0];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, site);
  state = await context.storageState();
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function opened(options, path, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const { page, complaints } = await openPage(context);
  await page.goto(server.url + path);
  await page.getByRole("button", { name: /^Period/ }).waitFor();
  await page.locator(".tile.skeleton, .stale, [aria-busy=true]").first().waitFor({ state: "detached" });
  await act(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

const shared = (query) => `/share/shop.example?auth=${link}&${query}`;
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const locale of ["en-US", "de-DE", "ar"]) {
  test(`in ${locale}, numbers and days are written as there, and days stay the site's in every time zone`, async () => {
    const seen = [];
    for (const timezoneId of ["Asia/Tokyo", "America/New_York", "Europe/Berlin"]) {
      const told = [];
      await opened({ locale, timezoneId }, shared("period=custom&from=2026-01-09&to=2026-01-11"), async (page) => {
        // As the browser itself writes them in that language.
        const written = await page.evaluate((days) => {
          const date = (day, options) => new Intl.DateTimeFormat(undefined, { timeZone: "UTC", day: "numeric", month: "short", ...options }).format(new Date(day));
          const full = new Intl.NumberFormat().format;
          const sum = Object.values(days).reduce((sum, count) => sum + count);
          return { rows: Object.entries(days).map(([day, count]) => [date(day, { weekday: "short" }), full(count)]), sum: full(sum) };
        }, DAYS);
        assert.equal(await page.locator(".tile").first().locator(".tile-value").getAttribute("title"), written.sum);
        await page.getByText("Show data as table").click();
        const rows = await page.locator(".chart-table tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].slice(0, 2).map((cell) => cell.innerText.trim())));
        assert.deepEqual(rows, written.rows);
        if (locale === "en-US") assert.equal(written.sum, "16,673");
        if (locale === "de-DE") assert.equal(written.sum, "16.673");
        told.push(await page.locator(".legend").innerText(), await page.locator(".overview .tiles").innerText());
        assert.ok(await sideways(page) <= 0);
        assert.deepEqual(await axe(page), []);
      });
      await opened({ locale, timezoneId }, shared(`period=day&d=visits&v=${visit.id}`), async (page) => {
        const dialog = page.getByRole("dialog");
        await dialog.getByText("What happened").waitFor();
        const began = await page.evaluate((at) => new Intl.DateTimeFormat(undefined, { timeZone: "Europe/Berlin", hour: "numeric", minute: "2-digit" }).format(new Date(at)), visit.started_at);
        const text = await dialog.innerText();
        assert.ok(text.replaceAll("\u202f", " ").includes(began.replaceAll("\u202f", " ")), `${began} in ${text}`);
        told.push(text);
      });
      seen.push(told);
    }
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
  });
}

test("in Arabic nothing leaves its place, wide or narrow", async () => {
  for (const width of [1280, 360]) {
    for (const query of ["period=day", "period=day&d=page", "period=custom&from=2026-01-09&to=2026-01-11"]) {
      await opened({ locale: "ar", viewport: { width, height: 800 } }, shared(query), async (page) => {
        assert.ok(await sideways(page) <= 0, `${width} px, ${query}`);
        const cut = await page.locator(".tile-value, .tile-name, .bar-value").evaluateAll((parts) => parts.filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow !== "visible").map((part) => part.innerText));
        assert.deepEqual(cut, [], `${width} px, ${query}`);
        assert.deepEqual(await axe(page), []);
      });
    }
  }
});

test("who wants less motion gets none", async () => {
  const moving = (page) => page.evaluate(() => document.getAnimations().length);
  await opened({ reducedMotion: "no-preference" }, shared("period=realtime"), async (page) => {
    await page.locator(".current:not(.none) .pulse").waitFor();
    assert.ok(await moving(page) > 0, "the dot beats");
  });
  await opened({ reducedMotion: "reduce" }, shared("period=realtime"), async (page) => {
    await page.locator(".current:not(.none) .pulse").waitFor();
    await page.getByRole("button", { name: /^Period/ }).click();
    assert.equal(await moving(page), 0);
  });
});

test("in forced colours what is chosen and what is drawn still show", async () => {
  await opened({ forcedColors: "active", storageState: state }, "/shop.example?period=day", async (page) => {
    const style = (selector, property) => page.locator(selector).first().evaluate((part, property) => getComputedStyle(part)[property], property);
    assert.equal(await style(".tile.current", "outlineStyle"), "solid");
    assert.equal(await style(".tab[aria-selected=true]", "outlineStyle"), "solid");
    for (const part of [".btn", ".card", ".bar"]) assert.notEqual(await style(part, "borderBottomWidth"), "0px", part);
    assert.notEqual(await style(".line", "stroke"), "none");
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", "the focus shows");
    assert.deepEqual(await axe(page), []);
  });
});

test("on paper a dashboard is light, without controls, and says what it shows and when", async () => {
  await opened({ colorScheme: "dark" }, shared("period=day&f=source:is:Google"), async (page) => {
    await page.emulateMedia({ media: "print" });
    for (const gone of [".date-bar .menu", ".filter-btn", ".site-head-end", ".chip-x", ".panel-foot", ".chart-tools"]) {
      assert.ok(!(await page.locator(gone).first().isVisible()), `${gone} is not printed`);
    }
    for (const shown of [page.getByRole("heading", { name: "shop.example" }), page.getByText("Source is Google"), page.locator(".stamp"), page.getByText("/pricing").first()]) {
      assert.ok(await shown.isVisible());
    }
    assert.match(await page.locator(".stamp").innerText(), /Today .* As of /);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(255, 255, 255)");
    const dark = await page.locator("h1").evaluate((title) => getComputedStyle(title).color);
    assert.equal(dark, "rgb(24, 24, 27)", "dark on light");
    const pdf = (await page.pdf({ format: "A4", printBackground: true })).toString("latin1");
    const pages = pdf.match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages <= 3, `${pages} pages`);
  });
});
