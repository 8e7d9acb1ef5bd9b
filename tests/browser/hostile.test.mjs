// T56: whatever a stranger sends to be counted is text on every page that shows it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, failedLoad, openPage, signUp, startBrowser, startServer } from "./support.mjs";

const CORPUS = [
  `<img src=x onerror=globalThis.hit=1>`,
  `"><script>globalThis.hit=1</script>`,
  `' onmouseover='globalThis.hit=1' autofocus onfocus='globalThis.hit=1`,
  `</title></style></textarea><svg onload=globalThis.hit=1>`,
  `javascript:globalThis.hit=1//`,
  `data:text/html,<script>globalThis.hit=1</script>`,
  `<a href="javascript:globalThis.hit=1">click</a>`,
  `<iframe srcdoc="<script>parent.hit=1</script>"></iframe>`,
  "{{constructor.constructor('globalThis.hit=1')()}}${globalThis.hit=1}",
  `%3Cimg%20src%3Dx%20onerror%3DglobalThis.hit%3D1%3E`,
  `--><!--<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `\u202e\u2028<style>body{display:none}</style>`,
];
let server, browser, context, site, token;

async function send(event, n) {
  const headers = { "Content-Type": "text/plain", "User-Agent": `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:1${10 + n}.0) Gecko/20100101 Firefox/1${10 + n}.0` };
  const answer = await fetch(`${server.url}/api/event`, { method: "POST", headers, body: JSON.stringify({ d: "shop.example", ...event }) });
  // It may be refused; then there is nothing to show.
  assert.ok(answer.status < 500, `${answer.status}`);
}

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
  for (const [n, evil] of CORPUS.entries()) {
    const tags = ["source", "medium", "campaign", "content", "term"].map((tag) => `utm_${tag}=${encodeURIComponent(evil)}`).join("&");
    for (const u of [`https://shop.example/${evil}`, `https://shop.example/${encodeURIComponent(evil)}?${tags}`]) {
      for (const r of [evil, `https://evil.example/${evil}`, undefined]) await send({ n: "pageview", u, r }, n);
    }
    await send({ n: evil, u: "https://shop.example/", p: { [evil]: evil, plan: evil }, $: { amount: "1.50", currency: "EUR" } }, n);
    await send({ n: "Purchase", u: "https://shop.example/", p: { product: evil }, $: { amount: evil, currency: evil } }, n);
  }
  await send({ n: "pageview", u: "javascript:globalThis.hit=1" }, 0);
  await send({ n: "pageview", u: "data:text/html,<script>globalThis.hit=1</script>" }, 0);
  // The owner's own words are words too.
  const create = async (path, body) => {
    const { status, body: made } = await api(page, "POST", `/sites/${site}/${path}`, body);
    assert.equal(status, 201, `${path}: ${JSON.stringify(made)}`);
    return made;
  };
  const goals = [];
  for (const [n, evil] of CORPUS.slice(0, 4).entries()) {
    const name = `${evil.slice(0, 50)} ${n}`;
    goals.push((await create("goals", { event: evil, props: { plan: evil }, currency: "EUR", name })).id);
    goals.push((await create("goals", { path: `/${evil}`, name: `Path ${name}` })).id);
    const segment = await create("segments", { name, filters: [["contains", "event:page", [evil]]] });
    const made = await create("share-links", { name, ...(n === 1 && { segment_id: segment.id }) });
    if (n === 0) token = made.token;
    await create("annotations", { date: new Date().toISOString().slice(0, 10), text: evil.slice(0, 60), hidden: false });
    await create("shields", { kind: "page", value: `/never/${evil}`, note: evil.slice(0, 60) });
  }
  await create("funnels", { name: `${CORPUS[1].slice(0, 50)}`, steps: goals.slice(0, 4) });
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// What must not have come of it, wherever one is.
async function sound(page, where) {
  const found = await page.evaluate(() => ({
    hit: globalThis.hit,
    strange: [...document.querySelectorAll("body script:not([type=module]), iframe, object, embed, base, meta[http-equiv], img:not(.favicon), body style, [srcdoc]")].map((element) => element.outerHTML.slice(0, 200)),
    handlers: [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith("on")).map(({ name }) => `${element.tagName} ${name}`)),
    links: [...document.querySelectorAll("a[href], area[href], form[action], use[href]")].map((link) => [link.href?.baseVal ?? link.href ?? link.action, link.getAttribute("href") ?? "", link.rel ?? ""]),
    here: location.origin,
  }));
  assert.equal(found.hit, undefined, `${where}: something ran`);
  assert.deepEqual(found.strange, [], where);
  assert.deepEqual(found.handlers, [], where);
  for (const [url, written, rel] of found.links) {
    if (written.startsWith("#")) continue;
    const target = new URL(url);
    assert.match(target.protocol, /^https?:$/, `${where}: ${written}`);
    if (target.origin !== found.here) assert.match(rel, /noopener.*noreferrer|noreferrer.*noopener/, `${where}: ${written}`);
  }
}

