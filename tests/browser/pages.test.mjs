// Every page: light and dark, wide and narrow, without a word on the console, an accessibility violation or sideways scroll.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, axe, failedLoad, openPage, sendVisits, signUp, startBrowser, startServer } from "./support.mjs";

let server, browser, owner;
const tokens = {};

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  owner = await browser.newContext();
  const { page } = await openPage(owner);
  await signUp(page, server.url, "ann@mail.example");
  const site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "Europe/Berlin" })).body;
  await api(page, "POST", "/sites", { domain: "new.example", timezone: "Asia/Tokyo" });
  tokens.TOKEN = (await api(page, "POST", `/sites/${site.id}/share-links`, { name: "Client <b>report</b>" })).body.token;
  await api(page, "POST", "/api-keys", { name: "CI", scopes: ["stats:read"] });
  const goals = [];
  for (const goal of [{ path: "/pricing" }, { event: "Signup", props: { plan: "pro" }, currency: "EUR" }]) {
    goals.push((await api(page, "POST", `/sites/${site.id}/goals`, goal)).body.id);
  }
  await api(page, "POST", `/sites/${site.id}/funnels`, { name: "From pricing to sign-up", steps: goals });
  await api(page, "POST", `/sites/${site.id}/shields`, { kind: "ip", value: "192.0.2.0/24", note: "The office" });
  const filters = [["is", "event:page", ["/pricing"]], ["is_not", "visit:country", ["FR"]]];
  const segment = (await api(page, "POST", `/sites/${site.id}/segments`, { name: "Buyers", filters })).body;
  const bound = { name: "Bound", segment_id: segment.id, expires_at: "2099-01-01T00:00:00Z", frame_ancestors: ["*"] };
  tokens.SEGMENT = (await api(page, "POST", `/sites/${site.id}/share-links`, bound)).body.token;
  tokens.LOCKED = (await api(page, "POST", `/sites/${site.id}/share-links`, { name: "Locked", password: "secret" })).body.token;
  const invitation = (await api(page, "POST", `/sites/${site.id}/members`, { role: "viewer" })).body;
  tokens.INVITATION = new URL(invitation.invite_url).pathname.split("/").pop();
  await sendVisits(server, "shop.example");
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const PAGES = [
  ["/login", "anyone", /Sign in/],
  ["/sites", "owner", /Sites/],
  ["/shop.example?period=day", "owner", /pricing/],
  ["/shop.example?period=day&f=event:page:is:/pricing", "owner", /pricing/],
  ["/shop.example?period=custom&from=2020-01-01&to=2020-01-31", "owner", /No data/],
  ["/new.example", "owner", /Waiting for the first visit/],
  ["/shop.example/settings/general", "owner", /Danger zone/],
  ["/shop.example/settings/share-links", "owner", /Client <b>report<\/b>/],
  ["/shop.example/settings/segments", "owner", /Country is not France/],
  ["/shop.example/settings/people", "owner", /Whoever opens the link/],
  ["/shop.example/settings/notes", "owner", /No notes yet/],
  ["/shop.example/settings/imports", "owner", /No imports yet/],
  ["/shop.example/settings/goals", "owner", /Event is Signup/],
  ["/shop.example/settings/funnels", "owner", /From pricing to sign-up/],
  ["/shop.example/settings/shields", "owner", /The office/],
  ["/new.example/settings/goals", "owner", /No goals yet/],
  ["/new.example/settings/funnels", "owner", /This site needs two of them first/],
  ["/shop.example/health", "owner", /Turn a monitor on/],
  ["/shop.example/health/uptime", "owner", /No checks yet/],
  ["/shop.example/health/certificate", "owner", /Not known yet/],
  ["/shop.example/health/domain", "owner", /Not known yet/],
  ["/shop.example/health/links", "owner", /Nothing found/],
  ["/shop.example/health/lighthouse", "owner", /Not measured yet/],
  ["/shop.example/health/score", "owner", /A tenth of the links broken/],
  ["/shop.example/health/notices", "owner", /Nobody is told yet/],
  ["/shop.example/health/maintenance", "owner", /No maintenance windows/],
  ["/shop.example/health/weather", "owner", /Page not found/],
  ["/shop.example?period=realtime", "owner", /pricing/],
  ["/share/shop.example?auth=TOKEN&period=day&d=page", "anyone", /Download CSV/],
  ["/share/shop.example?auth=TOKEN&period=day&d=visits", "anyone", /pricing/],
  ["/invitations/INVITATION", "anyone", /invites you to view/],
  ["/invitations/INVITATION", "owner", /You are signed in as/],
  ["/invitations/nothing", "anyone", /Invitation not found or no longer valid/],
  ["/settings/account", "owner", /This one/],
  ["/settings/api-keys", "owner", /CI/],
  ["/unknown.example", "owner", /not found/i],
  ["/share/shop.example?auth=TOKEN&period=day", "anyone", /pricing/],
  ["/share/shop.example?auth=TOKEN&period=day&embed=true&background=ffffff&theme=light", "anyone", /pricing/],
  ["/share/shop.example?auth=TOKEN&period=day&kiosk", "anyone", /As of/],
  ["/share/shop.example?auth=SEGMENT&period=day", "anyone", /Buyers/],
  ["/share/shop.example?auth=LOCKED", "anyone", /Enter the password/],
  ["/share/shop.example?auth=0123456789ab", "anyone", /Share link not found or has been revoked/],
];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`every page is sound, ${colorScheme}, ${width} px`, async (t) => {
      const state = await owner.storageState();
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" };
      const contexts = { owner: await browser.newContext({ ...options, storageState: state }), anyone: await browser.newContext(options) };
      for (const [path, who, text] of PAGES) {
        await t.test(path, async () => {
          const { page, complaints } = await openPage(contexts[who], { allowed: [failedLoad(401), failedLoad(404)] });
          await page.goto(server.url + path.replace(/TOKEN|SEGMENT|LOCKED|INVITATION/, (name) => tokens[name]));
          await page.getByText(text).first().waitFor();
          await page.waitForLoadState("networkidle");
          assert.deepEqual(await axe(page), []);
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(sideways <= 0, `scrolls sideways by ${sideways} px`);
          assert.deepEqual(complaints, []);
          await page.close();
        });
      }
      await Promise.all(Object.values(contexts).map((context) => context.close()));
    });
  }
}
