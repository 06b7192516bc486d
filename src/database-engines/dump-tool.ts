/** A database on its server, and who signs in. */
export interface DatabaseLogin {
  /** Name or address; the server listens on its engine's own port. */
  host: string;
  user: string;
  password: string;
  database: string;
}

/** A program of the database's image. No secret is among its arguments. */
export interface ToolRun {
  command: string[];
  env: Record<string, string>;
  /** Absolute path in the container → content. */
  files: Record<string, string>;
}

/** Contents of one table, collection or numbered database of a dump. */
export interface Contents {
  rows: number;
  /** Digest of the rows as the dump writes them; undefined where the format does not tell one row from another. */
  sha256?: string | undefined;
  /** How `sha256` was made: digests of different forms say nothing of each other (default: of the first). */
  form?: number | undefined;
  /** How many of `rows` may expire before they are read again. */
  passing?: number | undefined;
}

/** Contents of a dump by name, e.g. `public.orders`. */
export type Manifest = Record<string, Contents>;

/** Observes a tool's output chunk by chunk, without changing it. */
export interface Measure {
  add(chunk: Buffer): void;
  /** Call once, after the last chunk. */
  end(): Manifest;
  /**
   * What the dump defines besides contents, by kind: how many, and a digest of all their definitions in any order.
   * Call it after `end`. Absent where the format does not tell.
   */
  structure?(): Manifest;
}

/** Loads a dump beside the database, which stays as it is. */
export interface Rehearsal {
  before: ToolRun[];
  load: ToolRun;
  after: ToolRun[];
}

/** How a dump gets back into a server that runs. */
export interface LiveRestore {
  /** For an engine that must give up the database before it can load the dump: proof that the dump can be loaded. */
  rehearsal?: Rehearsal;
  before: ToolRun[];
  /** Reads the dump on its standard input; what it has done counts when the input has ended, or when `closing` says so. */
  load: ToolRun;
  /** Comes behind the dump once all of it was read and is whole; what `load` prints of it when it was done. */
  closing?: { text: string; said: string };
  after: ToolRun[];
  /** Removes what is of no use any more once the dump is in place: nobody has to wait for it, and the next restore does it too. */
  tidy?: ToolRun[];
  /** Makes the database usable again after one of the steps above has failed. */
  mend: ToolRun[];
  /** Whether the database is as it was when `before` or `load` fails. */
  atomic: boolean;
}

/** How an engine reports a running server's contents, for comparison with those of a dump. */
export interface Count {
  run(login: DatabaseLogin): ToolRun;
  /** Reads what `run` prints. */
  measure(): Measure;
  /** Reads a dump, or what `run` prints, whatever the order of the rows: where a restored table may have another one. */
  inAnyOrder?(): Measure;
}

/** What Shipmate knows of an engine's own tools. Pure: nothing here reaches a server. */
export interface DumpTool {
  /** Whether a dump is lines of text, in much the same order each time. */
  text?: true;
  /** Writes the whole database to standard output, as it was at one moment. */
  dump(login: DatabaseLogin): ToolRun;
  /**
   * Prints what of the server a dump does not have, a line for each kind: a label, how many, and names of some, with tabs
   * between. Undefined: not known.
   */
  survey?(login: DatabaseLogin, account: { user: string; password: string }): ToolRun;
  /** Undefined: the server reads the dump when it starts, from `seedFiles`. */
  restore?(login: DatabaseLogin): LiveRestore;
  /** Keeps a server that only a drill uses from changing its own data, e.g. by what it does at set times. */
  still?(login: DatabaseLogin): ToolRun;
  /** File names in its data folder under which a starting server looks for a dump. */
  seedFiles?: readonly string[];
  /** The rest of a dump that a tool writes and that does not belong to it: how many bytes of `tail` to drop. */
  surplus?(tail: Buffer): number;
  /** Reads a dump. */
  measure(): Measure;
  count: Count;
}
