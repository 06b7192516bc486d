import type { MarkKind } from './marks.ts';

/** Where something is written. */
export interface Place {
  line: number;
  /** Path in the repository, unless it is the application's own compose file. */
  file?: string;
}

export type FindPlace = (path: readonly PropertyKey[]) => Place;

/** A map or a list as it was read. */
interface Source {
  find: FindPlace;
  path: readonly PropertyKey[];
}

/** An entry of another map or list. */
interface Entry {
  container: object;
  key: PropertyKey;
}

/** Remembers where maps and lists come from, however they are merged, and which of their keys have a tag. */
export class Origins {
  readonly #sources = new WeakMap<object, Source>();
  readonly #entries = new WeakMap<object, Map<PropertyKey, Entry>>();
  readonly #marks = new WeakMap<object, Map<string, MarkKind>>();

  read(container: object, source: Source): void {
    this.#sources.set(container, source);
  }

  /** The entry of a merged map or list is that of another one. */
  take(container: object, key: PropertyKey, from: Entry): void {
    const entries = this.#entries.get(container) ?? new Map<PropertyKey, Entry>();
    entries.set(key, from);
    this.#entries.set(container, entries);
  }

  mark(container: object, key: string, kind: MarkKind): void {
    const marks = this.#marks.get(container) ?? new Map<string, MarkKind>();
    marks.set(key, kind);
    this.#marks.set(container, marks);
  }

  marksOf(container: object): ReadonlyMap<string, MarkKind> {
    return this.#marks.get(container) ?? new Map<string, MarkKind>();
  }

  /** The place of a path below `root`, or of what is nearest to it. */
  placeOf(root: object, path: readonly PropertyKey[]): Place {
    let place: Place | undefined;
    let container: unknown = root;
    for (const [at, key] of path.entries()) {
      if (typeof container !== 'object' || container === null) break;
      const entry = this.#origin({ container, key });
      const source = this.#sources.get(entry.container);
      const next = (container as Record<PropertyKey, unknown>)[key];
      // What is below it is nowhere else: the file's own lines are more exact than its maps and lists.
      if (source) place = source.find([...source.path, entry.key, ...(isContainer(next) ? [] : path.slice(at + 1))]);
      if (next === undefined) break;
      container = next;
    }
    return place ?? this.#sources.get(root)?.find([]) ?? { line: 1 };
  }

  #origin(entry: Entry): Entry {
    let found = entry;
    for (;;) {
      const next = this.#entries.get(found.container)?.get(found.key);
      if (!next) return found;
      found = next;
    }
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
