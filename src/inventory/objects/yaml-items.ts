/** A document of YAML, or an element of the list in one, as text that is a document by itself. */
export interface YamlItem {
  readonly text: string;
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  /** `apiVersion` and `kind`, where they stand on lines of their own, as every program writes them. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Element of a list; the list's own fields follow as an item of their own. */
  readonly inList: boolean;
  /** The text with the fields that were cut out. */
  readonly whole: () => string;
}

/** Of pods and nodes most is of no use here, and reading YAML is slow: these fields are cut out before. */
const UNUSED: Readonly<Record<string, ReadonlySet<string>>> = {
  Pod: new Set([
    'managedFields',
    'labels',
    'annotations',
    'ownerReferences',
    'env',
    'envFrom',
    'args',
    'command',
    'volumeMounts',
    'volumes',
    'affinity',
    'tolerations',
    'livenessProbe',
    'readinessProbe',
    'startupProbe',
    'lifecycle',
    'securityContext',
    'conditions',
    'containerStatuses',
    'initContainerStatuses',
    'ephemeralContainerStatuses',
    'topologySpreadConstraints',
  ]),
  Node: new Set(['managedFields', 'images', 'volumesAttached', 'volumesInUse']),
};

/**
 * Cuts YAML into documents, and a list (`items:` as kubectl writes it) into its elements, without parsing it: a list of thousands of
 * pods is then read one by one, and of a kind that nobody wants only its name.
 */
export function* yamlItems(written: string): Generator<YamlItem> {
  const lines = written.split(/\r?\n/);
  let begin = 0;
  for (let at = 0; at <= lines.length; at += 1) {
    const line = lines[at];
    if (line !== undefined && !/^(---|\.\.\.)(\s|$)/.test(line)) continue;
    yield* itemsOfDocument(lines.slice(begin, at), begin + 1);
    // What stands behind the dashes belongs to the next document.
    const rest = line?.startsWith('--- ') ? line.slice(4) : '';
    begin = rest === '' ? at + 1 : at;
    if (rest !== '') lines[at] = rest;
  }
}

function* itemsOfDocument(lines: readonly string[], first: number): Generator<YamlItem> {
  if (!lines.some((line) => /^\s*[^#\s]/.test(line))) return;
  const head = lines.findIndex((line) => /^items:\s*$/.test(line));
  const dash = head < 0 ? null : /^( *)- /.exec(lines[head + 1] ?? '');
  if (dash === null) {
    yield itemOf(lines, first, 0, false);
    return;
  }
  const indent = dash[1]?.length ?? 0;
  const begins = `${' '.repeat(indent)}- `;
  let from = head + 1;
  let at = from + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const ends = line !== '' && !line.startsWith(' ') && !line.startsWith('-') && !line.startsWith('#');
    if (!ends && !line.startsWith(begins)) continue;
    yield element(lines, from, at, indent, first);
    from = at;
    if (ends) break;
  }
  if (at >= lines.length && from < at) yield element(lines, from, at, indent, first);
  yield itemOf([...lines.slice(0, head), ...lines.slice(at)], first, 0, false);
}

/** The element's dash becomes the indentation of its other lines. */
function element(lines: readonly string[], from: number, to: number, indent: number, first: number): YamlItem {
  const own = lines.slice(from, to);
  const [head = '', ...rest] = own;
  return itemOf([`${' '.repeat(indent)}  ${head.slice(indent + 2)}`, ...rest], first + from, indent + 2, true);
}

function itemOf(lines: readonly string[], line: number, indent: number, inList: boolean): YamlItem {
  const field = (name: string): string => {
    const begin = `${' '.repeat(indent)}${name}: `;
    const found = lines.find((one) => one.startsWith(begin))?.slice(begin.length) ?? '';
    return found
      .replace(/\s+#.*$/, '')
      .replaceAll(/^["']|["']$/g, '')
      .trim();
  };
  const kind = field('kind');
  const unused = UNUSED[kind];
  const whole = (): string => lines.join('\n');
  const text = unused === undefined ? whole() : without(unused, lines).join('\n');
  return { text, line, apiVersion: field('apiVersion'), kind, inList, whole };
}

/** Lines without those fields and all that is indented below them; in their place stays an empty line, so that lines can be told. */
function without(fields: ReadonlySet<string>, lines: readonly string[]): string[] {
  let below: number | undefined;
  return lines.map((line) => {
    const indent = line.length - line.trimStart().length;
    if (below !== undefined) {
      const isBelow = line.trim() === '' || indent > below || (indent === below && line.startsWith('- ', indent));
      if (isBelow) return '';
      below = undefined;
    }
    const [, dash = '', name = ''] = /^(- )?(\w+):/.exec(line.slice(indent)) ?? [];
    if (!fields.has(name)) return line;
    below = indent + dash.length;
    // The first field of a list's element: the element stays.
    return dash === '' ? '' : `${' '.repeat(indent)}-`;
  });
}
