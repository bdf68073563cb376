import { type AcceleratorSupply, type UnknownResource, unitOf } from './accelerator-supply.ts';
import type { Autoscaling } from './autoscaling/pool.ts';
import type { AcceleratorLoadRow, AcceleratorMetricsRow } from './metrics-tables.ts';
import type { MetricsCollector, MetricsStore } from './monitoring.ts';
import type { NodeFacts } from './node-facts.ts';
import type { NotRead } from './objects/cluster-objects.ts';
import type { OperatorFound } from './operators.ts';
import type { DraPool } from './resource-slices.ts';
import type { SolutionFound } from './solutions.ts';
import type { GatewayControllerRow, VendorRow } from './tables.ts';

export interface GatewayClassFound {
  readonly name: string;
  readonly controller: string;
  /** Name of the implementation, where the tables know its controller; else the controller's own. */
  readonly title: string;
  /** What it is for; a controller that no table knows is taken to serve clients. */
  readonly serves: GatewayControllerRow['serves'];
  /** A table knows its controller. */
  readonly known?: boolean;
  readonly accepted: boolean;
  readonly message: string;
}

export interface ApiServiceFound {
  readonly name: string;
  /** `namespace/name` of the Service behind it; undefined when the API server answers by itself. */
  readonly service?: string;
  readonly available: boolean;
  readonly message: string;
}

/** Something worth telling that decides nothing by itself. */
export interface Remark {
  readonly about: string;
  readonly message: string;
  readonly remedy: string;
}

export interface NodeInventory extends NodeFacts {
  /** Allocatable less what pods that hold a place request, by resource; never below 0. */
  readonly free: Readonly<Record<string, number>>;
}

export type { NotRead };

/** A RuntimeClass (node.k8s.io/v1). */
export interface RuntimeClass {
  readonly name: string;
  readonly handler: string;
  /** Labels of the nodes to which its pods go (`scheduling.nodeSelector`); absent: any. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** What a cluster offers, at one moment. Plain JSON: it is written to the run folder as it is. */
export interface Inventory {
  readonly server: string;
  readonly kubernetes: { readonly gitVersion: string; readonly major: number; readonly minor: number };
  readonly nodes: readonly NodeInventory[];
  /** What a container can hold: devices, shares, partitions and cores, one name for each piece of silicon (and way of asking). */
  readonly accelerators: readonly AcceleratorSupply[];
  /** Amounts, what is for virtual machines, unknown devices of DRA, and further names of what `accelerators` has. Absent: none. */
  readonly otherOffers?: readonly AcceleratorSupply[];
  /** How many accelerators an exporter has to tell of on each node that takes pods. Null: that is not known. */
  readonly measured?: readonly {
    readonly node: string;
    readonly vendor: string | undefined;
    readonly devices: number | null;
  }[];
  /** Extended resources and DRA drivers that no table knows: they may be accelerators. */
  readonly unknownResources: readonly UnknownResource[];
  readonly dra: {
    /** Versions of resource.k8s.io that serve ResourceClaims, the preferred one first. */
    readonly versions: readonly string[];
    readonly pools: readonly DraPool[];
    readonly deviceClasses: readonly string[];
    /** Extended resource name -> DeviceClass that stands behind it. */
    readonly extendedResources: Readonly<Record<string, string>>;
  };
  readonly solutions: readonly SolutionFound[];
  /** Solutions of which only a part is there: a controller without its API, or the other way round. Absent: none. */
  readonly partial?: readonly SolutionFound[];
  /** Controllers and API groups that no table knows, by name. */
  readonly others?: readonly string[];
  /** Groups of nodes that something scales, and where it was looked for. */
  readonly autoscaling: Autoscaling;
  /** Operators for which there is a profile, with it. */
  readonly operators: readonly OperatorFound[];
  readonly gatewayClasses: readonly GatewayClassFound[];
  readonly metricsApis: readonly ApiServiceFound[];
  /** What collects metrics from pods, how it is asked to, and where they can then be read. */
  readonly monitoring: readonly MetricsCollector[];
  /** Everything that speaks PromQL, whether a collector writes into it or not. */
  readonly stores?: readonly MetricsStore[];
  readonly runtimeClasses: readonly RuntimeClass[];
  /** What the tables know about the vendors of the accelerators found. */
  readonly vendors: readonly VendorRow[];
  /** How exporters name what they say about accelerators (all that are known), and what puts those that were found to work. */
  readonly acceleratorMetrics: readonly AcceleratorMetricsRow[];
  readonly acceleratorLoads: readonly AcceleratorLoadRow[];
  readonly remarks: readonly Remark[];
  readonly notRead: readonly NotRead[];
  /** Something that a case would use is simulated: a run is stamped, and cannot become a submission. */
  readonly simulated: boolean;
}

/**
 * Supplies on nodes where a case may put pods, those with most free devices first. Of several of one name on a node (whole devices and
 * partitions of one DRA driver) the first counts: whole ones where there are any.
 */
export function usableSupplies(inventory: Pick<Inventory, 'accelerators' | 'nodes'>): AcceleratorSupply[] {
  const candidates = new Set(inventory.nodes.filter((node) => node.candidate).map((node) => node.name));
  const usable = inventory.accelerators
    .filter((supply) => candidates.has(supply.node) && supply.usable > 0)
    .sort((a, b) => b.free - a.free || (a.node < b.node ? -1 : 1));
  const byName = Map.groupBy(usable, ({ node, mode, name }) => `${node} ${mode} ${name}`);
  const first = new Set([...byName.values()].map((same) => same.find((one) => unitOf(one) === 'device') ?? same[0]));
  return usable.filter((supply) => first.has(supply));
}
