/** Addresses that `probe reach` tried, and whether they accepted; those for which no time was left are missing. */
export function attemptsIn(lines: readonly string[]): [address: string, open: boolean][] {
  return lines.flatMap((line): [string, boolean][] => {
    const [, address = '', state] = /^(\S+) (open|closed)\r?$/.exec(line) ?? [];
    return state === undefined ? [] : [[address, state === 'open']];
  });
}
