// T39: the headers of every page, exactly, by surface. The API's are in tests/it/headers.rs; these need the built app.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { PASSWORD, startServer } from "./support.mjs";

let server, cookie, siteId;

const call = async (method, path, body) => {
  const headers = { Origin: server.url, ...(cookie && { Cookie: cookie }), ...(body && { "Content-Type": "application/json" }) };
  const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  cookie ??= response.headers.get("set-cookie")?.split(";")[0];
  return text && JSON.parse(text);
};

const addLink = (body) => call("POST", `/sites/${siteId}/share-links`, body);
const page = (path) => fetch(server.url + path, { headers: cookie ? { Cookie: cookie } : {} });
const sharePath = (link) => new URL(link.url).pathname + new URL(link.url).search;

before(async () => {
  server = await startServer();
  await call("POST", "/accounts", { email: "ann@example.org", password: PASSWORD, name: "Ann" });
  siteId = (await call("POST", "/sites", { domain: "shop.example" })).id;
});
after(() => server?.stop());

const ALWAYS = ["content-length", "content-type", "date", "vary", "x-content-type-options", "x-request-id", "connection", "keep-alive"];
const policy = (formAction, ancestors) =>
  new RegExp(`^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'( 'sha256-[A-Za-z0-9+/=]{44}')+; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action ${formAction}; base-uri 'none'; object-src 'none'; frame-ancestors ${ancestors.replace(/[*.?/]/g, "\\$&")}$`);
const PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()";

// The answer has these headers, and none but these and what every answer has.
function check(response, what, expected, csp) {
  for (const [name, value] of Object.entries(expected)) assert.equal(response.headers.get(name), value, `${what}: ${name}`);
  assert.match(response.headers.get("content-security-policy"), csp, what);
  const known = [...ALWAYS, ...Object.keys(expected), "content-security-policy", "content-encoding", "transfer-encoding"];
  const others = [...response.headers.keys()].filter((name) => !known.includes(name));
  assert.deepEqual(others, [], `${what}: no other headers`);
}

const OWNER = {
  "cache-control": "no-cache",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": PERMISSIONS,
};
const SHARE = {
  ...OWNER,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow, noarchive",
};
const { "x-frame-options": _frame, "cross-origin-opener-policy": _opener, ...FRAMED } = {
  ...SHARE,
  "cross-origin-resource-policy": "cross-origin",
  "origin-agent-cluster": "?1",
};

test("T39: owners' pages are framed by nobody, whatever the address asks", async () => {
  const paths = ["/", "/login", "/sites", "/shop.example", "/settings/account", "/shop.example/settings/share-links"];
  for (const path of paths.flatMap((path) => [path, `${path}?embed=1`, `${path}?embed=true&frame_ancestors=*&theme=dark`])) {
    const response = await page(path);
    assert.equal(response.status, 200, path);
    check(response, path, OWNER, policy("'self'", "'none'"));
  }
});

test("T39: a share link's page is framed by those whom the link names", async () => {
  const cases = [
    [{ name: "None" }, "'none'", SHARE],
    [{ name: "One", frame_ancestors: ["https://client.example"] }, "https://client.example", FRAMED],
    [{ name: "Two", frame_ancestors: ["https://a.example", "http://localhost:9000"], password: "twelve letters" }, "https://a.example http://localhost:9000", FRAMED],
    [{ name: "Any", frame_ancestors: ["*"] }, "*", FRAMED],
  ];
  for (const [body, ancestors, expected] of cases) {
    const link = await addLink(body);
    for (const more of ["", "&embed=true", "&debug=1&as_user=1"]) {
      const response = await page(sharePath(link) + more);
      assert.equal(response.status, 200);
      check(response, body.name + more, expected, policy("'none'", ancestors));
    }
    await call("DELETE", `/sites/${siteId}/share-links/${link.id}`);
    const dead = await page(sharePath(link));
    assert.equal(dead.status, 404, "a dead link is 404 as a status too");
    check(dead, "dead", FRAMED, policy("'none'", "*"));
  }
});

test("T2: the pages of all links that open nothing are one page, which anybody may frame", async () => {
  const link = await addLink({ name: "Strict" });
  const path = sharePath(link);
  const token = new URL(link.url).searchParams.get("auth");
  const dead = await addLink({ name: "Revoked", frame_ancestors: ["https://client.example"] });
  await call("DELETE", `/sites/${siteId}/share-links/${dead.id}`);
  const answers = [];
  for (const where of [
    sharePath(dead), "/share/shop.example?auth=0123456789ab", "/share/shop.example?auth=%00", "/share/shop.example?auth=", "/share/shop.example",
    path.replace("shop.example", "other.example"),
    `${path}%20`, path.replace(token, `%20${token}`),
  ]) {
    const answer = await page(where);
    assert.equal(answer.status, 404, where);
    check(answer, where, FRAMED, policy("'none'", "*"));
    const headers = [...answer.headers].filter(([name]) => !["date", "x-request-id"].includes(name));
    answers.push(JSON.stringify([headers, await answer.text()]));
  }
  assert.equal(new Set(answers).size, 1, "the same headers and the same bytes");
  check(await page(path), "the living link", SHARE, policy("'none'", "'none'"));
});

test("a change of who may frame holds for the next load", async () => {
  const link = await addLink({ name: "Changing" });
  const ancestors = async () => /frame-ancestors (.*)$/.exec((await page(sharePath(link))).headers.get("content-security-policy"))[1];
  assert.equal(await ancestors(), "'none'");
  await call("PATCH", `/sites/${siteId}/share-links/${link.id}`, { frame_ancestors: ["https://client.example"] });
  assert.equal(await ancestors(), "https://client.example");
  await call("PATCH", `/sites/${siteId}/share-links/${link.id}`, { frame_ancestors: null });
  assert.equal(await ancestors(), "'none'");
});
