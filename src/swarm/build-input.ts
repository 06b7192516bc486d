import type { BaseImages } from '../config-base-images.ts';

/** What a builder takes from outside the checkout, beside the settings. */
export interface Generation {
  /** Base images in place of the public ones (default none). */
  images?: BaseImages;
  /** Port that the container listens on (default 8080). */
  port?: number;
}

/** What a build takes files from besides its own context. */
export type NamedContext =
  /** Of this host, already resolved. */
  | { folder: string }
  /** As BuildKit knows it, e.g. `docker-image://node:24`, `https://github.com/acme/shared.git#main`. */
  | { source: string };

/** An image that is a folder of this host; everything in it belongs to root. */
export interface FolderImage {
  folder: string;
  tag: string;
  command: string[];
  labels: Record<string, string>;
}
