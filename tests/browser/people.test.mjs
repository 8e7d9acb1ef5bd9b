// People: an invited viewer, sessions, and signing in with a second factor.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { PASSWORD, api, failedLoad, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, context;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  context = await browser.newContext();
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  await api(page, "POST", "/sites", { domain: "shop.example", timezone: "UTC" });
  await sendVisits(server, "shop.example");
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// A second press too soon after the first never confirms.
const twice = async (page, first, second) => {
  await page.getByRole("button", { name: first }).click();
  await page.waitForFunction((since) => performance.now() > since + 350, await page.evaluate(() => performance.now()));
  await page.getByRole("button", { name: second }).click();
};

test("an invited person makes an account, sees the dashboard and nothing of the owner's, until removed", async () => {
  const owner = await openPage(context, { allowed: [failedLoad(409), failedLoad(422)] });
  await owner.page.goto(`${server.url}/shop.example/settings/people`);
  await owner.page.getByLabel("E-mail (optional)").fill("nobody");
  await owner.page.getByRole("button", { name: "Create invitation" }).click();
  await owner.page.getByRole("alert").filter({ hasText: /\S/ }).first().waitFor();
  await owner.page.getByLabel("E-mail (optional)").fill("bob@mail.example");
  await owner.page.getByRole("button", { name: "Create invitation" }).click();
  await owner.page.getByText("Invited as viewer").waitFor();
  const url = await owner.page.getByLabel("Invitation of bob@mail.example").inputValue();

  const guest = await openPage(await browser.newContext(), { allowed: [failedLoad(401), failedLoad(404)] });
  await guest.page.goto(url);
  await guest.page.getByText("Ann Owner invites you to view the dashboard of shop.example.").waitFor();
  await guest.page.getByRole("link", { name: "Sign in or create an account" }).click();
  // What was typed as a password is never turned into another field.
  const typed = await guest.page.locator("#password").elementHandle();
  await guest.page.getByRole("button", { name: "Create one" }).click();
  await guest.page.getByLabel("Your name").fill("Bob Viewer");
  assert.equal(await typed.evaluate((field) => field.isConnected), false);
  await guest.page.getByLabel("E-mail").fill("bob@mail.example");
  await guest.page.getByLabel("Password").fill(PASSWORD);
  await guest.page.getByRole("button", { name: "Create account" }).click();
  await guest.page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();
  await guest.page.goto(`${server.url}/shop.example?period=day`);
  await guest.page.getByText("/pricing").first().waitFor();
  assert.equal(await guest.page.getByRole("link", { name: /Share|settings/i }).count(), 0);
  await guest.page.goto(url);
  await guest.page.getByText("Invitation not found or no longer valid").waitFor();

  await owner.page.reload();
  await owner.page.getByText(/bob@mail.example · Since/).waitFor();
  await twice(owner.page, /^Remove Bob/, /^Remove\? Bob/);
  await owner.page.getByText("Bob Viewer").waitFor({ state: "detached" });
  await guest.page.goto(`${server.url}/shop.example`);
  await guest.page.getByText("Site not found").waitFor();
  assert.deepEqual(owner.complaints, []);
  assert.deepEqual(guest.complaints, []);
  await owner.page.close();
});

// RFC 6238 with SHA-1, six digits and thirty seconds.
const totp = (secret, ahead = 0) => {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac("sha1", key).update(step).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};

