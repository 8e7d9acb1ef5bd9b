// Client portals: made by an owner, opened by a client, dressed in a brand, framed, printed, and ended.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { api, axe, confirm, failedLoad, openPage, recordBodies, signUp, startBrowser, startServer, startSite, until } from "./support.mjs";

const GONE = "Portal not found or has been revoked";
let server, browser, context, owner, host, watched, shop, blog;
const pages = {};

// A picture of one colour.
const png = (width, height) => {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x55)]);
  const data = deflateSync(Buffer.concat(Array(height).fill(row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
};

before(async () => {
  server = await startServer("serve", {
    VITRINE_OWN_DOMAIN_TARGET: "portals.vitrine.example",
    VITRINE_EGRESS_ALLOW: "127.0.0.0/8",
    VITRINE_MONITORS__CRAWL_PAUSE_MS: "0",
  });
  const http = createServer((request, response) => {
    const path = new URL(request.url, "http://site").pathname;
    if (path === "/") response.writeHead(200, { "Content-Type": "text/html" }).end('<!doctype html><title>Shop</title><a href="/gone">x</a><a href="/about">a</a>');
    else if (path === "/about") response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>About</title>");
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  watched = { url: `http://127.0.0.1:${http.address().port}/`, stop: () => new Promise((resolve) => { http.closeAllConnections(); http.close(resolve); }) };
  host = await startSite(pages);
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  owner = (await openPage(context)).page;
  await signUp(owner, server.url, "ann.owner@mail.example");
  [shop, blog] = await Promise.all(["shop.example", "blog.example"].map(async (domain) => (await api(owner, "POST", "/sites", { domain, timezone: "Europe/Berlin" })).body.id));
  for (const kind of ["uptime", "links"]) await api(owner, "PUT", `/sites/${shop}/monitors/${kind}`, { enabled: true, url: watched.url });
  await until(owner, `/sites/${shop}/health`, ({ monitors }) => monitors.filter(({ checked_at }) => checked_at).length === 2);
});

after(async () => {
  await browser?.close();
  await host?.stop();
  await watched?.stop();
  await server?.stop();
});

// A page of the account; by its end it must have said nothing but the refusals that the test is about.
async function office(path, act, refusals = []) {
  const { page, complaints } = await openPage(context, { allowed: refusals.map(failedLoad) });
  await page.goto(server.url + path);
  await act(page);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
const client = async (allowed = [], options = {}) => openPage(await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }), { allowed: allowed.map(failedLoad) });
// What a page has of a brand and a site beside what it shows.
const dress = (page) => page.evaluate(() => {
  const root = document.documentElement;
  return { title: document.title, name: root.getAttribute("data-name"), style: root.getAttribute("style") ?? "", picture: document.querySelector("link[rel=icon]").getAttribute("href") };
});
const makePortal = async (site, frame_ancestors) => {
  await api(owner, "PUT", `/sites/${site}/portal`, { enabled: true, ...(frame_ancestors && { frame_ancestors }) });
  return (await api(owner, "POST", `/sites/${site}/portal/token`)).body.url;
};

test("a portal is turned on, linked, regenerated and revoked, and the client sees it or the one sentence", async () => {
  await office("/settings/portal", async (page) => {
    const mine = row(page, "shop.example");
    await mine.getByRole("button", { name: "Generate token for shop.example" }).focus();
    await page.keyboard.press("Enter");
    await mine.getByText("Turn the portal on first").waitFor();
    await mine.getByRole("switch", { name: "Client portal of shop.example" }).focus();
    await page.keyboard.press("Space");
    await mine.getByText("Saved").waitFor();
    await mine.getByRole("button", { name: "Generate token for shop.example" }).click();
    const link = mine.getByLabel("Portal link of shop.example");
    await link.waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent.includes("Copy link"));
    const first = await link.inputValue();

    const { page: seen, complaints } = await client([404]);
    const bodies = recordBodies(seen);
    await seen.goto(first);
    await seen.getByRole("heading", { name: "shop.example", level: 1 }).waitFor();
    await seen.getByText(/^Updated /).waitFor();
    for (const words of ["PageSpeed", "Link checker", "Domain & SSL health", "Uptime status"]) await seen.getByRole("heading", { name: words }).waitFor();
    await seen.getByText("Up", { exact: true }).waitFor();
    await seen.getByText(/^100\s% last 24 hours$/).waitFor();
    await seen.getByText(/Not measured, and so not counted: PageSpeed on mobile/).waitFor();
    await seen.getByText("Measured by Vitrine").waitFor();
    assert.equal(await seen.getByRole("link").count(), 1, "only the way to the content");
    assert.deepEqual(await axe(seen), []);
    for (const { url, text } of await bodies()) {
      for (const secret of ["ann.owner", "Ann Owner", "blog.example", watched.url, "/gone"]) assert.ok(!text.includes(secret), `${secret} in ${url}`);
    }

    await confirm(mine.getByRole("button", { name: /^(Regenerate|Old link stops working\. Regenerate\?) shop/ }));
    await page.waitForFunction(([label, first]) => document.querySelector(`[aria-label="${label}"]`)?.value !== first, ["Portal link of shop.example", first]);
    const second = await link.inputValue();
    // The page that is open asks again when it comes into sight.
    await seen.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await seen.getByRole("heading", { name: GONE }).waitFor();
    assert.doesNotMatch(await seen.locator("body").innerText(), /shop\.example/);
    await seen.goto(second);
    await seen.getByRole("heading", { name: "shop.example" }).waitFor();

    await confirm(mine.getByRole("button", { name: /^Revoke/ }));
    await mine.getByText("No link yet").waitFor();
    await seen.reload();
    await seen.getByRole("heading", { name: GONE }).waitFor();
    assert.deepEqual(await axe(seen), []);
    assert.deepEqual(complaints, []);
    await seen.context().close();
  });
});

test("a brand is previewed in both themes, saved, and carried by the portal without our name", async () => {
  await office("/settings/portal/white-label", async (page) => {
    await page.getByLabel("Company name", { exact: true }).fill("North & Co");
    await page.getByLabel("Accent colour", { exact: true }).fill("#nothing");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForFunction(() => document.querySelector("#brand-accent").getAttribute("aria-invalid") === "true");
    await page.getByLabel("Accent colour", { exact: true }).fill("#ffd400");
    await page.getByText("Adjusted to stay readable").waitFor();
    const colour = (theme) => page.evaluate((theme) => getComputedStyle(document.querySelector(`.preview.${theme} .ring-part`)).stroke, theme);
    assert.notEqual(await colour("light"), await colour("dark"));
    assert.equal(await colour("dark"), "rgb(255, 212, 0)");
    const save = page.getByRole("button", { name: "Save" });
    await page.route("**/api/v1/branding", (route) => route.fulfill({ status: 503 }));
    await save.click();
    await page.getByText("The server answered with an error (503).").waitFor();
    await page.unroute("**/api/v1/branding");
    await page.getByLabel("Hide footer").check();
    await page.getByLabel("Logo", { exact: true }).setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: png(64, 32) });
    await page.getByAltText("The logo as it is now").waitFor();
    await save.click();
    await page.locator(".saved", { hasText: "Saved" }).waitFor();
    await page.getByText("The server answered with an error (503).").waitFor({ state: "detached" });
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/white-label.png`, fullPage: true });
  }, [422, 503]);
  const url = await makePortal(shop);
  for (const [colorScheme, stroke] of [["dark", "rgb(255, 212, 0)"], ["light", "rgb(137, 113, 5)"]]) {
    const { page, complaints } = await client([404], { colorScheme });
    await page.goto(url);
    await page.getByText("North & Co").waitFor();
    await page.getByRole("heading", { name: "shop.example" }).waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".ring-part")).stroke), stroke, colorScheme);
    await page.waitForFunction(() => document.querySelector(".portal-logo img").naturalWidth > 0);
    assert.equal(await page.title(), "shop.example · North & Co");
    assert.doesNotMatch(await page.locator("body").innerText(), /vitrine/i);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(complaints, []);
    if (colorScheme === "light") {
      // With the numbers goes everything that says whose they were.
      const before = await dress(page);
      assert.match(before.picture, /^data:image/);
      assert.match(before.style, /--accent/);
      await api(owner, "DELETE", `/sites/${shop}/portal/token`);
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
      await page.getByRole("heading", { name: GONE }).waitFor();
      assert.deepEqual(await dress(page), { title: GONE, name: null, style: "", picture: "data:," });
    }
    await page.context().close();
  }
  await office("/settings/portal/white-label", async (page) => {
    await confirm(page.getByRole("button", { name: /^Remove/ }));
    await page.getByAltText("The logo as it is now").waitFor({ state: "detached" });
  });
});

test("a shared dashboard carries the brand where the owner wants it there", async () => {
  const link = (await api(owner, "POST", `/sites/${shop}/share-links`, { name: "Branded" })).body;
  const { page, complaints } = await client([404]);
  await page.goto(link.url);
  await page.getByText("Read-only").waitFor();
  await page.waitForLoadState("networkidle");
  assert.equal(await page.getByText("North & Co").count(), 0, "not asked for");
  const { company_name, accent, hide_footer } = (await api(owner, "GET", "/branding")).body;
  assert.equal((await api(owner, "PUT", "/branding", { company_name, accent, hide_footer, on_share_links: true })).status, 200);
  await page.reload();
  await page.getByText("North & Co").waitFor();
  assert.equal(await page.title(), "shop.example · North & Co");
  assert.deepEqual(await axe(page), []);
  await page.waitForLoadState("networkidle");
  const { picture } = await dress(page);
  await api(owner, "DELETE", `/sites/${shop}/share-links/${link.id}`);
  await page.keyboard.press("w");
  await page.getByRole("heading", { name: "Share link not found or has been revoked" }).waitFor();
  assert.deepEqual(await dress(page), { title: "Share link not found or has been revoked · Vitrine", name: null, style: "", picture });
  assert.equal(await page.getByText("North & Co").count(), 0);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a long name of a company fits on a phone, with and without a place to break", async () => {
  const brand = (await api(owner, "GET", "/branding")).body;
  const { accent, hide_footer } = brand;
  const link = (await api(owner, "POST", `/sites/${shop}/share-links`, { name: "On a phone" })).body;
  const portal = await makePortal(shop);
  const { page, complaints } = await client([], { viewport: { width: 360, height: 800 } });
  for (const company_name of ["Northern Lights Website Care and Monitoring Company of Kiel", "Nordlichtwebseitenbetreuungsundueberwachungsgesellschaft"]) {
    assert.equal((await api(owner, "PUT", "/branding", { company_name, accent, hide_footer, on_share_links: true })).status, 200);
    for (const url of [portal, link.url]) {
      await page.goto(url);
      await page.getByText(company_name).waitFor();
      await page.waitForLoadState("networkidle");
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/brand-${company_name.length}-${url === portal ? "portal" : "share"}.png` });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(sideways <= 0, `${url} scrolls sideways by ${sideways} px`);
    }
  }
  assert.deepEqual(complaints, []);
  await page.context().close();
  const { company_name, on_share_links } = brand;
  await api(owner, "PUT", "/branding", { company_name, accent, hide_footer, on_share_links });
  await api(owner, "DELETE", `/sites/${shop}/share-links/${link.id}`);
});

