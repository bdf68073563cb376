import { type RunReport, showDuration } from '../evidence/index.ts';

/**
 * What the wall time of a run was made of, as one sentence: `75 s, 1.25 times the longest required wait (60 s, CASE); critical path: A
 * (0 s to 10 s), then B (10 s to 75 s, waited for accelerators/n)`. Undefined for a run in which nothing ran.
 */
export function criticalPathText({ run, criticalPath }: RunReport): string | undefined {
  const { longestWait, ratio, chain = [] } = criticalPath ?? {};
  if (longestWait === undefined || chain.length === 0) return undefined;
  const least =
    ratio === undefined
      ? 'no case has a required wait'
      : `${ratio} times the longest required wait (${showDuration(longestWait.ms)}, ${longestWait.case})`;
  const acts = chain.map(({ cases, from, to, waitedFor }) => {
    const [first = '', ...others] = cases;
    const name = others.length === 0 ? first : `${first} and ${others.length} acted with it`;
    const waited = waitedFor.length === 0 ? '' : `, waited for ${waitedFor.join(' and ')}`;
    return `${name} (${showDuration(from)} to ${showDuration(to)}${waited})`;
  });
  return `${showDuration(run.ms)}, ${least}; critical path: ${acts.join(', then ')}`;
}
