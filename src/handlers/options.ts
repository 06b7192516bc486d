/**
 * The kinds of option a command can have: what Discord's option types and command-line flags share,
 * so that a command which one of them could not express cannot be written.
 * `text` and `integer` without `flag` are positional, in the order of declaration.
 */
export interface Option<T> {
  kind: 'text' | 'integer' | 'choice' | 'flag' | 'secret';
  summary: string;
  required: boolean;
  /** Takes its value as `--name value` instead of by position. */
  named: boolean;
  /** Positional, takes all that is left of the line. */
  rest: boolean;
  /** Named, may be given several times: the value is an array. */
  many: boolean;
  choices?: readonly string[];
  /** What the value names, for completion. */
  completes?: Completion;
  /** Turns one raw value into the typed one. @throws {UsageError} */
  parse(raw: string): T;
}

export type Completion = 'application' | 'project' | 'deployment' | 'command' | 'env-key';
export type Options = Record<string, Option<unknown>>;

/** The typed input that a command's options describe. */
export type Input<O extends Options> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never };
