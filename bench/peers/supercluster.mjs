/*
 * supercluster: points clustered in the browser, here in node without one.
 *
 * node supercluster.mjs FILE, where FILE is JSON: `points` names a file of float64 pairs
 * (lon, lat in degrees), `chosen` one of uint8, 1 for what a filter leaves, `views` are
 * [west, south, east, north, zoom]. Prints milliseconds: `index` of all points, `filter`,
 * which is the index of the chosen ones made anew, and of each of the views.
 */
import { readFileSync } from "node:fs";
import Supercluster from "supercluster";

const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
const numbersIn = (file, kind) => {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new kind(buffer.slice(byteOffset, byteOffset + byteLength));
};
const degrees = numbersIn(asked.points, Float64Array);
const chosen = numbersIn(asked.chosen, Uint8Array);
const points = Array.from(chosen, (_, i) => ({ type: "Feature", properties: {},
  geometry: { type: "Point", coordinates: [degrees[2 * i], degrees[2 * i + 1]] } }));

function timed(work) {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

const indexOf = (some) => new Supercluster({ maxZoom: 16 }).load(some);
const [index, all] = timed(() => indexOf(points));
const [filter, part] = timed(() => indexOf(points.filter((_, i) => chosen[i])));
const askAll = (clusters) => asked.views.map(([west, south, east, north, zoom]) =>
  timed(() => clusters.getClusters([west, south, east, north], zoom))[0]);
process.stdout.write(JSON.stringify({ index, filter, views: askAll(all),
  filtered: askAll(part) }));
