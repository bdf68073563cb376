import { isObject, type KubeObject } from '../../kube/object.ts';
import { type AcceleratorSupply, classesFor, classify } from '../accelerators.ts';
import { rowOfDriver } from '../device-units.ts';
import type { NodeFacts, Taint, Toleration } from '../node-facts.ts';
import { unitOfRow } from '../plugin-supplies.ts';
import type { Tables } from '../tables.ts';
import { text } from '../text.ts';
import type { PoolOffer } from './pool.ts';

/** What finders look things up in. */
export interface PoolGround {
  readonly nodes: readonly NodeFacts[];
  readonly supplies: readonly AcceleratorSupply[];
  readonly deviceClasses: readonly KubeObject[];
  readonly tables: Tables;
  /** Kinds of accelerators that the autoscaler's own limits name. */
  readonly acceleratorTypes?: readonly string[];
}

/**
 * Accelerators that the nodes of a pool have, those that words of its settings name (keys of limits, taints, labels), and those that its
 * settings promise in another way.
 */
export function offersOf(
  ground: PoolGround,
  nodes: readonly string[],
  words: readonly string[],
  promised: readonly PoolOffer[] = [],
): PoolOffer[] {
  const offers = [...offersOfNodes(ground, nodes), ...words.flatMap((word) => offerNamed(ground, word)), ...promised];
  return offers.filter(
    ({ mode, name }, index) => offers.findIndex((other) => other.mode === mode && other.name === name) === index,
  );
}

function offersOfNodes({ supplies }: PoolGround, nodes: readonly string[]): PoolOffer[] {
  return supplies
    .filter(({ node, usable }) => nodes.includes(node) && usable > 0)
    .map(({ node, mode, name, vendor, simulated, usable, deviceClasses: [deviceClass] }) => ({
      // By an extended resource's name it is asked for alike, whoever serves it.
      mode: mode === 'dra' ? mode : 'device-plugin',
      name,
      vendor,
      simulated,
      ...(mode === 'dra' && deviceClass !== undefined ? { deviceClass } : {}),
      known: `${usable} on node ${node}`,
    }));
}

/**
 * `word` is an accelerator's resource, or has it after the prefix by which Cluster Autoscaler is told of empty groups; or its
 * domain is the name of a DRA driver.
 */
export function offerNamed({ deviceClasses, tables }: PoolGround, word: string): PoolOffer[] {
  const named = word.replace(
    /^(k8s\.io\/cluster-autoscaler\/node-template\/resources|capacity\.cluster-autoscaler\.kubernetes\.io)\//,
    '',
  );
  // Labels of a labeller stand for the resource: nvidia.com/gpu.product, amd.com/gpu.family.
  const resource = named.replace(/^(nvidia\.com|amd\.com)\/gpu\.(?!shared$).*$/, '$1/gpu');
  const row = classify(resource, tables);
  if (row !== undefined && ['accelerator', 'fractional'].includes(row.class) && unitOfRow(row) !== 'amount') {
    const { vendor, simulated = false } = row;
    return [
      {
        mode: 'device-plugin',
        name: resource,
        vendor: vendor || undefined,
        simulated,
        known: `its settings name ${word}`,
      },
    ];
  }
  const [domain = ''] = word.split('/');
  const driver = rowOfDriver(domain, { draDrivers: tables.draDrivers });
  if (driver?.class !== 'accelerator') return [];
  const [deviceClass] = classesFor(domain, deviceClasses, driver.deviceClasses);
  return [
    {
      mode: 'dra',
      name: domain,
      vendor: driver.vendor || undefined,
      simulated: driver.simulated ?? false,
      ...(deviceClass === undefined ? {} : { deviceClass }),
      known: `its settings name ${word}`,
    },
  ];
}

/** Taints as templates of nodes list them. */
export function taintsOf(list: unknown): Taint[] {
  return (Array.isArray(list) ? list.filter(isObject) : []).map((taint) => ({
    key: text(taint['key']),
    effect: text(taint['effect']),
    ...(typeof taint['value'] === 'string' ? { value: taint['value'] } : {}),
  }));
}

/** What pods need to be put where these taints are. */
export function tolerationsOf(taints: readonly Taint[]): Toleration[] {
  return taints
    .filter(({ effect, key }) => effect !== 'PreferNoSchedule' && key !== '')
    .map(({ key, value, effect }) =>
      value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
    );
}

/** Of nodes: each toleration that one of them asks for, once. */
export function tolerationsOfNodes(nodes: readonly NodeFacts[]): Toleration[] {
  const all = nodes.flatMap(({ tolerations }) => tolerations);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
