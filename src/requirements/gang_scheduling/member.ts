import { type Bench, type KubeObject, type PinnedPod, pinnedPod, podSpec } from '../../case-kit/index.ts';
import { oneSlot, type Slots } from './slots.ts';

/** The label by which a headless Service finds the members of a gang. */
const MEMBER_LABEL = 'plimsoll-gang';
const PORT = 7391;

/**
 * A member that ends well only if all `size` members were alive at once: each serves a file, looks its peers up by the gang's
 * headless Service and fetches the file from every one of them in one round. Then it stays until each of its peers has said the same,
 * or has left because everybody had. (`timeout` and not wget's own -T, which ends some static builds of busybox with a segmentation
 * fault. The pause before the first look-up: an answer without the peers that only just started is cached for seconds.) The domain
 * comes from resolv.conf (its first search entry is NAMESPACE.svc.DOMAIN), never from a guess.
 */
export function barrier(service: string, size: number): string {
  return `
echo here > /dev/shm/plimsoll-here
httpd -p ${PORT} -h /dev/shm
domain=$(awk '/^search/ {print $2; exit}' /etc/resolv.conf)
has() { at=$1; case $at in *:*) at="[$at]" ;; esac; timeout 3 wget -q -O /dev/null "http://$at:${PORT}/plimsoll-$2" 2>/dev/null; }
sleep 1
round=0
while [ $round -lt 150 ]; do
  round=$((round + 1)); met=0; seen=
  for peer in $(nslookup "${service}.$domain" 2>/dev/null | awk '/^Name:/ {n=1} n && /^Address/ {sub(/^Address[^:]*:[ \\t]*/, ""); print $1}' | sort -u); do
    if has "$peer" here; then met=$((met + 1)); seen="$seen $peer"; fi
  done
  if [ $met -ge ${size} ]; then
    echo "met ${size} members:$seen"
    echo met > /dev/shm/plimsoll-met
    stay=0
    while [ $stay -lt 20 ]; do
      stay=$((stay + 1)); open=
      for peer in $seen; do if ! has "$peer" met && has "$peer" here; then open=$peer; fi; done
      [ -z "$open" ] && exit 0
      sleep 1
    done
    exit 0
  fi
  sleep 1
done
echo "met $met of ${size} members:$seen"
exit 1
`;
}

/** Holds its slot until it is deleted. */
export const HOLD = 'trap "exit 0" TERM; sleep 3600 & wait';

/** Holds its slot for so many seconds. */
export function holdFor(seconds: number): string {
  return `trap "exit 1" TERM; sleep ${seconds} & wait $!`;
}

function member(name: string, slots: Slots, script: string, spec: Readonly<Record<string, unknown>> = {}): PinnedPod {
  return { name, place: slots.place, spec, containers: [{ name: 'member', script, resources: oneSlot(slots) }] };
}

/** A pod that takes one slot and belongs to no gang. */
export function ordinaryPod(bench: Bench, name: string, slots: Slots): KubeObject {
  return pinnedPod(bench, member(name, slots, HOLD));
}

export interface GangJob {
  readonly name: string;
  readonly size: number;
  readonly slots: Slots;
  readonly script: string;
  /** For the solution: labels of the Job, annotations and further fields of its pods. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podSpec?: Readonly<Record<string, unknown>>;
}

/** A Job whose pods are the members of a gang, one slot each, all wanted at the same time. */
export function gangJob(bench: Bench, job: GangJob): KubeObject {
  const { name, size, slots, script, labels, podAnnotations } = job;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(labels === undefined ? {} : { labels: { ...labels } }) },
    spec: {
      parallelism: size,
      completions: size,
      backoffLimit: 0,
      template: {
        metadata: {
          labels: { [MEMBER_LABEL]: name },
          ...(podAnnotations === undefined ? {} : { annotations: { ...podAnnotations } }),
        },
        spec: podSpec(bench, member(name, slots, script, job.podSpec)),
      },
    },
  };
}

/** The headless Service of a gang; members are listed before they are ready. */
export function gangService(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { [MEMBER_LABEL]: name },
      ports: [{ name: 'http', port: PORT }],
    },
  };
}
