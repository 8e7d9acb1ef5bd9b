// Who is told of a site's incidents, in which hours they wait, and when checks do not count.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { after, before, test } from "node:test";
import { api, axe, confirm, failedLoad, openPage, signUp, startBrowser, startServer, until } from "./support.mjs";

let server, browser, context, site, hook, post;

// A receiver of webhooks that keeps what it was told.
const startHook = async () => {
  const calls = [];
  const http = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => { calls.push({ headers: request.headers, body: JSON.parse(body) }); response.writeHead(204).end(); });
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => { http.closeAllConnections(); http.close(resolve); });
  return { url: `http://127.0.0.1:${http.address().port}/hook`, calls, stop };
};

// A mail server that takes everything and keeps it.
const startPost = async () => {
  const mails = [];
  const tcp = createTcpServer((socket) => {
    let text = "", inData = false;
    socket.on("error", () => {});
    socket.write("220 post.example ESMTP\r\n");
    socket.on("data", (chunk) => {
      text += chunk;
      for (;;) {
        const end = inData ? text.indexOf("\r\n.\r\n") : text.indexOf("\r\n");
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (inData) { mails.push(part); inData = false; socket.write("250 taken\r\n"); continue; }
        if (/^DATA/i.test(part)) { inData = true; socket.write("354 go on\r\n"); }
        else if (/^QUIT/i.test(part)) socket.end("221 bye\r\n");
        else if (/^EHLO/i.test(part)) socket.write("250-post.example\r\n250 8BITMIME\r\n");
        else socket.write("250 ok\r\n");
      }
    });
  });
  await new Promise((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  return { port: tcp.address().port, mails, stop: () => new Promise((resolve) => tcp.close(resolve)) };
};

before(async () => {
  [hook, post] = [await startHook(), await startPost()];
  server = await startServer("serve", {
    VITRINE_EGRESS_ALLOW: "127.0.0.0/8",
    VITRINE_MAIL__HOST: "127.0.0.1",
    VITRINE_MAIL__PORT: `${post.port}`,
    VITRINE_MAIL__TLS: "none",
    VITRINE_MAIL__FROM: "Vitrine <vitrine@mail.example>",
  });
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(context);
  await signUp(page, server.url, "ann@mail.example");
  site = (await api(page, "POST", "/sites", { domain: "shop.example", timezone: "Europe/Berlin" })).body.id;
  await page.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await hook?.stop();
  await post?.stop();
});

// A page of the site's health; by its end it must have said nothing but the refusals that the test is about.
async function health(name, act, refusals = []) {
  const { page, complaints } = await openPage(context, { allowed: refusals.map(failedLoad) });
  await page.goto(`${server.url}/shop.example/health/${name}`);
  await act(page);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
}

const section = (page, name) => page.getByRole("region", { name, exact: true });
const row = (page, name) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });

test("a webhook is added, tried, silenced and deleted", async () => {
  await health("notices", async (page) => {
    await page.getByText("Nobody is told yet").waitFor();
    await page.getByText("No notices yet").waitFor();
    await page.getByRole("button", { name: "Add channel" }).focus();
    await page.keyboard.press("Enter");
    const form = page.locator("form").filter({ hasText: "By" }).first();
    await form.getByLabel("Webhook").check();
    await form.getByRole("button", { name: "Add channel" }).click();
    await form.getByText("Enter a URL").waitFor();
    await form.getByLabel("URL").fill("http://10.0.0.1/hook");
    await form.getByRole("button", { name: "Add channel" }).click();
    await page.waitForFunction(() => document.querySelector("#channel-url")?.getAttribute("aria-invalid") === "true");
    assert.deepEqual(await axe(page), []);
    await form.getByLabel("URL").fill(hook.url);
    await page.keyboard.press("Enter");
    const channel = row(page, hook.url);
    await channel.getByText("Tells", { exact: true }).waitFor();

    await channel.getByRole("button", { name: `Send test to ${hook.url}` }).click();
    const sent = section(page, "Deliveries");
    await sent.getByText("Delivered").waitFor();
    await sent.getByText("Test", { exact: true }).waitFor();
    assert.equal(hook.calls.at(-1).body.type, "test");
    await channel.getByRole("button", { name: "Show secret" }).click();
    assert.match(await channel.getByLabel("Secret of the webhook").inputValue(), /^whsec_/);

    // A switch takes effect at once, and the keyboard stays on it.
    const [tells, inQuiet] = [`Tell ${hook.url}`, `Tell ${hook.url} in quiet hours too`].map((name) => channel.getByRole("switch", { name, exact: true }));
    const saved = async (it, flag, on) => {
      await until(page, `/sites/${site}/notice-channels`, ({ data }) => data[0][flag] === on);
      await page.waitForFunction((on) => document.activeElement?.getAttribute("aria-checked") === `${on}`, on);
      assert.equal(await it.evaluate((it) => it === document.activeElement), true, flag);
    };
    await inQuiet.focus();
    for (const on of [true, false]) {
      await page.keyboard.press("Space");
      await saved(inQuiet, "ignores_quiet_hours", on);
    }
    await tells.focus();
    await page.keyboard.press("Space");
    await saved(tells, "enabled", false);
    await channel.locator(".state", { hasText: /^Off$/ }).waitFor();
    await channel.getByText("Tells", { exact: true }).waitFor({ state: "detached" });
    const told = hook.calls.length;
    await channel.getByRole("button", { name: `Send test to ${hook.url}` }).click();
    await channel.getByRole("alert").filter({ hasText: "This channel tells nothing now" }).waitFor();
    assert.equal(hook.calls.length, told, "and nothing is sent");
    await confirm(channel.getByRole("button", { name: /^Delete/ }));
    await page.getByText("Nobody is told yet").waitFor();
    // What it was told goes with it.
    await page.getByText("No notices yet").waitFor();
    assert.equal(await sent.getByRole("listitem").count(), 0);
  }, [409, 422]);
});

