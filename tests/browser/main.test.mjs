// The main job, end to end: a visit made in a real browser is seen through a share link, until the link is revoked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PERSON, failedLoad, openPage, recordBodies, signUp, startBrowser, startServer, startSite } from "./support.mjs";

const OWNER = "ann.owner@mail.example";
const GONE = "Share link not found or has been revoked";
let server, site, referrer, browser;

const pageOf = (title, links) => `<!doctype html><title>${title}</title>
  <script defer data-domain="shop.example" src="${server.url}/js/script.js"></script>
  <h1>${title}</h1>${links.map(([href, text]) => `<a href="${href}">${text}</a>`).join(" ")}`;

before(async () => {
  server = await startServer();
  const pages = {};
  site = await startSite(pages);
  pages["/"] = pageOf("Home", [["/pricing", "Pricing"]]);
  pages["/pricing"] = pageOf("Pricing", [["/contact", "Contact"]]);
  pages["/contact"] = pageOf("Contact", []);
  pages["/favicon.ico"] = ["image/x-icon", ""];
  const arrive = `${site.url}/?utm_source=newsletter&utm_medium=email&utm_campaign=spring`;
  referrer = await startSite({ "/": `<!doctype html><title>Ref</title><a href="${arrive}">Shop</a>`, "/favicon.ico": ["image/x-icon", ""] });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await referrer?.stop();
  await site?.stop();
  if (server) assert.equal(await server.stop(), 0, "SIGTERM ends the server with 0");
});

test("a visit is seen through a share link until the link is revoked", async () => {
  const ownerContext = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await ownerContext.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  // Asking who is signed in, before anyone is, is answered 401.
  const owner = await openPage(ownerContext, { allowed: [failedLoad(401)] });

  await signUp(owner.page, server.url, OWNER);
  for (const domain of ["secret-client.example", "shop.example"]) {
    await owner.page.goto(`${server.url}/sites`);
    await owner.page.getByRole("button", { name: /Add .*site/ }).first().click();
    await owner.page.getByLabel("Domain").fill(domain);
    await owner.page.getByRole("dialog").getByRole("button", { name: "Add site" }).click();
    await owner.page.getByText("Waiting for the first visit").waitFor();
  }
  const snippet = `<script defer data-domain="shop.example" src="${server.url}/js/script.js"></script>`;
  assert.equal(await owner.page.getByLabel("Snippet").inputValue(), snippet);

  // Somebody walks three pages, from a referrer, with campaign tags.
  const visitor = await openPage(await browser.newContext(PERSON));
  await visitor.page.goto(referrer.url);
  for (const link of ["Shop", "Pricing", "Contact"]) {
    const sent = visitor.page.waitForResponse((response) => response.url().endsWith("/api/event") && response.status() === 202);
    await visitor.page.getByRole("link", { name: link }).click();
    await sent;
  }
  assert.deepEqual(visitor.complaints, []);

  // The page that waited turns into the dashboard by itself, and shows the visit without a reload.
  await owner.page.getByText("Waiting for the first visit").waitFor({ state: "detached", timeout: 30_000 });
  await owner.page.goto(`${server.url}/shop.example?period=day`);
  await assertNumbers(owner.page);

  // The owner makes a link and copies it.
  await owner.page.getByRole("link", { name: "Share", exact: true }).click();
  await owner.page.getByRole("heading", { name: "Share links", level: 1 }).waitFor();
  await owner.page.getByRole("button", { name: "Create share link" }).first().click();
  await owner.page.getByLabel("Name").fill("Client report");
  await owner.page.getByLabel("Name").press("Enter");
  await owner.page.getByRole("button", { name: /Copy link/ }).click();
  await owner.page.getByText("Copied").first().waitFor();
  const url = await owner.page.evaluate(() => navigator.clipboard.readText());
  assert.match(url, new RegExp(`^${server.url}/share/shop\\.example\\?auth=[0-9a-f]{12}$`));

  // Somebody else, with an empty profile, opens it: the same numbers, and nothing of the owner's anywhere.
  const recipient = await openPage(await browser.newContext(), { allowed: [failedLoad(404)] });
  const bodies = recordBodies(recipient.page);
  await recipient.page.goto(`${url}&period=day`);
  await assertNumbers(recipient.page);
  assert.deepEqual(await recipient.page.context().cookies(), []);
  const page = await recipient.page.content();
  const received = await bodies();
  assert.ok(received.some((body) => body.url.endsWith("/queries")), "its data calls were seen");
  for (const { url, text } of [...received, { url: "the page", text: page }]) {
    for (const secret of [OWNER, "Ann Owner", "secret-client"]) {
      assert.ok(!text.includes(secret), `${secret} in ${url}`);
    }
  }
  assert.equal(await recipient.page.getByRole("link", { name: /settings|sign|sites/i }).count(), 0);

  // Two steps revoke it; the open page says so at its next call, and so does a reload.
  await owner.page.getByRole("button", { name: /^Revoke/ }).click();
  const confirm = owner.page.getByRole("button", { name: /Revoke\?/ });
  await confirm.waitFor();
  const revoked = owner.page.waitForResponse((response) => response.request().method() === "DELETE");
  // A double click must not confirm: the first 300 ms don't count, so a person's second press comes later.
  await owner.page.waitForFunction(() => performance.now() > (globalThis.pressedAt ??= performance.now()) + 350);
  await confirm.click();
  assert.equal((await revoked).status(), 204);
  await owner.page.getByText("Link revoked").first().waitFor({ state: "attached" });
  await recipient.page.getByText(GONE).waitFor({ timeout: 40_000 });
  assert.ok(!(await recipient.page.locator("body").innerText()).includes("/pricing"), "the numbers are gone");
  const answer = await recipient.page.reload();
  assert.equal(answer.status(), 404);
  await recipient.page.getByText(GONE).waitFor();

  assert.deepEqual(owner.complaints, []);
  assert.deepEqual(recipient.complaints, []);
});

// What the three page views must look like on a dashboard.
async function assertNumbers(page) {
  await page.getByText("/contact").first().waitFor();
  const kpi = async (name) => (await page.getByRole("tab", { name }).or(page.getByRole("button", { name })).first().innerText()).replace(/\s+/g, " ");
  assert.match(await kpi(/unique visitors/i), /\b1\b/);
  assert.match(await kpi(/page ?views/i), /\b3\b/);
  for (const text of ["/pricing", "newsletter"]) {
    assert.ok(await page.getByText(text, { exact: false }).count() > 0, `${text} is on the dashboard`);
  }
}
