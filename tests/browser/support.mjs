// Starts the real server, a real static site and a real browser, and watches what must stay silent.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { crc32 } from "node:zlib";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
export const PASSWORD = "correct horse battery";

// The program on a throwaway folder, ready to answer.
export async function startServer(command = "serve", settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-browser-"));
  const child = spawn(process.env.TEST_VITRINE_BIN, [command], {
    env: {
      PATH: process.env.PATH,
      VITRINE_LISTEN: "127.0.0.1:0",
      VITRINE_DATA_DIR: join(folder, "data"),
      VITRINE_LOG: "warn",
      VITRINE_LIMITS__API_BURST: "100000",
      VITRINE_LIMITS__RESOLVE_PER_MINUTE: "100000",
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const printed = [];
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      printed.push(line);
      const ready = /^vitrine listening on (http:\/\/\S+)$/.exec(line);
      if (ready) resolve(ready[1]);
    });
    ended.then((code) => reject(new Error(`vitrine ended with ${code}: ${printed.join("\n")}`)));
  });
  // Better here than as thirty seconds of waiting in each test.
  const login = await fetch(`${url}/login`);
  if (!login.ok) throw new Error(`no page at /login: ${login.status} ${await login.text()}`);
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    return code;
  };
  return { url, printed, stop };
}

// A site of static pages on a port of its own. `pages` maps a path to HTML or [type, text].
export async function startSite(pages) {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url, "http://site").pathname];
    const [type, text] = Array.isArray(page) ? page : ["text/html; charset=utf-8", page];
    response.writeHead(page === undefined ? 404 : 200, { "Content-Type": type });
    response.end(page === undefined ? "" : text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

const LAUNCH = {
  executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

export const startBrowser = () => chromium.launch(LAUNCH);

// A browser that keeps pages whole in memory to go back to, as people's do; the driver switches that off otherwise.
export const startKeepingBrowser = () => chromium.launch({ ...LAUNCH, ignoreDefaultArgs: ["--disable-back-forward-cache"] });

// A browser whose owner blocks third-party cookies, which takes frames of other sites their storage as well.
export async function startStrictBrowser() {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-profile-"));
  await mkdir(join(folder, "Default"));
  const preferences = { profile: { cookie_controls_mode: 1, block_third_party_cookies: true } };
  await writeFile(join(folder, "Default", "Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(folder, LAUNCH);
  const stop = async () => { await context.close(); await rm(folder, { recursive: true, force: true }); };
  return { context, stop };
}

// Three visits of a site, one a page, by three people.
export async function sendVisits(server, domain, paths = ["/", "/pricing", "/docs/start"]) {
  for (const [n, path] of paths.entries()) {
    const event = { n: "pageview", u: `https://${domain}${path}`, d: domain, r: "https://www.google.com/" };
    const headers = { "Content-Type": "text/plain", "User-Agent": `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:14${n}.0) Gecko/20100101 Firefox/14${n}.0` };
    const answer = await fetch(`${server.url}/api/event`, { method: "POST", headers, body: JSON.stringify(event) });
    if (answer.status !== 202) throw new Error(`event refused: ${answer.status}`);
  }
}

// What a person's browser says. Headless Chromium names itself, and robots are not counted.
export const PERSON = {
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
};

// A page whose console, errors and policy violations are collected in `complaints`.
export async function openPage(context, { allowed = [] } = {}) {
  const page = await context.newPage();
  const complaints = [];
  const note = (text) => { if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text); };
  page.on("console", (message) => note(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => note(`error: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { page, complaints };
}

// Chromium itself writes a line for each answer of 4xx; nothing else may be said.
export const failedLoad = (status) => new RegExp(`Failed to load resource: the server responded with a status of ${status}`);

// Every body that a page receives, to be searched for what must not be there.
export function recordBodies(page) {
  const bodies = [];
  page.on("response", (response) => {
    const kept = response.text().then((text) => bodies.push({ url: response.url(), text }), () => {});
    bodies.push(kept);
  });
  return async () => {
    await Promise.all(bodies);
    return bodies.filter((body) => body.text !== undefined);
  };
}

let axeSource;

// Violations of accessibility rules on the page as it stands.
export async function axe(page) {
  // What fades in has less contrast for a moment. What goes on for ever, such as a skeleton, is not waited for.
  await page.evaluate(() => {
    const ending = document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ending.map((it) => it.finished));
  });
  axeSource ??= await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

// Calls the API as the page's own session.
export const api = (page, method, path, body) =>
  page.evaluate(async ([method, path, body]) => {
    const init = { method, headers: body === undefined ? {} : { "Content-Type": "application/json" } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`/api/v1${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }, [method, path, body]);

// Asks the API until its answer is as wanted, and gives it. A predicate of `waitForFunction` that is itself waited for counts as true.
export async function until(page, path, wanted) {
  for (const end = Date.now() + 30_000; ; await page.waitForTimeout(100)) {
    const { body } = await api(page, "GET", path);
    if (wanted(body)) return body;
    if (Date.now() > end) throw new Error(`${path} is still ${JSON.stringify(body)}`);
  }
}

// Signs the first account up through the page.
export async function signUp(page, url, email) {
  await page.goto(`${url}/login`);
  await page.getByLabel("Your name").fill("Ann Owner");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: /create/i }).click();
  await page.getByRole("heading", { name: "Sites", level: 1 }).waitFor();
}

// Presses a button that asks once more. The first 300 ms don't count, so that a double click never confirms.
export async function confirm(button) {
  await button.click();
  const pressed = await button.evaluate(() => performance.now());
  await button.page().waitForFunction((pressed) => performance.now() > pressed + 350, pressed);
  await button.click();
}

// A ZIP archive of texts, not compressed.
export function zip(files) {
  const [locals, directory] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [file, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(file.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, file, data]);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, file]));
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, listed, Buffer.from("PK\x05\x06"), end]);
}

// Gives days of totals to a site, and waits until they are taken in. `days` maps a date to its visitors.
export async function importDays(page, site, days) {
  const rows = Object.entries(days).map(([date, visitors]) => `${date},${visitors},${2 * visitors},1,${visitors},60`);
  const archive = zip({ "imported_visitors_20200101_20991231.csv": `date,visitors,pageviews,bounces,visits,visit_duration\n${rows.join("\n")}\n` });
  const status = await page.evaluate(async ([site, bytes]) => {
    const init = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: new Uint8Array(bytes) };
    return (await fetch(`/api/v1/sites/${site}/imports?name=days.zip`, init)).status;
  }, [site, [...archive]]);
  if (status >= 300) throw new Error(`import refused: ${status}`);
  await until(page, `/sites/${site}/imports`, ({ data }) => data.every(({ status }) => status === "done"));
}
