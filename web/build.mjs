// Makes dist/: the files that the playground takes from npm, under fixed names, with nothing that points elsewhere.
// The page's own files (src/) are served as they are written and need no build.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const dist = path.join(here, 'dist');
const read = (file) => readFile(path.join(modules, file), 'utf8');

async function version(name) {
  return JSON.parse(await read(`${name}/package.json`)).version;
}

function note(name, number, changes) {
  return `/*! ${name} ${number} | MIT | full text: licenses.txt | taken from npm unchanged but for ${changes} */\n`;
}

/** A script without its source map comment: the map is not shipped, so a browser must not ask for it. */
async function script(name, file, target) {
  const text = (await read(`${name}/${file}`)).replace(/^\/\/# sourceMappingURL=.*$/m, '');
  await write(target, note(name, await version(name), 'the source map comment') + text);
}

/** GraphiQL's style without the web fonts inlined in it (seven eighths of the file): the page uses system fonts. */
async function style(target) {
  const text = (await read('graphiql/graphiql.min.css')).replace(/@font-face\s*\{[^}]*\}\s*/g, '');
  if (/url\(["']?(?!["']?data:image\/)/.test(text)) throw new Error('graphiql.css points to a file outside itself');
  await write(target, note('graphiql', await version('graphiql'), 'the removed web fonts') + text.trimStart());
}

/** The packages inside GraphiQL's bundle, read from its source map, and React. */
async function bundled() {
  const map = JSON.parse(await read('graphiql/graphiql.min.js.map'));
  const names = new Set(['react', 'react-dom', 'scheduler', 'graphiql', '@graphiql/react', '@graphiql/toolkit',
    '@graphiql/plugin-history', '@graphiql/plugin-doc-explorer', 'codemirror-graphql', 'graphql-language-service']);
  for (const source of map.sources) {
    const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source);
    if (found) names.add(found[1]);
  }
  return [...names].sort();
}

// Packages of the bundle that npm no longer installs, and a package of the same project that carries their licence.
const sameProject = {
  '@radix-ui/react-use-escape-keydown': '@radix-ui/react-dialog',
  '@react-aria/utils': 'react-aria',
};

async function licences(target) {
  const parts = ['Third-party software in these files, with the licence of each.\n'];
  for (const name of await bundled()) {
    const folder = sameProject[name] ?? name;
    const about = JSON.parse(await read(`${folder}/package.json`));
    const file = (await readdir(path.join(modules, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    const author = about.author?.name ?? about.author ?? 'its authors';
    const text = file ? await read(`${folder}/${file}`) : `${about.license} licence, by ${author}; the package carries no further text.`;
    parts.push(`${'='.repeat(78)}\n${name} (${about.license})\n\n${text.trim().replace(/\r/g, '').replace(/[ \t]+$/gm, '')}\n`);
  }
  await write(target, parts.join('\n'));
}

async function write(target, text) {
  await writeFile(path.join(dist, target), text.trimEnd() + '\n');
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await script('react', 'umd/react.production.min.js', 'react.js');
await script('react-dom', 'umd/react-dom.production.min.js', 'react-dom.js');
await script('graphiql', 'graphiql.min.js', 'graphiql.js');
await style('graphiql.css');
await licences('licenses.txt');
