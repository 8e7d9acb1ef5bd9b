// A site's health: its monitors are set, checked and read on the pages of the site.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { PASSWORD, api, axe, failedLoad, openPage, signUp, startBrowser, startServer, until } from "./support.mjs";

const BROKEN = 30;
let server, browser, context, site, watched, origin;
let status = 200;
// The start page answers when this has come about.
let gate = Promise.resolve();

// A site with a page that can be taken down, thirty links that lead nowhere, and two that lead elsewhere.
const startWatched = async () => {
  const links = [...Array(BROKEN).keys()].map((n) => `<a href="/gone/${n}">x</a>`).join("");
  const start = `<!doctype html><title>Shop</title><h1>Welcome</h1>${links}<a href="/old">o</a><a href="/older">o</a><a href="/about">a</a>`;
  const http = createServer((request, response) => {
    const path = new URL(request.url, "http://site").pathname;
    if (path === "/old" || path === "/older") response.writeHead(301, { Location: "/about" }).end();
    else if (path === "/") gate.then(() => response.writeHead(status, { "Content-Type": "text/html" }).end(start));
    else if (path === "/about") response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>About</title>");
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => { http.closeAllConnections(); http.close(resolve); });
  return { url: `http://127.0.0.1:${http.address().port}/`, stop };
};

before(async () => {
  server = await startServer("serve", { VITRINE_EGRESS_ALLOW: "127.0.0.0/8", VITRINE_MONITORS__CRAWL_PAUSE_MS: "0" });
  watched = await startWatched();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "Europe/Berlin" })).body.id;
  origin = server.url;
  await page.close();
});

after(async () => {
  await browser?.close();
  await watched?.stop();
  await server?.stop();
});

