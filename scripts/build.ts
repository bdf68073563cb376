import { existsSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the CLI into dist/: one small entry that answers `--help` alone, and a chunk for each command, loaded when it
 * is called (docs/adr/0001-bundled-lazy-commands.md). dist/ is replaced in one step at the end: a build that fails leaves
 * the old one, and a CLI started meanwhile finds all its chunks.
 */
const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const folder = `dist.${process.pid}.tmp`;
const result = await build({
  entryPoints: {
    plimsoll: 'src/cli/plimsoll.ts',
    main: 'src/cli/main.ts',
    // Run inside the lab's nodes (lab/accelerators/accelerator-maker.ts).
    'lab-device-plugin': 'lab/accelerators/device-plugin/main.ts',
    'lab-dra-driver': 'lab/accelerators/dra/main.ts',
    // The same where a vendor's program hands devices out (lab/accelerators/setups).
    'lab-keeper': 'lab/accelerators/keeper/main.ts',
    // Runs beside the lab (lab/provider/start-provider.ts).
    'lab-provider': 'lab/provider/main.ts',
  },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  chunkNames: 'chunks/[name]-[hash]',
  // yaml's ESM build; its Node build is CommonJS and cannot be split.
  alias: { yaml: resolve('node_modules/yaml/browser/index.js') },
  // CommonJS dependencies (commander) call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  define: { __PLIMSOLL_VERSION__: JSON.stringify(manifest.version) },
  legalComments: 'linked',
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
});
await chmod(`${folder}/plimsoll.js`, 0o755);
await writeFile(`${folder}/meta.json`, JSON.stringify(result.metafile).replaceAll(folder, 'dist'));
const old = `${folder}.old`;
if (existsSync('dist')) await rename('dist', old);
await rename(folder, 'dist');
await rm(old, { recursive: true, force: true });
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist/: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1024).toFixed(0)} KiB`);
