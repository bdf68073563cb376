/** A field that admission stored otherwise than it was sent. */
export interface FieldChange {
  /** `spec.containers[probe].securityContext.capabilities.drop`. */
  readonly field: string;
  /** Undefined: it was not sent, or not stored. */
  readonly sent: unknown;
  readonly stored: unknown;
  /** False: it was added beside what was asked, and changes nothing of it (a sidecar, a default of a LimitRange). */
  readonly matters: boolean;
}

/** `spec.schedulerName: sent "default-scheduler", stored "other"`. */
export function showChange({ field, sent, stored }: FieldChange): string {
  return `${field}: sent ${shown(sent)}, stored ${shown(stored)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 160 ? text : `${text.slice(0, 157)}...`;
}
