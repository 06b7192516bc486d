import { randomBytes } from 'node:crypto';
import { makeRoom } from '../../make-room.ts';

/** Discord's, of a custom id. */
const mostCustomId = 100;
const mostStored = 2_000;

/** What pressing a button does with its line. */
export type Press = 'run' | 'ask' | 'form' | 'fill' | 'secret';

export interface StoredLines {
  /** The custom id of a button or form about the line. */
  idOf(press: Press, line: string): string;
  /** Undefined when this Shipmate did not store the line, or too many came after it. */
  read(customId: string): { press: Press; line: string | undefined } | undefined;
}

/** A custom id holds its line; one that is too long is kept here until others need the room. */
export function createStoredLines(): StoredLines {
  const lines = new Map<string, string>();

  function store(line: string): string {
    makeRoom(lines, mostStored);
    const key = randomBytes(12).toString('hex');
    lines.set(key, line);
    return key;
  }

  return {
    idOf(press, line) {
      const id = `${press}:${line}`;
      return id.length <= mostCustomId ? id : `${press}#${store(line)}`;
    },
    read(customId) {
      const match = /^(run|ask|form|fill|secret)([:#])(.*)$/s.exec(customId);
      if (!match) return undefined;
      const [, press, kind, rest = ''] = match;
      return { press: press as Press, line: kind === ':' ? rest : lines.get(rest) };
    },
  };
}
