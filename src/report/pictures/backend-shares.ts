import type { Timeline } from '../../evidence/index.ts';

/** One backend under one setting of weights. Counts are requests. */
export interface BackendShare {
  readonly backend: string;
  readonly weight: number;
  readonly counted: number;
  /** What its weight comes to, and what the case allowed for chance. */
  readonly expected: number;
  readonly least: number;
  readonly most: number;
}

/** Requests by backend for one setting of weights, as a client counted them. */
export interface BackendShares {
  /** `80/20/0`. */
  readonly setting: string;
  readonly shares: readonly BackendShare[];
  readonly asked: number;
  /** Requests that no backend of the setting answered. */
  readonly others: number;
  /** The log that says it. */
  readonly seq: number;
}

/**
 * What clients printed of requests that were split by weight, a fact a line:
 *
 * ```
 * expected NAME a=80,360,440 b=20,60,140   weight, least, most of each backend for the requests named so
 * answer NAME ID STATUS WHO                one request: WHO answered it
 * ```
 * Only logs that a finding cites are read (`cited`: sequence numbers), so that cases with one timeline show each its own. The report
 * reads the lines itself: it has to draw old runs of any version, and no requirement's code.
 */
export function backendShares(timeline: Timeline, cited: ReadonlySet<number>): readonly BackendShares[] {
  return timeline.logs().flatMap(({ seq, text }) => (cited.has(seq) ? sharesIn(text.split('\n'), seq) : []));
}

function sharesIn(lines: readonly string[], seq: number): BackendShares[] {
  return lines.flatMap((line): BackendShares[] => {
    const [, name, words] = /^expected (\S+) (\S.*)$/.exec(line) ?? [];
    if (name === undefined || words === undefined) return [];
    const answers = lines.flatMap((one) => {
      const [word, set, , status, who = ''] = one.split(' ');
      return word === 'answer' && set === name ? [status === '200' ? who : ''] : [];
    });
    const rows = [...words.matchAll(/(\S+)=(\d+),(\d+),(\d+)/g)].map(([, backend = '', ...numbers]) => {
      const [weight = 0, least = 0, most = 0] = numbers.map(Number);
      return { backend, weight, least, most, counted: answers.filter((who) => who === backend).length };
    });
    const all = rows.reduce((sum, { weight }) => sum + weight, 0);
    const counted = rows.reduce((sum, row) => sum + row.counted, 0);
    if (all === 0 || answers.length === 0) return [];
    return [
      {
        setting: rows.map(({ weight }) => weight).join('/'),
        shares: rows.map((row) => ({ ...row, expected: (answers.length * row.weight) / all })),
        asked: answers.length,
        others: answers.length - counted,
        seq,
      },
    ];
  });
}
