/**
 * Where a pattern is looked for: in what tasks print, in what is reported of a task, in what its health check printed,
 * or in Shipmate's own sentence, e.g. of a failed build.
 */
export type Source = 'output' | 'task' | 'check' | 'error';

export interface Rule {
  /** Linear: every repetition has a limit. The first that matches fills `{1}` with its first group. */
  when: RegExp | readonly RegExp[];
  /** A clause. `{app}`, `{memory}` and `{twice}`, the doubled limit, come from the application. */
  cause: string;
  /** What mends it; the last text in backticks is the command. */
  mend: string;
  /** It is the cause, whatever else was printed. */
  certain?: true;
}