// A page of the site's health; by its end it must have said nothing but the refusals that the test is about.
async function health(name, act, refusals = []) {
  const { page, complaints } = await openPage(context, { allowed: refusals.map(failedLoad) });
  await page.goto(`${origin}/shop.example/health${name && `/${name}`}`);
  await act(page);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const section = (page, name) => page.getByRole("region", { name, exact: true });
const monitor = (kind, page) => api(page, "GET", `/sites/${site}/monitors/${kind}`).then(({ body }) => body);
const set = (page, kind, body) => api(page, "PUT", `/sites/${site}/monitors/${kind}`, { enabled: true, url: watched.url, ...body });

test("a monitor is set up with its mistakes told at their fields, turned on by the keyboard, and checks by itself", async () => {
  await health("", async (page) => {
    await page.getByText("Not measured", { exact: true }).first().waitFor();
    await page.getByText("Turn a monitor on: nothing is measured yet.").waitFor();
    await page.getByText("No incidents so far").waitFor();
    await page.getByRole("link", { name: "Uptime", exact: true }).first().click();
    await page.getByRole("heading", { name: "Uptime", level: 1 }).waitFor();
    await page.getByText("Off", { exact: true }).first().waitFor();
    const now = section(page, "Now");
    assert.equal(await now.getByRole("button", { name: "Check now" }).getAttribute("aria-disabled"), "true");

    const form = section(page, "Settings");
    await form.getByLabel("Address").fill("http://10.0.0.1/");
    await form.getByLabel("Time limit").fill("99");
    await form.getByLabel("Expected status").fill("200, abc");
    await form.getByRole("button", { name: "Save" }).click();
    const wrong = async (label) => {
      const field = form.getByLabel(label);
      assert.equal(await field.getAttribute("aria-invalid"), "true", label);
    };
    await form.getByText("1 to 30 seconds").waitFor();
    await wrong("Time limit");
    await wrong("Expected status");
    await form.getByLabel("Time limit").fill("5");
    await form.getByLabel("Expected status").fill("200-299");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("This address may not be checked").waitFor();
    await wrong("Address");
    assert.deepEqual(await axe(page), []);
    await form.getByLabel("Address").fill(watched.url);
    await form.getByLabel("Keyword").fill("Welcome");
    await form.getByLabel("Check every").selectOption({ label: "5 minutes" });
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Saved").waitFor();

    const toggle = now.getByRole("switch", { name: "Check uptime" });
    await toggle.focus();
    await page.keyboard.press("Space");
    await now.getByText("Up", { exact: true }).waitFor();
    assert.equal(await toggle.getAttribute("aria-checked"), "true");
    assert.equal(await toggle.evaluate((it) => it === document.activeElement), true, "the keyboard stays where it was");
    await section(page, "Checks").getByText("Status 200").waitFor();
    const { url, interval_s, timeout_ms, keyword, expected_status } = await monitor("uptime", page);
    assert.deepEqual({ url, interval_s, timeout_ms, keyword, expected_status },
      { url: watched.url, interval_s: 300, timeout_ms: 5000, keyword: "Welcome", expected_status: ["200-299"] });
  }, [422]);
});

test("an outage opens an incident that recovery closes, and the page follows", async () => {
  await health("uptime", async (page) => {
    const now = section(page, "Now");
    await now.getByText("Up", { exact: true }).waitFor();
    status = 500;
    await now.getByRole("button", { name: "Check now" }).click();
    await now.getByText("Failed once").waitFor();
    await now.getByText("The answer had an unexpected status").waitFor();
    await now.getByRole("button", { name: "Check now" }).click();
    await now.getByText("Down", { exact: true }).waitFor();
    await section(page, "Incidents").getByText("Open", { exact: true }).waitFor();
    status = 200;
    await now.getByRole("button", { name: "Check now" }).click();
    await now.getByText("Up", { exact: true }).waitFor();
    await section(page, "Incidents").getByText("Over", { exact: true }).waitFor();
    assert.equal(await section(page, "Checks").getByRole("listitem").count(), 4);

    // The beats are walked by the arrow keys and say what they are.
    const beats = page.getByRole("img", { name: /^Uptime / });
    await beats.focus();
    await page.keyboard.press("End");
    await page.getByText(/: Down in 2 of 4 checks$/).first().waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByText(/: No checks$/).first().waitFor();
    await page.keyboard.press("Escape");
    const times = page.getByRole("img", { name: /^Response time: / });
    await times.focus();
    await page.keyboard.press("End");
    await page.getByText(/ms on average, longest/).first().waitFor();
    await page.getByText("Show data as table").click();
    await section(page, "Data of the chart: Response time").getByText(/on average/).waitFor();

    await page.getByRole("link", { name: "30 days" }).click();
    await page.getByText("of the last 30 days").waitFor();
    await page.getByText(/^50\s%$/).waitFor();
    await page.goBack();
    await page.getByText("of the last 24 hours").waitFor();

    // What is shown says of which period it is, also while another is on its way or does not come.
    let answer;
    const held = new Promise((resolve) => { answer = resolve; });
    await page.route("**/uptime?period=7d", async (route) => { await held; await route.continue(); });
    await page.getByRole("link", { name: "7 days" }).click();
    await page.locator(".uptime .stale").getByText("of the last 24 hours").waitFor();
    answer();
    await page.getByText("of the last 7 days").waitFor();
    await page.route("**/uptime?period=90d", (route) => route.fulfill({ status: 503 }));
    await page.getByRole("link", { name: "90 days" }).click();
    await page.getByText("The server answered with an error (503).").waitFor();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("of the last 90 days").waitFor();
  }, [503]);
});

test("a monitor that was set anew is waited for until it was checked", async () => {
  await health("uptime", async (page) => {
    const [now, form] = [section(page, "Now"), section(page, "Settings")];
    await now.getByText("Up", { exact: true }).waitFor();
    let answer;
    gate = new Promise((resolve) => { answer = resolve; });
    await form.getByText("Settings").click();
    await form.getByLabel("Keyword").fill("Shop");
    await form.getByRole("button", { name: "Save" }).click();
    await now.getByText("Waiting for the first check").waitFor();
    assert.equal(await now.locator(".check-now .btn").innerText(), "Checking…");
    answer();
    await now.getByText("Up", { exact: true }).waitFor();
    await now.getByRole("button", { name: "Check now" }).waitFor();
  });
});

test("what can't be saved is said where a kind has no field for it", async () => {
  await health("domain", async (page) => {
    const form = section(page, "Settings");
    const path = `**/api/v1/sites/${site}/monitors/domain`;
    await page.route(path, (route) => route.fulfill({ status: 503 }));
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("The server answered with an error (503).").waitFor();
    assert.deepEqual(await axe(page), []);
    await page.unroute(path);
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Saved").waitFor();
    await form.getByText("The server answered with an error (503).").waitFor({ state: "detached" });
  }, [503]);
});

test("links that lead nowhere are listed page by page, and by how they stand", async () => {
  await health("links", async (page) => {
    await page.getByText("Nothing found").waitFor();
    assert.equal((await set(page, "links", {})).status, 200);
    // A page that was opened in between would only ask again after half a minute.
    await until(page, `/sites/${site}/monitors/links`, ({ checked_at }) => checked_at);
    await page.reload();
    await page.getByText("Broken links", { exact: true }).waitFor();
    const found = section(page, "Findings");
    await found.getByText("Status 404").first().waitFor();
    assert.equal(await found.getByRole("listitem").count(), 25);
    await found.getByRole("button", { name: "Load more" }).click();
    await found.getByText("Redirecting", { exact: true }).first().waitFor();
    assert.equal(await found.getByRole("listitem").count(), BROKEN + 2);
    assert.equal(await found.getByRole("button", { name: "Load more" }).count(), 0);
    await found.getByText("leads to").first().waitFor();
    assert.equal(await found.getByRole("link", { name: watched.url, exact: true }).first().getAttribute("rel"), "noreferrer");
    await found.getByRole("link", { name: "Redirecting" }).click();
    await page.waitForFunction((count) => document.querySelectorAll(".finding").length === count, 2);
    await page.goBack();
    await found.getByText("Status 404").first().waitFor();
    const counts = section(page, "The latest crawl");
    for (const words of ["Working", "Broken", "Redirecting", "2 pages read"]) await counts.getByText(words).waitFor();
  });
});

test("the overview tells the score, why, and what would bring how much", async () => {
  await health("", async (page) => {
    await page.getByText("Repair 30 broken links").waitFor();
    await page.getByText(/\+\d+ → \d+/).first().waitFor();
    await page.getByText(/of 25 points/).first().waitFor();
    const parts = section(page, "What it is made of");
    assert.equal(await parts.getByText("Not measured", { exact: true }).count(), 4);
    await page.getByRole("link", { name: /formula, version 1/ }).click();
    await page.getByRole("heading", { name: "How the score is made", level: 1 }).waitFor();
    await page.getByText("A tenth of the links broken").waitFor();
  });
});

test("a page that is open says when the site is not theirs any more, and no more", async () => {
  await health("links", async (page) => {
    const path = `**/api/v1/sites/${site}/health`;
    const button = section(page, "Now").getByRole("button", { name: "Check now" });
    await button.waitFor();
    const problem = (status, title) => ({ status, contentType: "application/problem+json", body: JSON.stringify({ title, code: "not_found" }) });
    await page.route(path, (route) => route.fulfill(problem(503, "Away")), { times: 1 });
    const asked = page.waitForResponse((answer) => answer.status() === 503);
    await button.click();
    await asked;
    assert.equal(await page.getByText("Away").count(), 0, "it may pass");
    await page.route(path, (route) => route.fulfill(problem(404, "Not there")));
    await page.getByText("Not there").waitFor();
    assert.equal(await page.getByRole("region", { name: "Now" }).count(), 0);
  }, [404, 503]);
});

test("asking for too many checks counts down to the next", async () => {
  await health("links", async (page) => {
    let refused;
    for (let n = 0; n < 7 && refused !== 429; n++) {
      refused = (await api(page, "POST", `/sites/${site}/monitors/uptime/run`)).status;
    }
    assert.equal(refused, 429);
    const button = section(page, "Now").getByRole("button", { name: /Check now|Try again/ });
    await button.click();
    await page.getByRole("button", { name: /^Try again in \d+ s$/ }).waitFor();
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    const told = async () => Number(/\d+/.exec(await button.innerText())[0]);
    const first = await told();
    await page.waitForFunction((first) => Number(/\d+/.exec(document.querySelector(".check-now .btn").textContent)?.[0]) < first, first);
  }, [429]);
});

test("turning a monitor off is saved at once and asks for nothing", async () => {
  await health("", async (page) => {
    const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Links" }) });
    await card.getByRole("switch", { name: "Check links" }).click();
    await card.getByText("Saved").waitFor();
    await card.getByText("Off", { exact: true }).first().waitFor();
    const { enabled, url } = await monitor("links", page);
    assert.deepEqual({ enabled, url }, { enabled: false, url: watched.url });
    await card.getByRole("switch", { name: "Check links" }).click();
    await card.getByText("Broken links", { exact: true }).waitFor();
    await card.getByText(/^Checked (just now|\d+ s ago)/).waitFor();
  });
});

test("a viewer reads everything and is offered nothing to change", async () => {
  const owner = await openPage(context);
  await owner.page.goto(`${origin}/sites`);
  const invitation = (await api(owner.page, "POST", `/sites/${site}/members`, { role: "viewer" })).body;
  const guest = await openPage(await browser.newContext({ viewport: { width: 1280, height: 900 } }), { allowed: [failedLoad(401), failedLoad(404)] });
  await guest.page.goto(invitation.invite_url);
  await guest.page.getByRole("link", { name: "Sign in or create an account" }).click();
  await guest.page.getByRole("button", { name: "Create one" }).click();
  await guest.page.getByLabel("Your name").fill("Bob Viewer");
  await guest.page.getByLabel("E-mail").fill("bob@mail.example");
  await guest.page.getByLabel("Password").fill(PASSWORD);
  await guest.page.getByRole("button", { name: "Create account" }).click();
  await guest.page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();
  await guest.page.goto(`${origin}/shop.example/health`);
  await guest.page.getByText(/of 25 points/).first().waitFor();
  await guest.page.goto(`${origin}/shop.example/health/uptime`);
  await guest.page.getByText("Up", { exact: true }).first().waitFor();
  await section(guest.page, "Checks").getByText("Status 200").first().waitFor();
  for (const role of ["switch", "textbox"]) assert.equal(await guest.page.getByRole(role).count(), 0, role);
  assert.equal(await guest.page.getByRole("button", { name: /Check now|Save/ }).count(), 0);
  assert.equal(await guest.page.getByText(/What would bring/).count(), 0);
  assert.deepEqual(guest.complaints, []);
  await guest.page.context().close();
  await owner.page.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`pages with data are sound, ${colorScheme}, ${width} px`, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce", storageState: await context.storageState() };
      const here = await browser.newContext(options);
      for (const [name, text] of [["", /of 25 points/], ["uptime", /Status 200/], ["links", /Status 404/], ["score", /Version 1/]]) {
        const { page, complaints } = await openPage(here);
        await page.goto(`${origin}/shop.example/health${name && `/${name}`}`);
        await page.getByText(text).first().waitFor();
        await page.waitForLoadState("networkidle");
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/health-${name || "overview"}-${colorScheme}-${width}.png`, fullPage: true });
        assert.deepEqual(await axe(page), [], name);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
        assert.deepEqual(complaints, []);
        await page.close();
      }
      await here.close();
    });
  }
}
