// How long the answers take that must not tell apart what they look alike: wrong share tokens of every kind (T2), an
// unknown account and a wrong password (T33). Calls of both kinds alternate on one connection. Welch's t is the
// difference of the means in standard errors: beyond 4.5 it is no accident.

const [url, domain, otherToken, email] = process.argv.slice(2);

const call = async (make) => {
  const [path, init] = make();
  const begin = process.hrtime.bigint();
  const response = await fetch(url + path, init);
  await response.arrayBuffer();
  return Number(process.hrtime.bigint() - begin) / 1e6;
};

const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
const variance = (all, middle) => all.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (all.length - 1);
const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1];
// The slowest hundredth is the machine's, not the server's.
const trimmed = (all) => all.toSorted((a, b) => a - b).slice(0, Math.floor(all.length * 0.99));

async function compare(what, count, a, b) {
  const times = [[], []];
  for (let n = 0; n < 50; n++) { await call(a); await call(b); }
  for (let n = 0; n < count; n++) {
    const first = n % 2;
    for (const which of [first, 1 - first]) times[which].push(await call(which === 0 ? a : b));
  }
  const [x, y] = times.map(trimmed);
  const [mx, my] = [mean(x), mean(y)];
  const t = (mx - my) / Math.sqrt(variance(x, mx) / x.length + variance(y, my) / y.length);
  const row = [what, median(x).toFixed(3), median(y).toFixed(3), (median(x) - median(y)).toFixed(3), t.toFixed(2)];
  console.log(`| ${row.join(" | ")} |`);
}

let n = 0;
const hex = () => (n++ * 7919).toString(16).padStart(12, "0").slice(-12);
const resolve = (token) => () => [`/api/v1/share/${domain}`, { headers: { Authorization: `Share ${token()}` } }];
const signIn = (address) => () => ["/api/v1/session", {
  method: "POST",
  headers: { "Content-Type": "application/json", Origin: url },
  body: JSON.stringify({ email: address(), password: "wrong password" }),
}];

console.log("| what | median ms | median ms | difference | Welch t |\n|---|---|---|---|---|");
await compare("unknown token, token of another site", 2000, resolve(hex), resolve(() => otherToken));
await compare("unknown token, malformed token", 2000, resolve(hex), resolve(() => "x"));
await compare("unknown account, wrong password", 300, signIn(() => `nobody${n++}@example.org`), signIn(() => email));
