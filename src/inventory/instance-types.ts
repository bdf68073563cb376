import table from './tables/instance-types.json' with { type: 'json' };
import { fits } from './tables.ts';

/** A row of tables/instance-types.json: machines of clouds, by the name of their type or family, and the accelerator that they have. */
interface InstanceTypeRow {
  readonly match: string;
  /** Extended resource that their device plugin advertises; `` = none. */
  readonly resource: string;
  readonly coresPerDevice?: number;
}

const ROWS: readonly InstanceTypeRow[] = table;

/** The extended resource that machines of this type (`p5.48xlarge`, `Standard_NC40ads_H100_v5`) or family (`p5`) have. */
export function acceleratorOfInstance(type: string): string | undefined {
  return ROWS.find(({ match }) => fits(match, type))?.resource || undefined;
}

/** Cores of each device, where the type of the machine tells. `cores`: all that the machine offers. */
export function coresPerDevice(type: string, cores: number): number | undefined {
  const per = ROWS.find(({ match }) => fits(match, type))?.coresPerDevice;
  // Trainium2 puts two cores together unless it is told not to.
  if (per === 8 && type.startsWith('trn2') && cores === 64) return 4;
  return per;
}
