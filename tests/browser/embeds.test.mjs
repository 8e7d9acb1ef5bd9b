// Shared dashboards in other people's pages and on walls (T39, T40, T41, T49).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, failedLoad, openPage, sendVisits, signUp, startBrowser, startKeepingBrowser, startServer, startSite, startStrictBrowser } from "./support.mjs";

const GONE = "Share link not found or has been revoked";
let server, browser, owner, siteId, framed, host, stranger;
const pages = { "/elsewhere": "<!doctype html><title>Elsewhere</title><link rel=icon href=data:,>" };

before(async () => {
  server = await startServer();
  // The same server under another site: its cookies and storage are third-party in a page of 127.0.0.1.
  framed = server.url.replace("127.0.0.1", "localhost");
  host = await startSite(pages);
  stranger = await startSite(pages);
  browser = await startBrowser();
  owner = (await openPage(await browser.newContext())).page;
  await signUp(owner, server.url, "ann@mail.example");
  siteId = (await api(owner, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
  await sendVisits(server, "shop.example");
});

after(async () => {
  await browser?.close();
  await host?.stop();
  await stranger?.stop();
  await server?.stop();
});

const addLink = async (link) => {
  const { status, body } = await api(owner, "POST", `/sites/${siteId}/share-links`, link);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
};

const shareOf = (link, query = "") => `${framed}/share/shop.example?auth=${link.token}&period=day${query}`;

// A page of somebody's that frames an address, with the script that sizes the frame.
const put = (path, src) => {
  pages[path] = `<!doctype html><title>Host</title><link rel="icon" href="data:,"><body style="margin:0">
    <iframe data-vitrine src="${src.replaceAll("&", "&amp;")}" width="900" height="300" frameborder="0"></iframe>
    <script async src="${framed}/js/embed.js"></script>`;
  return `${host.url}${path}`;
};

const frameOf = async (page) => (await page.locator("iframe").first().elementHandle()).contentFrame();

test("T39: only the sites that a link names may frame it, and only the link", async () => {
  const some = await addLink({ name: "Some", frame_ancestors: [host.url] });
  const none = await addLink({ name: "None" });
  const refusals = [/frame-ancestors|X-Frame-Options|refused to connect|chrome-error/i];
  for (const [name, base, src, shown] of [
    ["named", host, shareOf(some), true],
    ["not named", stranger, shareOf(some), false],
    ["nobody", host, shareOf(none), false],
    ["an owner's page", host, `${framed}/login?embed=1`, false],
  ]) {
    put("/t39", src);
    const { page, complaints } = await openPage(await browser.newContext(), { allowed: refusals });
    await page.goto(`${base.url}/t39`);
    const frame = await frameOf(page);
    if (shown) await frame.getByText("/pricing").first().waitFor();
    else await frame.waitForURL(/^chrome-error:/);
    assert.equal(frame.url().startsWith("chrome-error:"), !shown, `${name}: ${frame.url()}`);
    assert.deepEqual(complaints, [], name);
    await page.context().close();
  }
  const plain = await fetch(`${server.url}/login`), asked = await fetch(`${server.url}/login?embed=1&background=ff0000&kiosk`);
  for (const header of ["content-security-policy", "x-frame-options", "cross-origin-opener-policy"]) {
    assert.equal(asked.headers.get(header), plain.headers.get(header), header);
  }
});

test("an embedded dashboard takes its look from its URL, through every step, and no style but through CSSOM", async () => {
  const link = await addLink({ name: "Look", frame_ancestors: ["*"] });
  const { page, complaints } = await openPage(await browser.newContext({ colorScheme: "dark" }));
  await page.goto(put("/look", shareOf(link, "&embed=true&theme=light&background=ff0000")));
  const frame = await frameOf(page);
  await frame.getByText("/pricing").first().waitFor();
  const look = () => frame.evaluate(() => ({
    paint: getComputedStyle(document.documentElement).backgroundColor,
    theme: document.documentElement.dataset.theme,
    header: document.querySelector(".site-head .pill")?.getClientRects().length,
  }));
  const wanted = { paint: "rgb(255, 0, 0)", theme: "light", header: 0 };
  assert.deepEqual(await look(), wanted);
  await frame.getByRole("link", { name: /pricing/ }).first().click();
  await frame.getByText("Page is /pricing").waitFor();
  await frame.getByRole("button", { name: /^Period/ }).click();
  await frame.getByRole("link", { name: /Last 7 days/ }).click();
  await frame.getByRole("button", { name: /Last 7 days/ }).waitFor();
  assert.deepEqual(await look(), wanted);
  assert.match(frame.url(), /embed=true&theme=light&background=ff0000/);
  for (const [asked, paint] of [["transparent", "rgba(0, 0, 0, 0)"], ["%2300ff00", "rgb(0, 255, 0)"], ["red", "rgb(250, 250, 250)"], ["url(//x)", "rgb(250, 250, 250)"], ["ff0000;}body{", "rgb(250, 250, 250)"], ["ff0000ff", "rgb(250, 250, 250)"]]) {
    await page.goto(put("/look", shareOf(link, `&embed=true&theme=light&background=${asked}`)));
    const again = await frameOf(page);
    await again.getByText("/pricing").first().waitFor();
    assert.equal(await again.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), paint, asked);
  }
  assert.deepEqual(complaints, []);
});

test("T40: a protected embed works where third-party cookies are blocked", async () => {
  const link = await addLink({ name: "Protected embed", password: "a long password", frame_ancestors: ["*"] });
  const strict = await startStrictBrowser();
  // The owner is signed in, in this very browser.
  const first = await openPage(strict.context, { allowed: [failedLoad(401)] });
  await first.page.goto(`${framed}/login`);
  await first.page.getByLabel("E-mail").fill("ann@mail.example");
  await first.page.getByLabel("Password").fill("correct horse battery");
  await first.page.getByRole("button", { name: /sign in/i }).click();
  await first.page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();
  assert.equal((await strict.context.cookies()).length, 1, "the owner's session");

  const { page, complaints } = await openPage(strict.context, { allowed: [failedLoad(401)] });
  const cookies = [];
  page.on("request", (request) => {
    if (request.url().startsWith(framed)) {
      // What is still on its way when the page is closed has none to tell.
      cookies.push(request.allHeaders().then((headers) => headers.cookie, () => undefined));
    }
  });
  await page.goto(put("/t40", shareOf(link, "&embed=true")));
  const frame = await frameOf(page);
  await frame.getByLabel("Password").waitFor();
  const storage = await frame.evaluate(() => { try { return typeof sessionStorage; } catch (error) { return error.name; } });
  assert.equal(storage, "SecurityError", "this browser gives the frame no storage");
  assert.ok(!(await frame.locator("body").innerText()).includes("/pricing"));
  await frame.getByLabel("Password").fill("a long password");
  await frame.getByLabel("Password").press("Enter");
  await frame.getByText("/pricing").first().waitFor();
  await frame.getByRole("link", { name: /pricing/ }).first().click();
  await frame.getByText("Page is /pricing").waitFor();
  await frame.getByRole("button", { name: /^Period/ }).click();
  await frame.getByRole("link", { name: /Last 24 hours/ }).click();
  await frame.getByRole("button", { name: /Period: Last 24 hours/ }).waitFor();
  await frame.getByText("/pricing").first().waitFor();
  assert.equal(await frame.getByLabel("Password").count(), 0, "it stays unlocked");
  const sent = await Promise.all(cookies);
  assert.ok(sent.length > 5, "its calls were seen");
  assert.deepEqual(sent.filter(Boolean), [], "no cookie went along");
  assert.deepEqual(complaints, []);
  await strict.stop();
});

test("T41: a revoked embed goes blank by itself and comes back with nothing", async () => {
  const link = await addLink({ name: "Short-lived", frame_ancestors: ["*"] });
  const { page, complaints } = await openPage(await browser.newContext(), { allowed: [failedLoad(404)] });
  await page.goto(put("/t41", shareOf(link, "&embed=true")));
  let frame = await frameOf(page);
  await frame.getByText("/pricing").first().waitFor();
  // The link's own page too, left behind in the history.
  const alone = await openPage(await browser.newContext(), { allowed: [failedLoad(404)] });
  await alone.page.goto(shareOf(link));
  await alone.page.getByText("/pricing").first().waitFor();
  await alone.page.goto(`${host.url}/elsewhere`);

  assert.equal((await api(owner, "DELETE", `/sites/${siteId}/share-links/${link.id}`)).status, 204);
  await frame.getByText(GONE).waitFor({ timeout: 40_000 });
  const nothing = async (place) => assert.doesNotMatch(await place.locator("body").innerHTML(), /pricing|Google/);
  await nothing(frame);
  await page.goto(`${host.url}/elsewhere`);
  await page.goBack();
  // A frame that is loaded only now says so as well.
  frame = await frameOf(page);
  await frame.getByText(GONE).waitFor();
  await nothing(frame);
  await alone.page.goBack();
  await alone.page.getByText(GONE).waitFor();
  await nothing(alone.page);
  assert.deepEqual(complaints, []);
  assert.deepEqual(alone.complaints, []);
});

test("T41: going back to a page that the browser may have kept shows nothing after a revocation", async (t) => {
  const link = await addLink({ name: "Kept" });
  const keeping = await startKeepingBrowser();
  t.after(() => keeping.close());
  const { page, complaints } = await openPage(await keeping.newContext(), { allowed: [failedLoad(404)] });
  await page.goto(`${host.url}/elsewhere`);
  await page.goto(`${framed}/login`);
  // The driver waits for a load, which a page that was kept does not have again.
  const back = () => page.goBack({ waitUntil: "commit", timeout: 2000 }).catch(() => {});
  await back();
  const persisted = () => page.evaluate(() => performance.getEntriesByType("navigation")[0].notRestoredReasons === null);
  assert.ok(await persisted(), "this browser keeps pages");

  await page.goto(shareOf(link));
  await page.getByText("/pricing").first().waitFor();
  // A browser that keeps what forbids to be stored hides it first, and asks again when it comes back.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  assert.equal(await page.evaluate(() => document.body.hidden), true);
  const reloaded = page.waitForNavigation();
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await reloaded;
  await page.getByText("/pricing").first().waitFor();

  await page.goto(`${host.url}/elsewhere`);
  assert.equal((await api(owner, "DELETE", `/sites/${siteId}/share-links/${link.id}`)).status, 204);
  await back();
  await page.getByText(GONE).waitFor();
  assert.doesNotMatch(await page.locator("body").innerHTML(), /pricing|Google/);
  assert.deepEqual(complaints, []);
});

test("T39: an address that the server reads as dead opens nothing in a stranger's frame", async () => {
  const link = await addLink({ name: "Trimmed" });
  const { page, complaints } = await openPage(await browser.newContext(), { allowed: [failedLoad(404)] });
  for (const auth of [`${link.token}%20`, `%20${link.token}`, `${link.token}%09`, `${link.token}%0A`]) {
    await page.goto(put("/trimmed", `${framed}/share/shop.example?auth=${auth}`));
    const frame = await frameOf(page);
    await frame.getByText(GONE).waitFor();
    assert.doesNotMatch(await frame.locator("body").innerHTML(), /pricing/);
  }
  assert.deepEqual(complaints, []);
});

test("T49: a frame gets the height that it tells, and nobody else decides it", async () => {
  const link = await addLink({ name: "Height", frame_ancestors: ["*"] });
  const { page, complaints } = await openPage(await browser.newContext());
  await page.addInitScript(() => {
    globalThis.heard = [];
    addEventListener("message", (event) => globalThis.heard.push({ origin: event.origin, data: event.data }));
  });
  await page.goto(put("/t49", shareOf(link, "&embed=true")));
  const frame = await frameOf(page);
  await frame.getByText("/pricing").first().waitFor();
  const height = () => page.evaluate(() => document.querySelector("iframe").getBoundingClientRect().height);
  const content = () => frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
  await page.waitForFunction(() => document.querySelector("iframe").getBoundingClientRect().height > 800);
  await page.waitForLoadState("networkidle");
  const whole = await content();
  await page.waitForFunction((whole) => document.querySelector("iframe").getBoundingClientRect().height === whole, whole);
  for (const { origin, data } of await page.evaluate(() => globalThis.heard)) {
    assert.equal(origin, framed);
    assert.deepEqual([Object.keys(data), data.type, typeof data.height], [["type", "height"], "vitrine:height", "number"]);
  }

  // Wrong words from the right frame, right words from the wrong one.
  const painted = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await frame.evaluate(() => {
    const wrong = ["9", NaN, -5, 0, 1e9, null, {}, [9], Infinity].map((height) => ({ type: "vitrine:height", height }));
    for (const message of [...wrong, null, "vitrine:height", 9, { type: "vitrine:width", height: 9 }]) parent.postMessage(message, "*");
  });
  await page.evaluate(() => new Promise((done) => {
    const other = document.createElement("iframe");
    other.dataset.vitrine = "";
    other.srcdoc = "<script>parent.postMessage({ type: 'vitrine:height', height: 9 }, '*')</script>";
    addEventListener("message", (event) => { if (event.source === other.contentWindow) done(); });
    document.body.append(other);
    postMessage({ type: "vitrine:height", height: 9 }, "*");
  }));
  await painted();
  assert.equal(await height(), whole);

  // Ten thousand messages either way: each side still answers, and acts once a painted frame.
  const took = await frame.evaluate(async () => {
    const start = performance.now();
    for (let n = 0; n < 10_000; n++) parent.postMessage({ type: "vitrine:height", height: 500 + (n % 100) }, "*");
    await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - start;
  });
  await page.waitForFunction(() => document.querySelector("iframe").getBoundingClientRect().height === 599);
  const before = await page.evaluate(() => globalThis.heard.length);
  await page.evaluate(() => {
    const { contentWindow } = document.querySelector("iframe");
    for (let n = 0; n < 10_000; n++) contentWindow.postMessage(n % 2 ? { type: "vitrine:height?" } : { type: "x", n }, "*");
  });
  await page.waitForFunction((whole) => document.querySelector("iframe").getBoundingClientRect().height === whole, whole);
  const answers = await page.evaluate((before) => globalThis.heard.length - before, before);
  assert.ok(answers < 500, `${answers} answers to 5,000 questions`);
  assert.ok(took < 5000, `${took} ms`);
  await frame.getByRole("link", { name: /pricing/ }).first().click();
  await frame.getByText("Page is /pricing").waitFor();
  assert.deepEqual(complaints, []);
});

test("a kiosk has no controls, asks again by itself and does not grow in a day", async () => {
  const link = await addLink({ name: "Wall" });
  const { page, complaints } = await openPage(await browser.newContext());
  await page.addInitScript(() => addEventListener("TrunkApplicationStarted", (event) => { globalThis.wasm = event.detail.wasm; }));
  await page.clock.install();
  await page.goto(shareOf(link, "&kiosk"));
  await page.getByText("/pricing").first().waitFor();
  await page.getByText(/^Today · .* As of/).waitFor();
  for (const role of ["button", "tab", "combobox"]) {
    const seen = page.getByRole(role).filter({ visible: true });
    // The tiles stay: they are the numbers.
    assert.equal(await seen.count(), role === "tab" ? 6 : 0, `${role}: ${await seen.allInnerTexts()}`);
  }
  const protocol = await page.context().newCDPSession(page);
  await protocol.send("Performance.enable");
  const rounds = async (count) => {
    for (let n = 0; n < count; n++) {
      const answered = page.waitForResponse((response) => response.url().endsWith("/queries"));
      await page.clock.runFor(15_000);
      await (await answered).finished();
    }
    await protocol.send("HeapProfiler.collectGarbage");
    const { metrics } = await protocol.send("Performance.getMetrics");
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    const wasm = await page.evaluate(() => globalThis.wasm?.memory.buffer.byteLength ?? 0);
    return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners"), wasm };
  };
  const first = await rounds(40);
  const last = await rounds(300);
  const grown = Object.fromEntries(Object.keys(first).map((key) => [key, last[key] - first[key]]));
  assert.ok(first.wasm > 0, "the app's memory is seen");
  assert.ok(grown.heap < 500_000 && grown.nodes < 50 && grown.listeners < 20 && grown.wasm <= 65_536, JSON.stringify({ first, last }));
  assert.deepEqual(complaints, []);
});
