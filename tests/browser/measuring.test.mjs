// What a site's owner sets up for its numbers: goals, funnels, shields, and for how long events are kept.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, axe, confirm, failedLoad, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, context, site;

const send = (event, agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0") =>
  fetch(`${server.url}/api/event`, {
    method: "POST",
    headers: { "Content-Type": "text/plain", "User-Agent": agent },
    body: JSON.stringify({ d: "shop.example", u: "https://shop.example/pricing", n: "pageview", ...event }),
  });

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" })).body.id;
  await sendVisits(server, "shop.example");
  await send({ n: "Signup", p: { plan: "pro", "<b>": "\"quoted\"" } });
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// A page of the settings; by its end it must have said nothing but the refusals that the test is about.
async function settings(name, act, refusals = []) {
  const { page, complaints } = await openPage(context, { allowed: refusals.map(failedLoad) });
  await page.goto(`${server.url}/shop.example/settings/${name}`);
  await act(page);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const row = (page, name) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("goals are made with hints from the data, and change their name and currency", async () => {
  await settings("goals", async (page) => {
    await page.getByText("No goals yet").waitFor();
    await page.getByRole("button", { name: "Create goal" }).click();
    const form = page.locator("form");
    await form.getByRole("button", { name: "Create goal" }).click();
    await form.getByText("Enter a path").waitFor();
    await form.getByRole("combobox", { name: "Path" }).fill("pri");
    await form.getByRole("option", { name: "/pricing" }).click();
    await page.keyboard.press("Enter");
    await row(page, "Visit /pricing").getByText("Page is /pricing").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Create goal", "the keyboard goes on above");

    await page.keyboard.press("Enter");
    await form.getByLabel("an event happens").check();
    await form.getByRole("combobox", { name: "Event" }).fill("sig");
    await form.getByRole("option", { name: "Signup" }).click();
    await form.getByRole("button", { name: "Add condition" }).click();
    await form.getByRole("button", { name: "Create goal" }).click();
    await form.getByText("Enter the property's name").waitFor();
    await form.getByRole("combobox", { name: "Property" }).press("ArrowDown");
    await form.getByRole("option", { name: "plan" }).click();
    await form.getByRole("combobox", { name: "Value" }).press("ArrowDown");
    await form.getByRole("option", { name: "pro" }).click();
    await form.getByLabel("Revenue").selectOption("USD");
    await form.getByLabel("Name (optional)").fill("visit /PRICING");
    await form.getByRole("button", { name: "Create goal" }).click();
    await form.getByText("A goal with this name already exists").waitFor();
    assert.deepEqual(await axe(page), []);
    await form.getByLabel("Name (optional)").fill("Pro sign-up");
    await form.getByRole("button", { name: "Create goal" }).click();
    const made = row(page, "Pro sign-up");
    for (const words of ["Event is Signup", "plan is pro", "Revenue in USD"]) await made.getByText(words).waitFor();

    await made.getByRole("button", { name: "Edit Pro sign-up" }).click();
    await form.getByLabel("Name").fill("Signed up as pro");
    await form.getByLabel("Revenue").selectOption("");
    assert.deepEqual(await axe(page), []);
    await form.getByRole("button", { name: "Save" }).click();
    assert.doesNotMatch(await row(page, "Signed up as pro").innerText(), /Revenue/);
    const { data } = (await api(page, "GET", `/sites/${site}/goals`)).body;
    const told = data.map(({ name, path, event, props, currency }) => ({ name, path, event, props, currency }));
    assert.deepEqual(told, [
      { name: "Signed up as pro", path: null, event: "Signup", props: { plan: "pro" }, currency: null },
      { name: "Visit /pricing", path: "/pricing", event: null, props: {}, currency: null },
    ]);
  }, [409]);
});

test("a funnel is put together by the keyboard alone, and keeps its goals from being deleted", async () => {
  await settings("goals", async (page) => {
    assert.equal((await api(page, "POST", `/sites/${site}/goals`, { path: "/docs/**", name: "Reads the docs" })).status, 201);
  });
  await settings("funnels", async (page) => {
    const press = async (name) => { await page.getByRole("button", { name, exact: true }).focus(); await page.keyboard.press("Enter"); };
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
    await page.getByText("No funnels yet").waitFor();
    await press("Create funnel");
    const form = page.locator("form");
    await form.getByRole("button", { name: "Create funnel" }).click();
    await form.getByText("Enter a name").waitFor();
    await form.getByText("Add at least two steps").waitFor();
    await form.getByLabel("Name").fill("From docs to sign-up");
    for (const goal of ["Signed up as pro", "Visit /pricing", "Reads the docs"]) {
      await form.getByLabel("Goal").selectOption({ label: goal });
      await press("Add step");
      await form.getByRole("listitem").filter({ hasText: goal }).waitFor();
    }
    assert.equal(await form.getByRole("button", { name: "Add step" }).count(), 0, "every goal is a step");
    const steps = async () => (await form.locator(".step-name").allInnerTexts()).join(" > ");
    await press("Move Signed up as pro down");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Move Signed up as pro down");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Move Signed up as pro up");
    assert.equal(await steps(), "Visit /pricing > Reads the docs > Signed up as pro");
    await press("Remove Visit /pricing");
    await page.waitForFunction(() => document.activeElement.id === "funnel-next");
    assert.equal(await focused(), "Goal");
    assert.deepEqual(await axe(page), []);
    await form.getByRole("button", { name: "Create funnel" }).click();
    const made = row(page, "From docs to sign-up");
    await made.waitFor();
    assert.equal((await made.locator("ol li").allInnerTexts()).join(" > "), "Reads the docs > Signed up as pro");

    await made.getByRole("button", { name: "Edit From docs to sign-up" }).click();
    await form.getByLabel("Goal").selectOption({ label: "Visit /pricing" });
    await form.getByRole("button", { name: "Add step" }).click();
    // Where no goal is left the keyboard goes to the new step; pressed before that, Enter would take it out.
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Remove Visit /pricing");
    await press("Move Visit /pricing up");
    await form.getByRole("button", { name: "Save" }).click();
    await made.getByText("Visit /pricing").waitFor();
    const { data } = (await api(page, "GET", `/sites/${site}/funnels`)).body;
    assert.deepEqual(data[0].steps.map((step) => step.name), ["Reads the docs", "Visit /pricing", "Signed up as pro"]);
  });
  await settings("goals", async (page) => {
    const goal = row(page, "Visit /pricing");
    await confirm(goal.getByRole("button", { name: /^Delete/ }));
    await goal.getByText("These funnels have the goal as a step: From docs to sign-up").waitFor();
  }, [409]);
  await settings("funnels", async (page) => {
    await confirm(page.getByRole("button", { name: /^Delete/ }));
    await page.getByText("No funnels yet").waitFor();
  });
  await settings("goals", async (page) => {
    await confirm(row(page, "Visit /pricing").getByRole("button", { name: /^Delete/ }));
    await row(page, "Visit /pricing").waitFor({ state: "detached" });
  });
});

test("shields keep out what they name, and the page says how much that was", async () => {
  await settings("shields", async (page) => {
    const section = (name) => page.getByRole("region", { name, exact: true });
    const count = async (reason) => page.getByRole("row", { name: new RegExp(`^${reason}`) }).getByRole("cell").innerText();
    await section("Countries").getByLabel("Country").selectOption({ label: "Antarctica" });
    await section("Countries").getByRole("button", { name: "Add", exact: true }).click();
    await section("Countries").getByRole("listitem").getByText("Antarctica").waitFor();
    await section("Pages").getByRole("combobox", { name: "Path" }).fill("doc");
    await section("Pages").getByRole("option", { name: "/docs/start" }).click();
    await section("Pages").getByLabel("Note (optional)").fill("<i>Not</i> ours");
    await section("Pages").getByRole("button", { name: "Add", exact: true }).click();
    await section("Pages").getByText("<i>Not</i> ours").waitFor();
    await section("Hostnames").getByLabel("Hostname").fill("not a host");
    await section("Hostnames").getByRole("button", { name: "Add", exact: true }).click();
    await section("Hostnames").getByText("A host such as example.org or *.example.org").waitFor();
    await section("Hostnames").getByLabel("Hostname").fill("*.Shop.example");
    await page.keyboard.press("Enter");
    await section("Hostnames").getByText("*.shop.example").waitFor();

    // The site's own host is not listed, and then it is.
    const host = await send({});
    assert.equal(host.headers.get("x-vitrine-dropped"), "hostname");
    await section("Hostnames").getByLabel("Hostname").fill("shop.example");
    await page.keyboard.press("Enter");
    await section("Hostnames").getByText("shop.example", { exact: true }).waitFor();
    assert.equal((await send({})).headers.get("x-vitrine-dropped"), null);
    assert.equal((await send({ u: "https://shop.example/docs/start" })).headers.get("x-vitrine-dropped"), "shield");
    for (const _ of [1, 2]) await send({}, "Googlebot/2.1 (+http://www.google.com/bot.html)");

    // Whoever asks leaves out their own visits with one press.
    await section("Addresses").getByRole("button", { name: "Add my address (127.0.0.1)" }).click();
    await section("Addresses").getByText("127.0.0.1", { exact: true }).waitFor();
    assert.equal(await section("Addresses").getByRole("button", { name: /Add my address/ }).count(), 0);
    assert.equal((await send({})).headers.get("x-vitrine-dropped"), "shield");
    await page.reload();
    await page.getByRole("row", { name: /^Total/ }).waitFor();
    const told = [];
    for (const reason of ["Robots", "Addresses", "Countries", "Pages", "Hostnames", "Total"]) told.push(await count(reason));
    assert.deepEqual(told, ["2", "1", "0", "1", "1", "5"]);
    await confirm(section("Addresses").getByRole("button", { name: /^Remove/ }));
    await section("Addresses").getByRole("button", { name: /Add my address/ }).waitFor();
    assert.equal((await send({})).headers.get("x-vitrine-dropped"), null);
  }, [422]);
});

test("how long events are kept is set in two steps where that deletes some", async () => {
  await settings("general", async (page) => {
    const section = page.getByRole("region", { name: "Retention" });
    const kept = async () => (await api(page, "GET", `/sites/${site}/retention`)).body.days;
    assert.ok(await section.getByLabel("Keep everything").isChecked());
    await section.getByLabel("Delete them after a number of days").check();
    await section.getByRole("button", { name: "Save" }).click();
    await section.getByText("Enter 1 to 3650 days").waitFor();
    await section.getByRole("spinbutton", { name: "Days" }).fill("400");
    await section.getByText(/are deleted for good/).waitFor();
    // Enter in the field is not asked twice, so it does nothing.
    await page.keyboard.press("Enter");
    assert.equal(await kept(), null);
    assert.deepEqual(await axe(page), []);
    const save = section.getByRole("button", { name: /^(Save|Delete older events\?)/ });
    await save.click();
    await section.getByRole("button", { name: /^Delete older events\?/ }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await kept(), null);
    await confirm(save);
    await section.getByText("Saved").waitFor();
    assert.equal(await kept(), 400);
    await page.reload();
    assert.equal(await section.getByRole("spinbutton", { name: "Days" }).inputValue(), "400");
    // To keep more deletes nothing.
    await section.getByLabel("Keep everything").check();
    await section.getByRole("button", { name: "Save" }).click();
    await section.getByText("Saved").waitFor();
    assert.equal(await kept(), null);
  });
});
