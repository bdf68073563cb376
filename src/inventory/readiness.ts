import { type Inventory, usableSupplies } from './inventory.ts';
import type { SolutionFound } from './solutions.ts';
import type { SolutionRole } from './tables.ts';

export interface Missing {
  readonly what: string;
  readonly remedy: string;
}

/** What stands ready for the cases of one requirement. Presence only: whether it works is what the cases show. */
export interface Readiness {
  readonly requirement: string;
  readonly found: readonly string[];
  readonly missing: readonly Missing[];
}

const NO_ACCELERATOR: Missing = {
  what: 'no accelerator on a node that pods can be put on',
  remedy: 'install a device plugin or DRA driver; a resource that no table knows can be named with --tables FILE',
};

/** For each requirement whose cases need something: what was found, and what is missing. */
export function readiness(inventory: Inventory): Readiness[] {
  return [
    draSupport(inventory),
    secureAccess(inventory),
    gang(inventory),
    gateways(inventory),
    clusterAutoscaling(inventory),
    podAutoscaling(inventory),
    metricsReadiness(inventory),
    serviceMetrics(inventory),
    operatorReadiness(inventory),
  ];
}

function describe(solution: SolutionFound): string {
  const versions = [...new Set(Object.values(solution.apis).map((served) => served[0] ?? ''))].join(', ');
  const ready = solution.controllers.filter((controller) => controller.ready > 0).length;
  const controllers =
    solution.controllers.length === 0 ? '' : `, ${ready} of ${solution.controllers.length} controllers ready`;
  return `${solution.title}${versions === '' ? '' : ` (${versions})`}${controllers}`;
}

function acceleratorsFound(inventory: Inventory): string[] {
  return usableSupplies(inventory).map(
    (supply) => `${supply.usable} × ${supply.name} on ${supply.node} by ${supply.mode}, ${supply.free} free`,
  );
}

function withAccelerators(inventory: Inventory, requirement: string, more: readonly Missing[]): Readiness {
  const found = acceleratorsFound(inventory);
  return { requirement, found, missing: [...(found.length === 0 ? [NO_ACCELERATOR] : []), ...more] };
}

/** Exported for its test. */
export function metricsReadiness(inventory: Inventory): Readiness {
  const loads = new Set(inventory.acceleratorLoads.map(({ vendor }) => vendor));
  const idle = usableSupplies(inventory).filter(({ vendor }) => vendor === undefined || !loads.has(vendor));
  const missing = [...new Set(idle.map(({ name }) => name))].map((name) => ({
    what: `no program is known that puts ${name} to work: that its metrics follow a load cannot be shown`,
    remedy: 'name one in a file for --tables (acceleratorLoads: vendor, image, script)',
  }));
  return withAccelerators(inventory, 'accelerator_metrics', missing);
}

function secureAccess(inventory: Inventory): Readiness {
  const supplies = usableSupplies(inventory);
  const pair = supplies.some((supply) => supply.usable >= 2);
  const lonely: Missing = {
    what: 'no node has two accelerators of one kind: isolation between two pods cannot be shown',
    remedy: 'run it on a cluster with a node that has at least two',
  };
  return withAccelerators(inventory, 'secure_accelerator_access', supplies.length > 0 && !pair ? [lonely] : []);
}

function draSupport(inventory: Inventory): Readiness {
  const { versions, pools } = inventory.dra;
  return {
    requirement: 'dra_support',
    found: [
      ...(versions.length > 0 ? [`resource.k8s.io ${versions.join(', ')}`] : []),
      ...new Set(pools.map((pool) => `driver ${pool.driver}`)),
    ],
    missing: [
      ...(versions.includes('v1')
        ? []
        : [
            {
              what: 'resource.k8s.io/v1 is not served',
              remedy: 'enable Dynamic Resource Allocation (on by default from 1.34)',
            },
          ]),
      ...(pools.length > 0
        ? []
        : [
            {
              what: 'no DRA driver publishes devices',
              remedy: 'without one only the API is tested, not an allocation',
            },
          ]),
    ],
  };
}

function gang(inventory: Inventory): Readiness {
  const solutions = inventory.solutions.filter((solution) => solution.role === 'gang');
  const driven = solutions.some((solution) => solution.supported);
  return {
    requirement: 'gang_scheduling',
    found: solutions.map((solution) => `${describe(solution)}${solution.supported ? '' : ' (no adapter yet)'}`),
    missing: driven
      ? []
      : [
          {
            what: 'no gang scheduling solution that this tool can drive',
            remedy: 'install Kueue, or enable the gate GenericWorkload (1.37)',
          },
        ],
  };
}

function gateways(inventory: Inventory): Readiness {
  const accepted = inventory.gatewayClasses.filter((found) => found.accepted && found.serves === 'ingress');
  return {
    requirement: 'ai_inference',
    found: inventory.gatewayClasses.map(
      (found) =>
        `GatewayClass ${found.name} (${found.title})${found.accepted ? '' : ', not accepted'}${found.serves === 'ingress' ? '' : `, ${found.serves}`}`,
    ),
    missing:
      accepted.length > 0
        ? []
        : [{ what: 'no accepted GatewayClass', remedy: 'install an implementation of the Gateway API' }],
  };
}

