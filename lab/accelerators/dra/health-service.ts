import type { ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type Accelerator, deviceName } from '../accelerator.ts';
import type { Health, HealthMonitor } from '../device-health.ts';

/** The kubelet takes a device's health for unknown when it was told nothing for this long. */
const TIMEOUT_SECONDS = 30;

/** The service v1.DRAResourceHealth: all devices at once, after every change and often enough to stay known. */
export function healthService(
  pool: string,
  accelerators: readonly Accelerator[],
  health: Pick<HealthMonitor, 'of' | 'onChange'>,
): UntypedServiceImplementation {
  return {
    NodeWatchResources: (call: ServerWritableStream<object, object>) => {
      const tell = (): void => {
        call.write({
          devices: accelerators.map((accelerator) => deviceHealth(pool, accelerator, health.of(accelerator))),
        });
      };
      const stopListening = health.onChange(tell);
      const timer = setInterval(tell, (TIMEOUT_SECONDS * 1000) / 3);
      const stop = (): void => {
        clearInterval(timer);
        stopListening();
      };
      call.on('cancelled', stop);
      call.on('close', stop);
      tell();
    },
  };
}

function deviceHealth(pool: string, accelerator: Accelerator, health: Health): object {
  return {
    device: { pool_name: pool, device_name: deviceName(accelerator) },
    health: health.healthy ? 'HEALTHY' : 'UNHEALTHY',
    last_updated_time: Math.floor(Date.now() / 1000),
    health_check_timeout_seconds: TIMEOUT_SECONDS,
    message: health.healthy ? '' : health.reason,
  };
}