test("a group shows several sites behind one link", async () => {
  await office("/settings/portal", async (page) => {
    await page.getByRole("button", { name: "Create group" }).click();
    const form = page.locator("form");
    await form.getByRole("button", { name: "Create group" }).click();
    await form.getByText("Enter a name").waitFor();
    await form.getByText("Choose at least one site").waitFor();
    await form.getByLabel("Name").fill("Both");
    await form.getByLabel(/^shop\.example/).check();
    await form.getByLabel(/^blog\.example/).check();
    assert.deepEqual(await axe(page), []);
    await form.getByRole("button", { name: "Create group" }).click();
    const group = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Both" }) });
    await group.getByText("shop.example, blog.example").waitFor();
    await group.getByRole("button", { name: "Generate token for Both" }).click();
    const url = await group.getByLabel("Portal link of Both").inputValue();
    const { page: seen, complaints } = await client();
    await seen.goto(url);
    await seen.getByRole("heading", { name: "Both", level: 1 }).waitFor();
    assert.deepEqual(await seen.getByRole("heading", { level: 2 }).allInnerTexts(), ["shop.example", "blog.example"]);
    await seen.getByText("Not measured yet").waitFor();
    assert.deepEqual(await axe(seen), []);

    // One of one site is a group nevertheless, and one whose sites are gone says so.
    const { id } = (await api(page, "GET", "/portal-groups")).body.data[0];
    const lone = (await api(page, "POST", "/sites", { domain: "lone.example", timezone: "Europe/Berlin" })).body.id;
    assert.equal((await api(page, "PATCH", `/portal-groups/${id}`, { site_ids: [lone] })).status, 200);
    await seen.reload();
    await seen.getByRole("heading", { name: "lone.example", level: 2 }).waitFor();
    assert.deepEqual(await seen.getByRole("heading", { level: 1 }).allInnerTexts(), ["Both"]);
    assert.deepEqual(await axe(seen), []);
    assert.equal((await api(page, "DELETE", `/sites/${lone}`)).status, 204);
    await seen.reload();
    await seen.getByRole("heading", { name: "No sites here at the moment" }).waitFor();
    assert.equal(await seen.title(), "Both · North & Co");
    assert.deepEqual(await axe(seen), []);
    assert.deepEqual(complaints, []);
    await seen.context().close();
    await confirm(group.getByRole("button", { name: /^Delete/ }));
    await group.waitFor({ state: "detached" });
  });
});