test("a second factor is set up, asked for at sign-in and turned off, and other sessions are ended", async () => {
  const here = await openPage(context, { allowed: [failedLoad(401), failedLoad(422)] });
  const { page } = here;
  await page.goto(`${server.url}/settings/account`);
  await page.getByLabel("Your password").fill("wrong password");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByText("Incorrect password. Please try again.").waitFor();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByAltText("QR code of the secret").waitFor();
  assert.ok(await page.getByAltText("QR code of the secret").evaluate((image) => image.naturalWidth > 0), "the QR code is drawn");
  const secret = await page.getByLabel("Secret").inputValue();
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.locator("#totp-code-error").filter({ hasText: /\S/ }).waitFor();
  await page.getByLabel("Code", { exact: true }).fill(totp(secret));
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("Keep these recovery codes now.").waitFor();
  const [recovery] = (await page.getByLabel("Recovery codes").inputValue()).split(" ");
  assert.equal(await page.locator(".recovery li").count(), 10);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(/^On\./).waitFor();

  const there = await openPage(await browser.newContext(), { allowed: [failedLoad(401)] });
  await there.page.goto(`${server.url}/login`);
  await there.page.getByLabel("E-mail").fill("ann@mail.example");
  await there.page.getByLabel("Password").fill(PASSWORD);
  await there.page.getByRole("button", { name: "Sign in" }).click();
  await there.page.getByLabel("Code").fill("123");
  await there.page.getByRole("button", { name: "Sign in" }).click();
  await there.page.getByText("Incorrect code. Please try again.").waitFor();
  await there.page.getByLabel("Code").fill(recovery);
  await there.page.getByRole("button", { name: "Sign in" }).click();
  await there.page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();

  await page.reload();
  await page.getByText("This one").waitFor();
  const others = page.getByRole("button", { name: /^Sign out (?!$)\S/ });
  const before = await others.count();
  assert.ok(before >= 1, "the other browser is listed");
  for (let left = before; left > 0; left--) {
    const name = await others.first().getAttribute("aria-label");
    await others.first().click();
    await page.waitForFunction((since) => performance.now() > since + 350, await page.evaluate(() => performance.now()));
    const listed = page.waitForResponse((response) => response.url().includes("/me/sessions?"));
    await page.getByRole("button", { name: name.replace("Sign out", "Sign out?") }).first().click();
    await listed;
  }
  await there.page.goto(`${server.url}/sites`);
  await there.page.getByRole("heading", { name: "Sign in" }).waitFor();

  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText(/^Off\./).waitFor();
  assert.deepEqual(here.complaints, []);
  assert.deepEqual(there.complaints, []);
});

test("a viewer reads who may change settings, finds invitations at the sites, and leaves a site", async () => {
  const owner = await openPage(context);
  await owner.page.goto(`${server.url}/sites`);
  const site = (await api(owner.page, "GET", "/sites")).body.data.find(({ domain }) => domain === "shop.example");
  const guest = await openPage(await browser.newContext(), { allowed: [failedLoad(401)] });
  const invite = await api(owner.page, "POST", `/sites/${site.id}/members`, { role: "viewer" });
  await guest.page.goto(invite.body.invite_url);
  await guest.page.getByRole("link", { name: "Sign in or create an account" }).click();
  await guest.page.getByRole("button", { name: "Create one" }).click();
  await guest.page.getByLabel("Your name").fill("Cleo Viewer");
  await guest.page.getByLabel("E-mail").fill("cleo@mail.example");
  await guest.page.getByLabel("Password").fill(PASSWORD);
  await guest.page.getByRole("button", { name: "Create account" }).click();
  await guest.page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();

  // An invitation to her address stands at her sites.
  await api(owner.page, "POST", "/sites", { domain: "second.example", timezone: "UTC" });
  const second = (await api(owner.page, "GET", "/sites")).body.data.find(({ domain }) => domain === "second.example");
  await api(owner.page, "POST", `/sites/${second.id}/members`, { role: "viewer", email: "cleo@mail.example" });
  await guest.page.goto(`${server.url}/sites`);
  await guest.page.getByText("Ann Owner invites you to view the dashboard of second.example.").waitFor();
  await guest.page.getByRole("button", { name: "Accept invitation to second.example" }).click();
  await guest.page.waitForURL(`${server.url}/second.example`);

  for (const page of ["general", "share-links", "segments", "notes", "people", "imports"]) {
    await guest.page.goto(`${server.url}/second.example/settings/${page}`);
    await guest.page.getByText("Only the site's owner can see its settings").waitFor();
  }
  await guest.page.goto(`${server.url}/sites`);
  await twice(guest.page, "Leave this site site second.example", "Leave? site second.example");
  await guest.page.getByRole("link", { name: /second\.example/ }).waitFor({ state: "detached" });
  assert.deepEqual(guest.complaints, []);
  assert.deepEqual(owner.complaints, []);
});
