import { PlimsollError } from '../../src/errors.ts';
import { ADDON_COMPONENTS } from './addon-components.ts';
import { CORE_COMPONENTS } from './core-components.ts';
import { VENDOR_COMPONENTS } from './vendor-components.ts';

/** A program that the lab builds: one row of the table, no behaviour. */
export interface Component {
  readonly name: string;
  /** Folder below lab/go with the go.mod that pins it. */
  readonly module: string;
  /** Import path of its main package; of a library in C the folder of its sources in the module. */
  readonly package: string;
  /** What compiles it: `go` when left out; `cgo` and `cc` need a C compiler. `cc` makes a shared library of the component's name. */
  readonly compiler?: 'go' | 'cgo' | 'cc';
  /** Of a library in C: the header with its interface, in a Go module that the component's module pins. */
  readonly header?: { readonly module: string; readonly path: string };
  readonly tags?: readonly string[];
  /** More words for the linker. */
  readonly linkFlags?: readonly string[];
  /** Strings set at link time (`-X name=value`): versions that the program tells others. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Names of symbolic links to the binary, for a program that goes by the name it is called by. */
  readonly links?: readonly string[];
  /** Seconds that the build took from empty caches on two cores, after those listed before it: a first guess. */
  readonly coldSeconds: number;
}

const ALL: readonly Component[] = [...CORE_COMPONENTS, ...ADDON_COMPONENTS, ...VENDOR_COMPONENTS];

/** The names of every component, in the order in which they are best built. */
export function componentNames(): string[] {
  return ALL.map(({ name }) => name);
}

/** The component of that name. Throws `unknown-component`, naming those there are. */
export function component(name: string): Component {
  const found = ALL.find((one) => one.name === name);
  if (found) return found;
  throw new PlimsollError(
    'unknown-component',
    `There is no lab component named "${name}".`,
    `Name one of: ${componentNames().join(', ')}.`,
  );
}
