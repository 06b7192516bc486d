export type Tone = 'info' | 'success' | 'warning' | 'danger';

export interface Field {
  name: string;
  value: string;
}

/** A button under a reply: a command line to run. */
export interface Action {
  label: string;
  /** A command line, e.g. `rollback shop/api`. */
  command: string;
  style?: 'primary' | 'danger';
  /** Asks for confirmation first, for actions that cannot be undone. */
  confirm?: string;
  /** Opens the command's form first, prefilled from the line. */
  form?: true;
}

/** Output that can be followed until it ends, or until the person stops. */
export type Followed =
  /** A one-off task, which stopping ends: `cancel` is the line. */
  | { run: string; cancel: string }
  /** The running log of an application, by its id. */
  | { application: string; service?: string }
  | { deployment: string };

/** Work on a database that `db backups` of one of `databases` lists. */
export interface AwaitedWork {
  kind: 'backup' | 'restore' | 'drill';
  /** Of the backup, also for a drill of it; else of the restore. */
  id: string;
  databases: readonly string[];
  /** When it was asked for, as ISO 8601. */
  since: string;
}

/** One part of a work that is under way or has ended. */
export interface Step {
  /** Unique within the reply, and the same from edit to edit. */
  id: string;
  title: string;
  state: 'waiting' | 'current' | 'done' | 'failed' | 'skipped';
  /** A clause: how far it is, or how long it took. */
  detail?: string;
  /** The lines that matter of one that failed. */
  output?: string;
}

export interface Steps {
  /** The state of the whole, which is the first line of the reply's text as well. */
  title: string;
  steps: Step[];
  /** What the reply's text says beside them (default: all but its first line). */
  beside?: string;
}

export interface ReplyTable {
  columns: string[];
  rows: string[][];
  /** Its cells are sentences, which are wrapped where others are cut. */
  prose?: true;
  /** For columns whose cells say a number, by index: the number of each row, in any unit, for sorting. */
  numbers?: Record<number, (number | undefined)[]>;
  /** For columns whose cells lead somewhere, by index: the URL of each row. */
  links?: Record<number, (string | undefined)[]>;
  /** What one would do next with each row: a button beside it where a platform has that. */
  actions?: (Action | undefined)[];
}

/** Series of numbers over the same categories. */
export interface ReplyChart {
  title: string;
  kind: 'bar' | 'line';
  /** From the left; each name once. */
  categories: string[];
  /** As many values as there are categories. */
  series: { name: string; values: number[] }[];
  /** Of the values, e.g. `MB`. */
  unit?: string;
}

/** Platform-neutral answer; each bot renders it within its platform's limits. */
export interface Reply {
  tone: Tone;
  title?: string;
  text?: string;
  fields?: Field[];
  /** Shown in the place of the text where a platform has a look for it, with `beside` below. */
  steps?: Steps;
  table?: ReplyTable;
  /** The same numbers as `picture`, which is shown where a platform draws no charts. */
  charts?: ReplyChart[];
  /** Its fields draw the charts in characters already. */
  fieldsDraw?: true;
  /** Accounts of the platform that it mentions, which pings them. Nothing else in a reply pings anybody. */
  mentions?: readonly string[];
  /** Preformatted lines, e.g. logs. */
  code?: string;
  actions?: Action[];
  link?: { label: string; url: string };
  /** A page about the same subject, open to anyone with the link. */
  page?: string;
  /** A PNG and its alternative text. */
  picture?: { png: Uint8Array; alt: string };
  /** Only for the person who asked: secrets shown once. */
  private?: boolean;
  /** The deployment whose live message should follow this reply. */
  deploymentId?: string;
  /**
   * Secrets the person has to give before the line can run: ask for each in private (without echo, in a modal),
   * then dispatch the same line again with them under their names.
   */
  asks?: { name: string; summary: string }[];
  /** What the console and the command line follow after this reply; elsewhere, its link leads to it. */
  follow?: Followed;
  /** What the command line waits for. Elsewhere the end is told where it was asked for. */
  awaits?: AwaitedWork;
  /** For `--json` and the HTTP API: the same facts as data. */
  data?: unknown;
}
