import type { Claims } from '../../case-kit/claims/claim.ts';
import type { CaseDeclaration } from '../../case-kit/define-case.ts';
import {
  type Bench,
  type Case,
  defineCase,
  expectEventually,
  expectNever,
  named,
  passes,
} from '../../case-kit/index.ts';
import type { RecordedObject } from '../../evidence/index.ts';
import type { KubeObject } from '../../kube/object.ts';

export const exists = named('there', (_object: RecordedObject) => true as const);
export const some = named('some there', (objects: readonly RecordedObject[]) => objects.length > 0 || 'none is there');

export const configMap = (name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** A Job that meets pod security `restricted`; suspended: no pod of it exists. */
export const job = (bench: Bench, name: string, suspend: boolean): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    suspend,
    template: {
      spec: {
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'main',
            image: bench.image,
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  },
});

type Part = Partial<Omit<CaseDeclaration<unknown, Claims>, 'id'>>;

/** A case of gang_scheduling under a name, with whatever a test wants to be different. */
export function testCase(name: string, part: Part): Case {
  return defineCase({
    id: `gang_scheduling/${name}`,
    title: name,
    kind: 'required',
    bar: 'behaviour',
    plan: () => [{ params: {}, needs: { creates: ['v1/ConfigMap', 'batch/v1/Job'], changes: ['batch/v1/Job'] } }],
    ...(part.shares === undefined ? { act: async () => {} } : {}),
    judge: () => [],
    ...part,
  });
}

/** A whole case: while its Job is suspended no pod appears for a while, afterwards one does. */
export function suspendedJob(name: string, quiet: number, change?: (bench: Bench) => Promise<void>): Case {
  return testCase(name, {
    async act(bench) {
      const held = await bench.create(job(bench, 'held', true), { group: 'gang' });
      bench.mark('created');
      await bench.quiet(held.pods, { during: quiet, unless: exists });
      await change?.(bench);
      bench.mark('release');
      await bench.patch(held.ref, { spec: { suspend: false } });
      await bench.until(held.pods, some, { within: '30s' });
    },
    judge: (timeline) => [
      expectNever(timeline.pods({ group: 'gang' }), exists, timeline.between('created', 'release'), {
        claim: 'a suspended job has no pod',
        otherwise: 'a suspended job had a pod',
        lasting: quiet,
      }),
      expectEventually(timeline.pods({ group: 'gang' }), some, timeline.after('release'), {
        claim: 'it has one when it is resumed',
        otherwise: 'it never had one',
      }),
    ],
  });
}

/** A case that changes an object which is not its own, and creates something outside its namespace. */
export function changingCase(name: string): Case {
  return testCase(name, {
    plan: () => [
      {
        params: {},
        needs: { creates: ['resource.k8s.io/v1/DeviceClass'], changes: ['v1/ConfigMap'] },
      },
    ],
    async act(bench) {
      const shared = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'shared' };
      await bench.patch(shared, { data: { size: '5' } });
      await bench.create({
        apiVersion: 'resource.k8s.io/v1',
        kind: 'DeviceClass',
        metadata: { name: `plimsoll-${bench.run}` },
        spec: {},
      });
      bench.mark('made');
    },
    judge: (timeline) => [passes('it came so far', 'it did', [timeline.mark('made')?.seq ?? 0])],
  });
}
