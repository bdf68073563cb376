/** A file, folder or link of an image's one layer. Paths have no leading slash. Owner is root. */
export type LayerEntry =
  | { readonly type: 'directory'; readonly path: string; readonly mode: number }
  | { readonly type: 'text'; readonly path: string; readonly mode: number; readonly text: string }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  /** A file of this machine; `identity` tells its content from another's without reading it. */
  | {
      readonly type: 'file';
      readonly path: string;
      readonly mode: number;
      readonly source: string;
      readonly identity: string;
    };

/** The part of an OCI image configuration that says how it runs. */
export interface RunConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly StopSignal?: string;
}

/** An image to be made. */
export interface Image {
  /** For people: what it is. */
  readonly title: string;
  /** Version of what is in it, whatever the tags say (label `org.opencontainers.image.version`). */
  readonly version: string;
  /** Full references, for example `docker.io/library/busybox:1.37`. */
  readonly references: readonly string[];
  readonly entries: readonly LayerEntry[];
  readonly config: RunConfig;
}
