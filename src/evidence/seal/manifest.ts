import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** manifest.json: what the run folder held when the run ended. */
export const manifestSchema = z.strictObject({
  schema: z.literal('plimsoll.dev/manifest/v1'),
  tool: z.strictObject({ name: z.literal('plimsoll'), version: z.string() }),
  run: z.string(),
  cluster: z.strictObject({ fingerprint: z.string(), gitVersion: z.string() }),
  sealedAt: z.string(),
  /** Every file but this one, by path. */
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int(), sha256 })),
  /** sha256 of this manifest without this field: it tells at a glance that two manifests are the same. */
  seal: sha256,
});
export type Manifest = z.infer<typeof manifestSchema>;
