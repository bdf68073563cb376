import type { ServerUnaryCall, ServerWritableStream, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { type Accelerator, devicePath } from '../accelerator.ts';
import type { HealthMonitor } from '../device-health.ts';
import { exactly, type Grant } from '../grant.ts';
import { log } from '../log.ts';
import { acceleratorOf, environmentOf, type PluginShape, pathsOf, unitsOf } from './plugin-shape.ts';

/** Answer to Register and GetDevicePluginOptions (deviceplugin/v1beta1 DevicePluginOptions). */
export const PLUGIN_OPTIONS = { pre_start_required: false, get_preferred_allocation_available: true } as const;

export interface AllocateRequest {
  readonly container_requests: readonly { readonly devices_ids: readonly string[] }[];
}

export interface ContainerAllocation {
  readonly envs: Readonly<Record<string, string>>;
  readonly devices: readonly { container_path: string; host_path: string; permissions: string }[];
}

export interface PreferredAllocationRequest {
  readonly container_requests: readonly {
    readonly available_deviceIDs: readonly string[];
    readonly must_include_deviceIDs: readonly string[];
    readonly allocation_size: number;
  }[];
}

export interface DevicePluginParts {
  readonly accelerators: readonly Accelerator[];
  readonly health: Pick<HealthMonitor, 'of' | 'onChange'>;
  /** Called before a device is given to a new holder. A failure fails the allocation, and with it the pod. */
  readonly prepare: (accelerator: Accelerator) => Promise<void>;
  readonly grant?: Grant;
  /** How a vendor's plugin would hand them out; default the lab's own way. */
  readonly shape?: PluginShape | undefined;
}

/** The service v1beta1.DevicePlugin: what the kubelet asks of a device plugin. */
export function devicePluginService(parts: DevicePluginParts): UntypedServiceImplementation {
  return {
    GetDevicePluginOptions: (_call: unknown, answer: sendUnaryData<object>) => answer(null, PLUGIN_OPTIONS),

    ListAndWatch: (call: ServerWritableStream<object, object>) => {
      const tell = (): void => {
        call.write({ devices: deviceList(parts) });
      };
      const stop = parts.health.onChange(tell);
      call.on('cancelled', stop);
      call.on('close', stop);
      tell();
    },

    GetPreferredAllocation: (
      call: ServerUnaryCall<PreferredAllocationRequest, object>,
      answer: sendUnaryData<object>,
    ) => answer(null, { container_responses: call.request.container_requests.map(preferred(parts.accelerators)) }),

    Allocate: (call: ServerUnaryCall<AllocateRequest, object>, answer: sendUnaryData<object>) => {
      allocate(parts, call.request).then(
        (container_responses) => answer(null, { container_responses }),
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          log(`Allocate failed: ${details}`);
          answer({ code: status.FAILED_PRECONDITION, details });
        },
      );
    },

    PreStartContainer: (_call: unknown, answer: sendUnaryData<object>) => answer(null, {}),
  };
}

function deviceList({ accelerators, health, shape }: DevicePluginParts): object[] {
  return accelerators.flatMap((accelerator) =>
    unitsOf(accelerator, shape).map((ID) => ({
      ID,
      health: health.of(accelerator).healthy ? 'Healthy' : 'Unhealthy',
    })),
  );
}

/** Lowest indexes first, so that what a pod gets can be foretold. */
function preferred(accelerators: readonly Accelerator[]) {
  const order = new Map(accelerators.map(({ uuid, index }) => [uuid, index]));
  const rank = (id: string): number => order.get(acceleratorOf(id)) ?? Number.MAX_SAFE_INTEGER;
  return (request: PreferredAllocationRequest['container_requests'][number]): { deviceIDs: string[] } => {
    const must = new Set(request.must_include_deviceIDs);
    const others = request.available_deviceIDs.filter((id) => !must.has(id)).sort((a, b) => rank(a) - rank(b));
    return { deviceIDs: [...must, ...others].slice(0, Math.max(request.allocation_size, must.size)) };
  };
}

async function allocate(parts: DevicePluginParts, request: AllocateRequest): Promise<ContainerAllocation[]> {
  const answers: ContainerAllocation[] = [];
  for (const container of request.container_requests) {
    // Several units of one device are that device once.
    const asked = [...new Set(container.devices_ids.map((id) => healthyDevice(parts, id)))];
    for (const accelerator of asked) await parts.prepare(accelerator);
    const given = (parts.grant ?? exactly)(asked, parts.accelerators);
    log(`allocated ${asked.map(devicePath).join(', ')}`);
    answers.push({
      envs: environmentOf(given, parts.shape),
      devices: pathsOf(given, parts.shape).map((path) => ({
        container_path: path,
        host_path: path,
        permissions: 'rw',
      })),
    });
  }
  return answers;
}

function healthyDevice({ accelerators, health }: DevicePluginParts, id: string): Accelerator {
  const accelerator = accelerators.find(({ uuid }) => uuid === acceleratorOf(id));
  if (!accelerator) throw new Error(`this node has no accelerator ${id}`);
  const state = health.of(accelerator);
  if (!state.healthy) throw new Error(`accelerator ${id} is unhealthy: ${state.reason}`);
  return accelerator;
}
