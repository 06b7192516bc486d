/** What somebody follows: the running log of an application, or of a service of its stack, or a one-off task. */
export type OutputTarget = { application: string; service?: string } | { run: string };

/** What followers get, redacted. */
export type OutputEvent =
  | {
      kind: 'line';
      /** RFC 3339 with nanoseconds, by the clock of its node. */
      time: string;
      text: string;
      /** Of a stack with several. */
      service?: string;
    }
  /** Beside the lines, e.g. that a node is away. */
  | { kind: 'note'; text: string }
  /** The last one. */
  | { kind: 'end'; text: string; exitCode?: number };

/** An event with the place to continue after. */
export interface Placed {
  at: string;
  event: OutputEvent;
}

/** Path below Shipmate's address: of the page, and with `/api` before it, of the events as lines of JSON. */
export function outputPath(target: OutputTarget): string {
  if ('run' in target) return `/runs/${target.run}`;
  const query = target.service === undefined ? '' : `?service=${encodeURIComponent(target.service)}`;
  return `/applications/${target.application}/log${query}`;
}