async function visited(path, act, who = context) {
  const { page, complaints } = await openPage(who, { allowed: [failedLoad(422)] });
  const dialogs = [];
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("popup", (popup) => dialogs.push(`popup ${popup.url()}`));
  await page.goto(server.url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await act(page);
  await sound(page, path);
  assert.deepEqual(dialogs, [], path);
  assert.deepEqual(complaints, [], path);
  assert.ok(page.url().startsWith(server.url), `${path}: still at home`);
  await page.close();
}

const settled = (page) => page.locator(".stale, [aria-busy=true]").first().waitFor({ state: "detached" });

async function everyPanel(page) {
  for (const tab of await page.locator(".panel [role=tab]").all()) {
    await tab.click();
    await settled(page);
    await sound(page, await tab.innerText());
  }
}

test("T56: hostile data is text on the dashboard of the owner and of a recipient", async () => {
  const anyone = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  for (const [path, who] of [["/shop.example?", context], [`/share/shop.example?auth=${token}&`, anyone]]) {
    await visited(`${path}period=day`, everyPanel, who);
    await visited(`${path}period=realtime`, settled, who);
    for (const details of who === anyone ? ["page", "referrer"] : ["page", "entry_page", "source", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "event", "goal", "props.plan", "props.product"]) {
      await visited(`${path}period=day&d=${details}`, async (page) => {
        const rows = page.getByRole("dialog").locator("tbody tr");
        await rows.first().waitFor();
        for (const link of (await rows.getByRole("link").all()).slice(0, 3)) await link.hover();
      }, who);
    }
    // A row that is clicked becomes a chip, a title, an address.
    await visited(`${path}period=day&d=page&q=onerror`, async (page) => {
      await page.getByRole("dialog").locator("tbody a").first().click();
      await page.getByRole("button", { name: /^Page is/ }).waitFor();
      await settled(page);
    }, who);
    await visited(`${path}period=day&d=visits`, async (page) => {
      const rows = page.getByRole("dialog").locator("tbody tr");
      await rows.first().waitFor();
      for (let at = 0; at < 3; at += 1) {
        await rows.nth(at).getByRole("link").first().click();
        await page.getByText("What happened").waitFor();
        await sound(page, "a visit");
        await page.getByRole("link", { name: "All visits" }).click();
        await rows.first().waitFor();
      }
    }, who);
  }
});

test("T56: what somebody writes into an address is text too", async () => {
  const anyone = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  for (const [n, evil] of CORPUS.entries()) {
    const [bad, worse] = [encodeURIComponent(evil), encodeURIComponent(encodeURIComponent(evil))];
    const query = `period=day&f=page:is:${bad}&f=props.${worse}:is:${bad}&q=${bad}&d=${n % 2 ? "page" : bad}&metric=${bad}&compare=${bad}&theme=${bad}&background=${bad}`;
    await visited(`/share/shop.example?auth=${token}&${query}`, async (page) => {
      await page.getByRole("button", { name: /^Page is/ }).waitFor();
      await settled(page);
    }, anyone);
  }
});

test("T56: hostile data is text in the settings and in what they suggest", async () => {
  for (const page of ["general", "share-links", "segments", "goals", "funnels", "shields", "notes", "people", "imports"]) {
    await visited(`/shop.example/settings/${page}`, async (opened) => {
      await opened.getByRole("heading", { level: 1 }).waitFor();
      for (const edit of (await opened.getByRole("button", { name: /^Edit/ }).all()).slice(0, 1)) {
        await edit.click();
        await sound(opened, `${page}, a form`);
        if (page !== "notes") await opened.getByRole("button", { name: "Cancel" }).first().click();
      }
    });
  }
  await visited("/shop.example/settings/goals", async (page) => {
    const option = page.getByRole("listbox").getByRole("option");
    await page.getByRole("button", { name: "Create goal" }).click();
    await page.getByRole("combobox", { name: "Path" }).fill("onerror");
    await option.first().waitFor();
    await sound(page, "suggested paths");
    await option.first().click();
    await page.getByLabel("an event happens").check();
    await page.getByRole("combobox", { name: "Event" }).fill("script");
    await option.first().waitFor();
    await option.first().hover();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.getByRole("combobox", { name: "Property" }).fill("<img");
    await option.filter({ hasText: "<img" }).first().click();
    await page.getByRole("combobox", { name: "Value" }).fill("img");
    await option.first().waitFor();
  });
  await visited("/sites", (page) => page.getByText("shop.example").first().waitFor());
});
