import type { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { YamlFault } from './yaml-fault.ts';

/** What stands before the content of a document. */
export interface Directives {
  /** Whether there is a directive, or a `---` next. */
  readonly explicit: boolean;
  /** Tag handle -> prefix. */
  readonly handles: ReadonlyMap<string, string>;
}

const STARTS: readonly Token['kind'][] = ['version-directive', 'tag-directive', 'document-start'];

/** Takes the directives of a document. */
export function takeDirectives(scanner: Scanner): Directives {
  const handles = new Map<string, string>();
  const explicit = STARTS.includes(scanner.peek().kind);
  let versions = 0;
  let token = scanner.peek();
  for (; token.kind === 'version-directive' || token.kind === 'tag-directive'; token = scanner.peek()) {
    if (token.kind === 'version-directive') {
      if (++versions > 1) throw new YamlFault('There is more than one %YAML directive.', token.start);
      if (token.value !== '1.1') throw wrongVersion(token);
    } else {
      if (handles.has(token.value)) throw new YamlFault('A tag handle is declared twice.', token.start);
      handles.set(token.value, token.suffix);
    }
    scanner.take();
  }
  if (!handles.has('!')) handles.set('!', '!');
  if (!handles.has('!!')) handles.set('!!', 'tag:yaml.org,2002:');
  return { explicit, handles };
}

function wrongVersion({ value, start }: Token): YamlFault {
  return new YamlFault(`The official validator's parser takes "%YAML 1.1" only, not ${value}; remove the line.`, start);
}