function podAutoscaling(inventory: Inventory): Readiness {
  const served = inventory.metricsApis.filter((api) => /(custom|external)\.metrics/.test(api.name));
  const custom = served.filter((api) => api.available && api.name.includes('custom.metrics'));
  const adapter: Missing = {
    what: served.length > 0 ? 'no custom metrics API that answers' : 'no custom metrics API',
    remedy: 'install a metrics adapter that serves metrics of pods (prometheus-adapter, ...)',
  };
  const devices = usableSupplies(inventory);
  const lonely: Missing = {
    what: 'no two free accelerators of one kind: a second replica could not run',
    remedy: 'free two of them, on one node or on two',
  };
  const kinds = Map.groupBy(devices, (supply) => `${supply.mode} ${supply.name}`);
  const pair = [...kinds.values()].some((same) => same.reduce((sum, supply) => sum + supply.free, 0) >= 2);
  const { requirement, found, missing } = withAccelerators(inventory, 'pod_autoscaling', [
    ...(custom.length > 0 ? [] : [adapter]),
    ...(devices.length === 0 || pair ? [] : [lonely]),
  ]);
  const apis = served.map(
    ({ name, service, available, message }) =>
      `APIService ${name}${service === undefined ? '' : ` by ${service}`}${available ? '' : `, not available: ${message}`}`,
  );
  return { requirement, found: [...apis, ...found], missing };
}

function clusterAutoscaling(inventory: Inventory): Readiness {
  const { found, ...more } = role(
    inventory,
    'cluster_autoscaling',
    ['cluster-autoscaler'],
    'cluster autoscaler',
    'name a label of its pool with --autoscaled-pool if a provider scales out of sight; say --no-autoscaler if there is none',
  );
  const { pools } = inventory.autoscaling;
  const shown = pools.map(({ title, offers, full }) => {
    const has = offers.map(({ name, known }) => `${name} (${known})`).join(', ') || 'no accelerator that is known';
    return `${title}: ${has}${full === undefined ? '' : `; ${full}`}`;
  });
  const useful = pools.some(({ offers, full }) => offers.length > 0 && full === undefined);
  const none: Missing = {
    what: 'no pool that is known to have accelerators can grow by a node',
    remedy: 'raise its bounds, or name the pool and what it has: --autoscaled-pool LABEL=VALUE:ACCELERATOR',
  };
  return {
    ...more,
    found: [...found, ...shown],
    missing: [...more.missing, ...(found.length > 0 && !useful ? [none] : [])],
  };
}

function serviceMetrics({ monitoring }: Inventory): Readiness {
  const found = monitoring.map(({ title, id, ways, stores }) => {
    const asked = ways.map((way) => way.monitor?.split('/').at(-1) ?? way.shape).join(', ') || 'no way to ask it';
    return `${title} (${id}): asked by ${asked}; read at ${stores[0]?.title ?? 'no store that was found'}`;
  });
  const usable = monitoring.some(({ ways, stores }) => ways.length > 0 && stores.length > 0);
  const remedy =
    'enable or install the one that the platform documents (Prometheus with its operator, VictoriaMetrics, ...)';
  const what = 'no monitoring system that collects from pods when asked and can be read inside the cluster';
  return { requirement: 'ai_service_metrics', found, missing: usable ? [] : [{ what, remedy }] };
}

function role(
  inventory: Inventory,
  requirement: string,
  roles: readonly SolutionRole[],
  what: string,
  remedy: string,
): Readiness {
  const found = inventory.solutions.filter((solution) => roles.includes(solution.role)).map(describe);
  return { requirement, found, missing: found.length > 0 ? [] : [{ what: `no ${what} was found`, remedy }] };
}

/** Operators that the tables know, and those that only a profile of the user's names; without a profile none can be tried. */
export function operatorReadiness(inventory: Pick<Inventory, 'solutions' | 'operators'>): Readiness {
  const known = inventory.solutions.filter((solution) => solution.role === 'operator');
  const tried = inventory.operators.filter(({ profile }) => profile.role === 'operator');
  const hasProfile = (id: string): boolean => tried.some(({ profile }) => profile.id === id);
  const others = tried.filter(({ profile }) => !known.some(({ id }) => id === profile.id));
  const found = [
    ...known.map((solution) => `${describe(solution)}${hasProfile(solution.id) ? '' : ' (no profile)'}`),
    ...others.map(({ profile, versions }) => `${profile.title} (${versions.join(', ')}), by a profile`),
  ];
  const remedy =
    known.length > 0
      ? 'give a profile for it with --tables FILE, or install one that has a profile (Kubeflow Trainer, KubeRay, ...)'
      : 'install one (KubeRay, Kubeflow Trainer, ...)';
  const missing = { what: 'no AI operator with resources of its own that can be tried was found', remedy };
  return { requirement: 'robust_controller', found, missing: tried.length > 0 ? [] : [missing] };
}
