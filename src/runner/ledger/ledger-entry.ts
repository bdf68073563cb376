import { z } from 'zod';

const ref = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
  uid: z.string().exactOptional(),
});

/**
 * One line of ledger.jsonl. `create` and `change` are on disk before the API server is asked; `created` adds the uid;
 * `gone` and `restored` close them.
 */
export const ledgerEntrySchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('run'),
    at: z.string(),
    run: z.string(),
    server: z.string(),
    fingerprint: z.string(),
    /** Who writes it: a run that is still at work is not to be cleaned up. */
    host: z.string(),
    pid: z.int(),
  }),
  z.object({ op: z.literal('create'), at: z.string(), case: z.string(), ref }),
  z.object({ op: z.literal('created'), at: z.string(), case: z.string(), ref }),
  z.object({
    op: z.literal('change'),
    at: z.string(),
    case: z.string(),
    ref,
    /** Merge patches: what was set, and what puts it back. */
    set: z.record(z.string(), z.unknown()),
    restore: z.record(z.string(), z.unknown()),
  }),
  z.object({ op: z.literal('gone'), at: z.string(), ref }),
  z.object({ op: z.literal('restored'), at: z.string(), ref }),
]);
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;
type Unstamped<E> = E extends LedgerEntry ? Omit<E, 'at'> : never;
export type NewLedgerEntry = Unstamped<LedgerEntry>;
