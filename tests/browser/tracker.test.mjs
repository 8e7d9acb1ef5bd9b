// Trackers: ours in all it promises, and Plausible's own package, unchanged.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { PERSON, api, openPage, signUp, startBrowser, startServer, startSite } from "./support.mjs";

const require = createRequire(import.meta.url);
let server, browser, owner, siteId;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  owner = (await openPage(await browser.newContext())).page;
  await signUp(owner, server.url, "ann@mail.example");
  siteId = (await api(owner, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const ask = async (dimensions, filters = []) => {
  const query = { metrics: ["events"], date_range: "day", dimensions, filters };
  const { status, body } = await api(owner, "POST", `/sites/${siteId}/query`, query);
  assert.equal(status, 200, JSON.stringify(body));
  return Object.fromEntries(body.results.map((row) => [row.dimensions.join(" "), row.metrics[0]]));
};

// Asks until the events have reached the event store.
const askUntil = async (dimensions, filters, done) => {
  for (const until = Date.now() + 15_000; ; ) {
    const found = await ask(dimensions, filters);
    if (done(found)) return found;
    assert.ok(Date.now() < until, `not there: ${JSON.stringify(found)}`);
  }
};

const accepted = (page, name) =>
  page.waitForResponse((response) => response.url().endsWith("/api/event") && response.status() === 202
    && (response.request().postData() ?? "").includes(name));

test("our script is at most 1 KB compressed and counts what it promises", async () => {
  const script = await (await fetch(`${server.url}/js/script.js`)).text();
  assert.ok(brotliCompressSync(script).length <= 1024, `${brotliCompressSync(script).length} bytes`);

  const head = `<!doctype html><title>t</title><link rel="icon" href="data:,"><script defer data-domain="shop.example" src="${server.url}/js/script.js"></script>`;
  const site = await startSite({
    "/": `${head}<a href="http://other.example/out" target="_blank">Out</a><a href="/guide.pdf" download>Guide</a><p style="height:3000px">long</p>`,
    "/guide.pdf": ["application/pdf", "%PDF-1.4"],
  });
  const { page, complaints } = await openPage(await browser.newContext(PERSON));
  await page.route("http://other.example/**", (route) => route.fulfill({ body: "" }));
  const first = accepted(page, "pageview");
  await page.goto(`${site.url}/?token=abc123secret#top`);
  await first;
  const spa = accepted(page, "/virtual");
  await page.evaluate(() => history.pushState({}, "", "/virtual"));
  await spa;
  const custom = accepted(page, "Signup");
  await page.evaluate(() => globalThis.vitrine("Signup", { props: { plan: "pro" } }));
  await custom;
  // Time counts while the page has the focus, so engagement is told when the new tab takes it, or on leaving.
  const left = accepted(page, "engagement");
  const out = accepted(page, "Outbound");
  await page.getByText("Out", { exact: true }).click();
  await out;
  const download = accepted(page, "Download");
  await page.getByText("Guide").click();
  await download;
  await page.evaluate(() => {
    for (const [name, value] of [["visibilityState", "hidden"], ["hidden", true]]) {
      Object.defineProperty(document, name, { value, configurable: true });
    }
    document.dispatchEvent(new Event("visibilitychange"));
  });
  assert.match((await left).request().postData(), /"sd":\d+/, "how deep it was read");

  const names = await askUntil(["event:name"], [], (found) => found.pageview >= 2 && Object.keys(found).length >= 4);
  assert.equal(names.pageview, 2);
  assert.equal(names.Signup, 1);
  assert.deepEqual(await ask(["event:props:plan"], [["is", "event:name", ["Signup"]]]), { pro: 1 });
  const pages = await ask(["event:page"], [["is", "event:name", ["pageview"]]]);
  assert.deepEqual(pages, { "/": 1, "/virtual": 1 });
  assert.deepEqual(complaints, []);
  assert.deepEqual(await page.context().cookies(), []);
  await site.stop();
});

test("hash routes are pages when the script is told so", async () => {
  const site = await startSite({
    "/app": `<!doctype html><title>t</title><link rel="icon" href="data:,"><script defer data-hash data-domain="shop.example" src="${server.url}/js/script.js"></script>`,
  });
  const { page } = await openPage(await browser.newContext(PERSON));
  const first = accepted(page, "pageview");
  await page.goto(`${site.url}/app#/one`);
  await first;
  const second = accepted(page, "#/two");
  await page.evaluate(() => { location.hash = "/two"; });
  await second;
  const pages = await askUntil(["event:page"], [["contains", "event:page", ["#/"]]], (found) => Object.keys(found).length === 2);
  assert.deepEqual(pages, { "/app#/one": 1, "/app#/two": 1 });
  await site.stop();
});

test("Plausible's own tracker package works unchanged", async () => {
  const folder = dirname(require.resolve("@plausible-analytics/tracker"));
  const site = await startSite({
    "/": `<!doctype html><title>t</title><link rel="icon" href="data:,"><script type="module">
      import { init, track } from "/plausible.js";
      init({ domain: "shop.example", endpoint: "${server.url}/api/event", captureOnLocalhost: true });
      globalThis.track = track;
    </script>`,
    "/plausible.js": ["text/javascript", await readFile(join(folder, "plausible.js"), "utf8")],
  });
  const { page, complaints } = await openPage(await browser.newContext(PERSON));
  const before = await ask(["event:name"]);
  const first = accepted(page, "pageview");
  await page.goto(`${site.url}/`);
  await first;
  const tracked = accepted(page, "Checkout");
  await page.evaluate(() => globalThis.track("Checkout", { props: { basket: "3" } }));
  await tracked;
  const names = await askUntil(["event:name"], [], (found) => found.Checkout === 1);
  assert.equal(names.pageview, (before.pageview ?? 0) + 1);
  assert.deepEqual(await ask(["event:props:basket"], [["is", "event:name", ["Checkout"]]]), { 3: 1 });
  assert.deepEqual(complaints.filter((line) => !line.startsWith("warning")), []);
  await site.stop();
});
