/** One thing about a domain that was looked at: how it is and, unless it is well, the next step. */
export interface Finding {
  part: 'Application' | 'DNS' | 'Port' | 'Certificate';
  state: 'good' | 'warning' | 'wrong';
  text: string;
}

/** `a`, `b` and `c`. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
}
