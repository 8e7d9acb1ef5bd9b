// What an owner sets on links and segments, and what a recipient meets there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, failedLoad, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, context, siteId;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext();
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  siteId = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "America/New_York" })).body.id;
  await sendVisits(server, "shop.example");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const openSettings = async (path, allowed = []) => {
  const opened = await openPage(context, { allowed });
  await opened.page.goto(`${server.url}/shop.example/settings/${path}`);
  await opened.page.getByRole("heading", { level: 1 }).waitFor();
  await opened.page.waitForLoadState("networkidle");
  return opened;
};

const card = (page, name) => page.locator("li").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("a segment is built, changed, bound and then kept from deletion", async () => {
  const { page, complaints } = await openSettings("segments", [failedLoad(409), failedLoad(422)]);
  await page.getByText("No segments yet").waitFor();
  await page.getByRole("button", { name: "Create segment" }).click();
  await page.getByRole("button", { name: "Create segment" }).last().click();
  await page.getByText("Enter a name").waitFor();
  await page.getByText("Enter a value").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Reading");
  await page.getByLabel("Value").pressSequentially("/pricing,/docs/start");
  await page.getByLabel("Value").press("Enter");
  await page.getByRole("button", { name: "Remove /docs/start" }).waitFor();
  await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Dimension").last().selectOption("Source");
  await page.getByLabel("Comparison").last().selectOption("matches");
  await page.getByLabel("Value").last().fill("(");
  await page.getByRole("button", { name: "Create segment" }).last().click();
  await page.getByRole("alert").filter({ hasText: /pattern|regex|expression/i }).waitFor();
  await page.getByRole("button", { name: "Remove (" }).click();
  await page.getByLabel("Value").last().pressSequentially("^Goo{2,3}gle$|^Google$");
  await page.getByRole("button", { name: "Create segment" }).last().click();
  const row = card(page, "Reading");
  await row.getByText("Page is /pricing or /docs/start").waitFor();
  await row.getByText("Source matches ^Goo{2,3}gle$|^Google$").waitFor();

  await row.getByRole("button", { name: "Edit Reading" }).click();
  await page.getByRole("button", { name: "Remove condition" }).last().click();
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByText("Page is").waitFor();
  const [segment] = (await api(page, "GET", `/sites/${siteId}/segments`)).body.data;
  assert.deepEqual(segment.filters, [["is", "event:page", ["/pricing", "/docs/start"]]]);

  await api(page, "POST", `/sites/${siteId}/segments`, { name: "By hand", filters: [["not", ["is", "event:page", ["/"]]]] });
  await api(page, "POST", `/sites/${siteId}/share-links`, { name: "Bound", segment_id: segment.id });
  await page.reload();
  await row.getByText("Share link: Bound").waitFor();
  await row.getByRole("button", { name: /^Delete/ }).click();
  await page.waitForFunction(() => performance.now() > (globalThis.pressedAt ??= performance.now()) + 350);
  await row.getByRole("button", { name: /^Delete\?/ }).click();
  await row.getByText("These share links use the segment: Bound").waitFor();
  const odd = card(page, "By hand");
  await odd.getByText("not (Page is /)").waitFor();
  await odd.getByRole("button", { name: "Edit By hand" }).click();
  assert.equal(await page.getByLabel("Dimension").count(), 0);
  await page.getByLabel("Name", { exact: true }).fill("reading");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("A segment with this name already exists").waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a link is made and changed with everything it may have, and each error stands at its field", async () => {
  const { page, complaints } = await openSettings("share-links", [failedLoad(409), failedLoad(422)]);
  await page.getByRole("button", { name: "Create share link" }).click();
  const save = page.getByRole("button", { name: /^(Create share link|Save)$/ }).last();
  await save.click();
  await page.getByText("Enter a name").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("bound");
  await save.click();
  await page.getByText("A link with this name already exists").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Vitrine");
  await save.click();
  await page.getByText("This name is reserved. Please choose another one").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Client");
  await page.getByLabel("Password (optional)").fill("short");
  await page.getByText("at least 12 characters").waitFor();
  await page.getByLabel("Password (optional)").fill("correct horse");
  await page.getByText("at least 12 characters").waitFor({ state: "hidden" });
  await page.getByLabel("Segment").selectOption("Reading");
  await page.getByLabel("Expires (optional)").fill("2020-01-31");
  await page.getByLabel("Embedding").selectOption("These sites");
  await save.click();
  await page.getByText("Enter at least one origin").waitFor();
  await page.getByLabel("Sites", { exact: true }).fill("client.example\nhttps://b.example");
  await save.click();
  await page.getByText("Give an origin such as https://client.example").or(page.getByText("The instant must be in the future")).first().waitFor();
  await page.getByLabel("Expires (optional)").fill("2099-03-07");
  await page.getByLabel("Sites", { exact: true }).fill("https://client.example\nhttps://b.example");
  await save.click();
  const row = card(page, "Client");
  await row.getByText("Protected").waitFor();
  await row.getByText(/Reading · Created .* · Expires Mar 8, 2099, 12:00 AM/).waitFor();
  const read = async () => (await api(page, "GET", `/sites/${siteId}/share-links`)).body.data.find((link) => link.name.startsWith("Client"));
  let link = await read();
  assert.equal(link.expires_at, "2099-03-08T05:00:00.000Z", "the day ends by the site's clock");
  assert.deepEqual(link.frame_ancestors, ["https://client.example", "https://b.example"]);
  await row.getByText("Embed code", { exact: true }).click();
  const code = await row.getByLabel("Embed code of Client").inputValue();
  assert.ok(code.includes(`src="${link.url}&amp;embed=true"`) && code.includes(`${server.url}/js/embed.js`), code);

  const unlocks = async (password) => page.evaluate(async ([path, token, password]) => {
    const headers = { "Content-Type": "application/json", Authorization: `Share ${token}` };
    return (await fetch(path, { method: "POST", credentials: "omit", headers, body: JSON.stringify({ password }) })).status;
  }, ["/api/v1/share/shop.example/unlock", link.token, password]);
  assert.equal(await unlocks("correct horse"), 200);
  // Only what was changed is sent: the password stays.
  await row.getByRole("button", { name: "Edit Client" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Client 2");
  await page.getByLabel("Segment").selectOption("All data");
  await page.getByLabel("Expires (optional)").fill("");
  await page.getByLabel("Embedding").selectOption("No site");
  await save.click();
  const renamed = card(page, "Client 2");
  await renamed.getByText(/^All data · Created (?!.*Expires)/).waitFor();
  link = await read();
  assert.deepEqual([link.protected, link.segment, link.expires_at, link.frame_ancestors], [true, null, null, []]);
  assert.equal(await unlocks("correct horse"), 200);
  await renamed.getByRole("button", { name: "Edit Client 2" }).click();
  await page.getByLabel("Password", { exact: true }).selectOption("Change it");
  await save.click();
  await page.getByText("Enter the new password").waitFor();
  await page.getByLabel("New password").fill("battery staple");
  await save.click();
  await renamed.getByText("Protected").waitFor();
  assert.equal(await unlocks("battery staple"), 200);
  await renamed.getByRole("button", { name: "Edit Client 2" }).click();
  await page.getByLabel("Password", { exact: true }).selectOption("Remove it");
  await save.click();
  await renamed.getByText("Open", { exact: true }).waitFor();
  assert.deepEqual(complaints.filter((line) => !line.includes("401")), []);
  await page.close();
});

test("leaving a form that holds something unsaved asks first", async () => {
  const { page, complaints } = await openSettings("share-links");
  const asked = [];
  let answer = false;
  page.on("dialog", (dialog) => { asked.push(dialog.type()); return answer ? dialog.accept() : dialog.dismiss(); });
  const segments = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Segments" });
  await segments.click();
  await page.getByRole("heading", { name: "Segments", level: 1 }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Create share link" }).click();
  await segments.click();
  await page.getByRole("heading", { name: "Segments", level: 1 }).waitFor();
  assert.deepEqual(asked, [], "an empty form is nothing to lose");

  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Share links" }).click();
  await page.getByRole("button", { name: "Create share link" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Draft");
  await segments.click();
  await page.evaluate(() => history.back());
  await page.waitForFunction(() => location.pathname.endsWith("/share-links"));
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Draft");
  await page.getByRole("link", { name: "Sites", exact: true }).click();
  assert.deepEqual(asked, ["confirm", "confirm", "beforeunload"]);
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Draft");
  answer = true;
  await segments.click();
  await page.getByRole("heading", { name: "Segments", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Sites", exact: true }).click();
  await page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();
  assert.equal(asked.length, 4, "the form is gone and so is the question");
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a dashboard's filters are saved as a segment and a segment is applied as filters", async () => {
  const { page, complaints } = await openPage(context, { allowed: [failedLoad(409)] });
  await page.goto(`${server.url}/shop.example?period=day`);
  await page.getByRole("link", { name: /docs\/start/ }).first().click();
  await page.getByText("Page is /docs/start").waitFor();
  const menu = page.getByRole("button", { name: /Segments/ });
  await menu.click();
  await page.getByRole("button", { name: "Save as segment…" }).click();
  await page.getByLabel("Name").fill("reading");
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.getByText("A segment with this name already exists").waitFor();
  await page.getByLabel("Name").fill("Docs");
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await menu.click();
  await page.locator(".segments-menu [aria-current]", { hasText: "Docs" }).waitFor();
  await page.getByRole("link", { name: "Reading" }).click();
  await page.getByText("Page is /pricing or /docs/start").waitFor();
  assert.match(page.url(), /f=page%3Ais|f=page:is/);
  await menu.click();
  assert.equal(await page.getByRole("link", { name: "By hand" }).count(), 0, "what filters can't say is not applied");
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a protected link shows nothing before its password, and its segment can't be taken off", async () => {
  const { page: owner } = await openPage(context);
  await owner.goto(`${server.url}/sites`);
  const segment = (await api(owner, "GET", `/sites/${siteId}/segments`)).body.data.find((segment) => segment.name === "Reading");
  const made = await api(owner, "POST", `/sites/${siteId}/share-links`, { name: "Gate", password: "Open Sesame", segment_id: segment.id });
  const { page, complaints } = await openPage(await browser.newContext(), { allowed: [failedLoad(401), failedLoad(404), failedLoad(429)] });
  const query = "&period=day&f=source:is:Google&theme=dark";
  await page.goto(made.body.url + query);
  await page.getByRole("heading", { name: "Enter the password to view this dashboard" }).waitFor();
  const field = page.getByLabel("Password");
  const enter = async (text) => {
    await field.fill(text);
    await field.press("Enter");
  };
  await page.getByRole("button", { name: "View dashboard" }).click();
  await page.getByText("Enter the password", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement === document.body), false, "the keyboard keeps its place");
  for (const wrong of ["open sesame", "Open Sesame "]) {
    await enter(wrong);
    await page.getByText("Incorrect password. Please try again.").waitFor();
    assert.equal(await field.inputValue(), wrong, "the field is kept");
    const selected = await field.evaluate((input) => input.selectionEnd - input.selectionStart);
    assert.equal(selected, wrong.length, "and selected");
    await field.press("End");
    await field.pressSequentially("x");
    assert.equal(await page.getByText("Incorrect password. Please try again.").count(), 0, "typing takes the error away");
  }
  assert.doesNotMatch(await page.locator("body").innerText(), /pricing|Google/);
  await enter("Open Sesame");
  const chip = page.getByRole("button", { name: "Locked segment: Reading" });
  await chip.waitFor();
  assert.ok(page.url().endsWith(query), page.url());
  await page.getByText("/pricing").first().waitFor();
  assert.equal(await page.getByText("Google", { exact: true }).count() > 0, true);
  await chip.click();
  await page.getByText("Page is /pricing or /docs/start").waitFor();
  await page.keyboard.press("Escape");
  // A filter outside of the segment shows nothing, not other data; clearing the filters leaves the segment.
  await page.goto(`${made.body.url}&period=day&f=page:is:/`);
  await page.getByText(/No data/).first().waitFor();
  assert.equal(await page.getByLabel("Password").count(), 0, "the tab keeps the grant");
  await page.keyboard.press("Escape");
  await page.getByText("/docs/start").first().waitFor();
  await chip.waitFor();
  assert.equal(await page.locator(".panel").getByText("/", { exact: true }).count(), 0);

  // Another password: the open page asks for it at its next call.
  await api(owner, "PATCH", `/sites/${siteId}/share-links/${made.body.id}`, { password: "Another one" });
  await field.waitFor({ timeout: 40_000 });
  assert.doesNotMatch(await page.locator("body").innerText(), /pricing|Google/);
  for (let guess = 0; guess < 6; guess++) {
    await enter(`guess ${guess}`);
    await page.getByText(/Incorrect password|Too many requests/).first().waitFor();
  }
  const waiting = page.getByText(/Too many requests. Try again in \d+ s/);
  await waiting.waitFor();
  const first = await waiting.innerText();
  await page.waitForFunction((first) => !document.body.innerText.includes(first), first);
  await waiting.waitFor();
  assert.deepEqual(complaints, []);
});

test("the owner reads who did what, page by page", async () => {
  const { page, complaints } = await openSettings("share-links");
  const made = await api(page, "POST", `/sites/${siteId}/share-links`, { name: "In the log" });
  for (let n = 0; n < 30; n++) await api(page, "PATCH", `/sites/${siteId}/share-links/${made.body.id}`, { name: `In the log ${n}` });
  await page.getByText("Activity", { exact: true }).click();
  const entries = page.locator(".activity li");
  await entries.filter({ hasText: "Ann Owner changed the share link In the log 29" }).first().waitFor();
  assert.equal(await entries.count(), 25);
  await page.getByRole("button", { name: "Load more" }).click();
  await entries.filter({ hasText: "Ann Owner added the site" }).waitFor();
  await page.getByRole("button", { name: "Load more" }).waitFor({ state: "detached" });
  assert.ok((await entries.count()) > 31);
  assert.deepEqual(complaints, []);
});
