import type { AcceleratorTarget } from './targets.ts';

/** Values with which runtimes of different vendors hand out all devices. */
const ALL = {
  NVIDIA_VISIBLE_DEVICES: 'all',
  NVIDIA_DRIVER_CAPABILITIES: 'all',
  HABANA_VISIBLE_DEVICES: 'all',
  AMD_VISIBLE_DEVICES: 'all',
  ASCEND_VISIBLE_DEVICES: '0',
  MTHREADS_VISIBLE_DEVICES: 'all',
};

/** Every variable that some runtime heeds, and those that the tables know of this vendor. */
export function everyVariable({ visibleDevices }: Pick<AcceleratorTarget, 'visibleDevices'>): Record<string, string> {
  return { ...Object.fromEntries(visibleDevices.map((name) => [name, 'all'])), ...ALL };
}

/** Pods that try it: with the default runtime, and once with each RuntimeClass of the vendor. */
export function ways({
  runtimeClasses,
}: Pick<AcceleratorTarget, 'runtimeClasses'>): { pod: string; runtimeClass?: string }[] {
  return [
    { pod: 'by-variable' },
    ...runtimeClasses.map((runtimeClass, at) => ({ pod: `by-variable-${at + 1}`, runtimeClass })),
  ];
}
