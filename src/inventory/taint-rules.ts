import { isObject, type KubeObject } from '../kube/object.ts';
import { selectorOf } from './class-selectors.ts';
import type { DraDevice } from './resource-slices.ts';
import { text } from './text.ts';

/**
 * DeviceTaintRules (KEP-5055) that keep pods away: those that choose the device by all that they name. One without a selector chooses
 * none, one with an empty selector all; an effect of `None` only informs.
 */
export function taintedByRules(
  rules: readonly KubeObject[],
  classes: readonly KubeObject[],
): (device: DraDevice) => boolean {
  const tests = rules.flatMap(({ spec }) => {
    const { deviceSelector: selector, taint } = isObject(spec) ? spec : {};
    const effect = isObject(taint) ? taint['effect'] : undefined;
    if (!isObject(selector) || (effect !== 'NoSchedule' && effect !== 'NoExecute')) return [];
    const deviceClass = classes.find(({ metadata }) => metadata.name === selector['deviceClassName']);
    const classSpec = isObject(deviceClass?.['spec']) ? deviceClass['spec'] : {};
    const chosen = [selectorOf(classSpec['selectors']), selectorOf(selector['selectors'])];
    const names = (['driver', 'pool'] as const).filter((field) => text(selector[field]) !== '');
    return [
      (device: DraDevice): boolean =>
        names.every((field) => device[field] === selector[field]) &&
        (text(selector['device']) === '' || device.name === selector['device']) &&
        (text(selector['deviceClassName']) === '' || deviceClass !== undefined) &&
        chosen.every((select) => select(device) === true),
    ];
  });
  return (device) => tests.some((test) => test(device));
}
