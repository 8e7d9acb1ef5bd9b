// Draws the countries of world-atlas (Natural Earth, 1:110 million) as one static SVG: `npm install && npm run draw`.
// Each path carries its ISO 3166-1 code in data-c, by which the dashboard colours it. Files under /assets are cached
// for good: a changed map takes a new number, here in package.json and in web/src/reports/map.rs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);
const codes = require("i18n-iso-countries");
const WIDTH = 1000, HEIGHT = 465;
// Natural Earth gives no number to these two.
const UNNUMBERED = { Kosovo: "XK", "N. Cyprus": "CY", Somaliland: "SO" };

const world = JSON.parse(readFileSync(require.resolve("world-atlas/countries-110m.json"), "utf8"));
const { features } = feature(world, world.objects.countries);
// Nobody visits from Antarctica, which would take a fifth of the height.
const shown = features.filter((country) => country.id !== "010");
const projection = geoEqualEarth().fitSize([WIDTH, HEIGHT], { type: "FeatureCollection", features: shown });
const path = geoPath(projection).digits(0);

// Steps from point to point are shorter to write than places, and points that fall together are left out.
function shorten(d) {
  let [x, y, start] = [0, 0, [0, 0]];
  return d.replace(/([ML])(-?\d+),(-?\d+)|Z/g, (all, command, px, py) => {
    if (all === "Z") {
      // The pen goes back to where the outline began.
      [x, y] = start;
      return "z";
    }
    const [dx, dy] = [px - x, py - y];
    if (command === "L" && dx === 0 && dy === 0) return "";
    [x, y] = [Number(px), Number(py)];
    if (command === "M") start = [x, y];
    return `${command.toLowerCase()}${dx}${dy < 0 ? "" : ","}${dy}`;
  });
}

const byCode = new Map();
for (const country of shown) {
  const code = codes.numericToAlpha2(country.id) ?? UNNUMBERED[country.properties.name];
  if (!code) throw new Error(`no code for ${country.properties.name} (${country.id})`);
  byCode.set(code, (byCode.get(code) ?? "") + path(country));
}
const paths = [...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, d]) => `<path data-c="${code}" d="${shorten(d)}"/>`);
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">${paths.join("")}</svg>\n`);