test("a portal is framed where it may be, and tells its height", async () => {
  await makePortal(shop);
  await office("/settings/portal", async (page) => {
    await row(page, "shop.example").getByRole("button", { name: "Embedding of shop.example" }).click();
    const dialog = page.getByRole("dialog");
    const path = `**/api/v1/sites/${shop}/portal`;
    await page.route(path, (route) => route.fulfill({ status: 503 }));
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("The server answered with an error (503).").waitFor();
    await page.unroute(path);
    await dialog.getByLabel("Who may embed it").selectOption({ label: "These sites" });
    await dialog.getByLabel("Sites").fill("not an origin");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    await dialog.getByLabel("Sites").fill(host.url);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  }, [422, 503]);
  const { url } = (await api(owner, "GET", `/sites/${shop}/portal`)).body;
  const framed = url.replace("127.0.0.1", "localhost");
  pages["/frame"] = `<!doctype html><title>Host</title><link rel="icon" href="data:,"><body style="margin:0">
    <iframe data-vitrine src="${framed}?embed=true" width="900" height="300" frameborder="0"></iframe>
    <script async src="${framed.replace(/\/portal.*/, "")}/js/embed.js"></script>`;
  const { page, complaints } = await client();
  await page.goto(`${host.url}/frame`);
  const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
  await frame.getByText("Uptime status").waitFor();
  await page.waitForFunction(() => document.querySelector("iframe").getBoundingClientRect().height > 500);
  const whole = await frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
  await page.waitForFunction((whole) => document.querySelector("iframe").getBoundingClientRect().height === whole, whole);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("beats are dated by the server's clock, whatever the client's says", async () => {
  const url = await makePortal(shop);
  const { page, complaints } = await client([], { locale: "en-US" });
  await page.clock.setFixedTime(new Date(Date.now() - 5 * 3_600_000));
  await page.goto(url);
  const { beats_from } = (await (await fetch(`${server.url}/api/v1${new URL(url).pathname}`)).json()).sites[0].health.uptime;
  const told = (at) => new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Berlin" }).format(at);
  await page.getByRole("img", { name: /^The last 24 hours by half hours/ }).focus();
  await page.keyboard.press("Home");
  await page.getByText(`${told(new Date(beats_from))}: Not measured`).first().waitFor();
  await page.keyboard.press("End");
  await page.getByText(`${told(new Date(beats_from).getTime() + 47 * 1_800_000)}: Up`).first().waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a portal prints on one page of A4", async () => {
  const url = await makePortal(shop);
  const { page } = await client();
  await page.goto(url);
  await page.getByText("Uptime status").waitFor();
  const pdf = await page.pdf({ format: "A4", printBackground: true });
  if (process.env.SHOTS) (await import("node:fs")).writeFileSync(`${process.env.SHOTS}/portal.pdf`, pdf);
  assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length, 1);
  await page.context().close();
});

test("a domain of one's own is claimed, looked up and given up", async () => {
  await office("/settings/portal/domain", async (page) => {
    await page.getByLabel("Custom domain").fill("no domain");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForFunction(() => document.querySelector("#brand-domain").getAttribute("aria-invalid") === "true");
    await page.getByLabel("Custom domain").fill("reports.agency.example");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Not verified", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Host", { exact: true }).inputValue(), "reports.agency.example");
    assert.match(await page.getByLabel("Target", { exact: true }).inputValue(), /\S/);
    assert.deepEqual(await axe(page), []);
    await page.route("**/branding/domain/verify", (route) => route.fulfill({ status: 429, headers: { "Retry-After": "2" } }));
    await page.getByRole("button", { name: "Verify" }).click();
    const wait = page.locator(".field-error", { hasText: /^Too many requests\. Try again in \d s$/ });
    await wait.waitFor();
    assert.equal(await page.getByRole("button", { name: "Verify" }).getAttribute("aria-disabled"), "true");
    await wait.waitFor({ state: "detached" });
    await page.unrouteAll();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/Record not found yet|name servers did not answer/).waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/domain.png`, fullPage: true });
    await confirm(page.getByRole("button", { name: /^Remove/ }));
    await page.getByLabel("Custom domain").waitFor();
  }, [404, 422, 429]);
});

test("all sites are seen worst first, and links are made for many at once", async () => {
  await api(owner, "DELETE", `/sites/${shop}/portal/token`);
  await office("/overview", async (page) => {
    const mine = row(page, "shop.example");
    await mine.getByText("Up", { exact: true }).waitFor();
    assert.match((await page.getByRole("rowheader").allInnerTexts()).join(), /^shop\.example,blog\.example$/);
    await page.getByLabel("Choose all sites").check();
    await page.getByText("2 sites chosen").waitFor();
    await page.getByRole("button", { name: "Make portal links" }).click();
    const dialog = page.getByRole("dialog");
    assert.match(await dialog.getByLabel("Link of shop.example").inputValue(), /\/portal\//);
    assert.match(await dialog.getByLabel("Link of blog.example").inputValue(), /\/portal\//);
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("Escape");
    await mine.getByText("On", { exact: true }).waitFor();
    await page.getByLabel("Choose blog.example").check();
    await page.getByRole("button", { name: "Make share links" }).click();
    await dialog.getByRole("button", { name: "Make share links" }).click();
    await dialog.getByText("Enter a name").waitFor();
    await dialog.getByLabel("Name").fill("Monthly report");
    await page.keyboard.press("Enter");
    assert.match(await dialog.getByLabel("Link of blog.example").inputValue(), /\/share\/blog\.example\?auth=/);
    await dialog.getByRole("button", { name: "Close" }).click();
    assert.equal((await api(page, "GET", `/sites/${blog}/share-links`)).body.data[0].name, "Monthly report");
  });
});

test("when a portal was opened is told in the site's own zone", async () => {
  const url = await makePortal(shop);
  const { page: seen } = await client();
  await seen.goto(url);
  await seen.getByText("Uptime status").waitFor();
  await seen.context().close();
  const { last_opened_at } = await until(owner, `/sites/${shop}/portal`, ({ opens }) => opens > 0);
  const told = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Berlin" }).format(new Date(last_opened_at));
  const far = await browser.newContext({ timezoneId: "Asia/Tokyo", locale: "en-US", storageState: await context.storageState() });
  for (const [path, words] of [["/settings/portal", `Opened once, ${told}`], ["/overview", told]]) {
    const { page, complaints } = await openPage(far);
    await page.goto(server.url + path);
    await row(page, "shop.example").getByText(words, { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  }
  await far.close();
});

test("what could not be loaded is loaded again on demand", async () => {
  const { page, complaints } = await openPage(context, { allowed: [/ERR_FAILED/] });
  await page.route(/\/api\/v1\/(sites|overview|branding)(\?.*)?$/, (route) => route.abort());
  for (const [path, text] of [["/settings/portal", "Copy link"], ["/overview", "blog.example"], ["/settings/portal/white-label", "Company name"]]) {
    await page.goto(server.url + path);
    await page.getByText("You are offline, or the server does not answer.").first().waitFor();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await page.getByText(text).first().waitFor();
    await page.route(/\/api\/v1\/(sites|overview|branding)(\?.*)?$/, (route) => route.abort());
  }
  assert.deepEqual(complaints, []);
  await page.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`portals and their settings are sound, ${colorScheme}, ${width} px`, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" };
      const { url } = (await api(owner, "GET", `/sites/${shop}/portal`)).body;
      const mine = await browser.newContext({ ...options, storageState: await context.storageState() });
      const anyone = await browser.newContext(options);
      for (const [here, address, text, name] of [
        [mine, `${server.url}/overview`, /blog\.example/, "overview"],
        [mine, `${server.url}/settings/portal`, /Copy link/, "portals"],
        [mine, `${server.url}/settings/portal/white-label`, /Adjusted to stay readable/, "white-label"],
        [mine, `${server.url}/settings/portal/domain`, /Custom domain/, "domain"],
        [anyone, url, /Uptime status/, "portal"],
        [anyone, `${server.url}/portal/nothing`, GONE, "portal-gone"],
      ]) {
        const { page, complaints } = await openPage(here, { allowed: [failedLoad(404)] });
        await page.goto(address);
        await page.getByText(text).first().waitFor();
        await page.waitForLoadState("networkidle");
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        assert.deepEqual(await axe(page), [], name);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
        assert.deepEqual(complaints, [], name);
        await page.close();
      }
      await Promise.all([mine.close(), anyone.close()]);
    });
  }
}
