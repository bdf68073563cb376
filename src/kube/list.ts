import type { KubeObject } from './object.ts';
import type { CallOptions } from './request.ts';

export interface ListOptions extends CallOptions {
  /** All namespaces when left out. */
  namespace?: string;
  /** Label selector, as kubectl's `-l`. */
  labels?: string;
  /** Field selector, as kubectl's `--field-selector`. */
  fields?: string;
  /** Objects per page; default 500. 0 asks for everything in one answer. */
  pageSize?: number;
  /** Metadata alone (PartialObjectMetadata): a fraction of the bytes. */
  metadataOnly?: boolean;
}

export interface Page {
  items: KubeObject[];
  /** Version of the whole list: the same for every page. */
  resourceVersion: string;
  /** Objects after this page, where the server says (it does not with selectors). */
  remaining: number | undefined;
}

/** A list that is read when iterated; the deadline counts for each page. */
export interface ObjectList extends AsyncIterable<KubeObject> {
  /** Everything. A continue token that expired under way starts the list anew, at most twice. */
  all(): Promise<KubeObject[]>;
  /** Page by page. An expired continue token throws `GoneError`, because what was handed out cannot be taken back. */
  pages(): AsyncIterable<Page>;
}
