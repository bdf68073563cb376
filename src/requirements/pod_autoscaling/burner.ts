import {
  type EntryOf,
  type Finding,
  type PodContainer,
  passes,
  type Timeline,
  undecided,
  type Window,
} from '../../case-kit/index.ts';

export const BURNER = 'burner';
/** Cores that a burner asks for, and the most that it gets. */
const REQUEST = 0.01;
const LIMIT = 0.1;

/**
 * Keeps its CPU at the limit, ten times what it asks for, and prints `cpu TICKS UPTIME` now and then: hundredths of a second that it has
 * computed (utime + stime of proc_pid_stat(5)), and that the machine is up. (`$$` would not do: Kubernetes makes one `$` of two in a command.)
 */
export const burner: PodContainer = {
  name: BURNER,
  script: `
trap 'exit 0' TERM
while :; do
  i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done
  read -r stat < /proc/self/stat
  set -- $stat
  read -r up rest < /proc/uptime
  echo "cpu $((\${14} + \${15})) \${up%.*}\${up#*.}"
done
`,
  resources: { requests: { cpu: `${REQUEST * 1000}m` }, limits: { cpu: `${LIMIT * 1000}m` } },
};

/** Hundredths of a second, of both. */
interface Reading {
  readonly used: number;
  readonly up: number;
  readonly seq: number;
}

function lastReading(log: EntryOf<'log'> | undefined): Reading | undefined {
  const [, used, up] = [...(log?.text.matchAll(/^cpu (\d+) (\d+)$/gm) ?? [])].at(-1) ?? [];
  return log === undefined || used === undefined || up === undefined
    ? undefined
    : { used: Number(used), up: Number(up), seq: log.seq };
}

/**
 * The CPU was really under load during the window: what the burner of each pod computed between two readings, against what it asks for.
 * Any autoscaler on CPU, whose target is at most all of the request, would add replicas at twice the request.
 */
export function burns(timeline: Timeline, window: Window, pods: number): Finding {
  const claim = 'the CPU of every replica is at least at twice its request meanwhile (control)';
  const logs = timeline.logs({ container: BURNER });
  const names = [...new Set(logs.map((log) => log.pod))];
  const loads = names.flatMap((pod) => {
    const own = logs.filter((log) => log.pod === pod);
    const first = lastReading(own.find((log) => log.seq >= window.fromSeq));
    const last = lastReading(own.findLast((log) => log.seq <= window.toSeq));
    if (first === undefined || last === undefined || last.up <= first.up) return [];
    return [{ pod, cores: (last.used - first.used) / (last.up - first.up), evidence: [first.seq, last.seq] }];
  });
  const evidence = loads.flatMap((load) => load.evidence);
  const words = loads.map(({ pod, cores }) => `${pod} ${Math.round((100 * cores) / REQUEST)} %`).join(', ');
  if (loads.length < pods)
    return undecided('environment', claim, `${loads.length} of ${pods} burners told what they used`, evidence);
  const idle = loads.find(({ cores }) => cores < 2 * REQUEST);
  if (idle === undefined) return passes(claim, `of its request: ${words}`, evidence);
  return undecided(
    'environment',
    claim,
    `of its request: ${words}`,
    evidence,
    'The node has no CPU to spare: run again when it is less busy.',
  );
}