test("a mail address is confirmed with the code that it was sent", async () => {
  await health("notices", async (page) => {
    await page.getByRole("button", { name: "Add channel" }).click();
    await page.getByLabel("Address").fill("ops@other.example");
    await page.keyboard.press("Enter");
    const channel = row(page, "ops@other.example");
    await channel.getByText("Not confirmed yet").waitFor();
    await channel.getByLabel("Code from the mail").fill("0000-0000");
    await page.keyboard.press("Enter");
    await channel.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    assert.deepEqual(await axe(page), []);
    for (let n = 0; n < 100 && post.mails.length === 0; n++) await page.waitForTimeout(100);
    const code = /^\s*([a-z0-9]{4}[ -]?[a-z0-9]{4})\s*$/im.exec(post.mails[0])?.[1];
    assert.ok(code, post.mails[0]);
    await channel.getByLabel("Code from the mail").fill(code);
    await page.keyboard.press("Enter");
    await channel.getByText("Tells", { exact: true }).waitFor();
  }, [422]);
});

test("quiet hours are kept in the site's own clock", async () => {
  await health("notices", async (page) => {
    const quiet = section(page, "Quiet hours");
    await quiet.getByText("Times of Europe/Berlin").waitFor();
    await quiet.getByLabel("Notices wait in some hours of each day").check();
    await quiet.getByLabel("From").fill("21:30");
    await quiet.getByLabel("Until").fill("06:15");
    await quiet.getByRole("button", { name: "Save" }).click();
    await quiet.getByText("Saved").waitFor();
    assert.deepEqual((await api(page, "GET", `/sites/${site}/quiet-hours`)).body, { from: "21:30", until: "06:15" });
    await quiet.getByLabel("Notices wait in some hours of each day").uncheck();
    // The fields are gone: what is wrong is said nevertheless, until it is right.
    const path = `**/api/v1/sites/${site}/quiet-hours`;
    await page.route(path, (route) => route.fulfill({ status: 503 }));
    await quiet.getByRole("button", { name: "Save" }).click();
    await quiet.getByText("The server answered with an error (503).").waitFor();
    await page.unroute(path);
    await quiet.getByRole("button", { name: "Save" }).click();
    await quiet.getByText("Saved").waitFor();
    await quiet.getByText("The server answered with an error (503).").waitFor({ state: "detached" });
    assert.deepEqual((await api(page, "GET", `/sites/${site}/quiet-hours`)).body, { from: null, until: null });
  }, [503]);
});

test("maintenance is planned in the site's clock, ended early and removed", async () => {
  await health("maintenance", async (page) => {
    await page.getByText("No maintenance windows").waitFor();
    await page.getByRole("button", { name: "Add window" }).click();
    await page.getByLabel("Begins").fill("2098-07-01T22:00");
    await page.getByLabel("Ends").fill("2098-07-01T21:00");
    await page.getByLabel("Note (optional)").fill("New server");
    await page.locator("form").getByRole("button", { name: "Add window" }).click();
    await page.waitForFunction(() => document.querySelector("#window-ends")?.getAttribute("aria-invalid") === "true");
    await page.getByLabel("Ends").fill("2098-07-01T23:30");
    await page.locator("form").getByRole("button", { name: "Add window" }).click();
    const planned = row(page, "New server");
    await planned.getByText("Ahead").waitFor();
    const [{ starts_at, ends_at }] = (await api(page, "GET", `/sites/${site}/maintenance-windows`)).body.data;
    // Berlin is two hours ahead in summer.
    assert.deepEqual([starts_at, ends_at].map((at) => new Date(at).toISOString()), ["2098-07-01T20:00:00.000Z", "2098-07-01T21:30:00.000Z"]);

    const now = { note: "Now", starts_at: new Date(Date.now() - 60_000).toISOString(), ends_at: new Date(Date.now() + 3_600_000).toISOString() };
    assert.equal((await api(page, "POST", `/sites/${site}/maintenance-windows`, now)).status, 201);
    await page.reload();
    const running = row(page, "Now");
    await running.getByText("Under way").waitFor();
    await running.getByRole("button", { name: "End now" }).click();
    await running.getByText("Over", { exact: true }).waitFor();
    await confirm(planned.getByRole("button", { name: /^Remove/ }));
    await planned.waitFor({ state: "detached" });
  }, [422]);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`notices and maintenance are sound, ${colorScheme}, ${width} px`, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce", storageState: await context.storageState() };
      const here = await browser.newContext(options);
      for (const [name, text] of [["notices", /ops@other.example/], ["maintenance", /Over/]]) {
        const { page, complaints } = await openPage(here);
        await page.goto(`${server.url}/shop.example/health/${name}`);
        await page.getByText(text).first().waitFor();
        await page.waitForLoadState("networkidle");
        await page.getByRole("button", { name: /^Add/ }).click();
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
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
