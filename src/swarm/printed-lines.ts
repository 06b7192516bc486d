import { stripVTControlCharacters } from 'node:util';

/** Kept of a line that has not ended, characters: no view shows as much. */
const maxLine = 64 * 1024;

/** Lines that a program prints, without colours and empty lines. */
export interface PrintedLines {
  /** The lines that a piece of the output ends. */
  add(piece: string): string[];
  /** What is left of a line that has no end, if anything. */
  end(): string[];
}

export function createPrintedLines(): PrintedLines {
  let rest = '';
  return {
    add(piece) {
      const parts = (rest + piece).split('\n');
      const unfinished = parts.pop() ?? '';
      rest = unfinished.length > maxLine ? lastForm(unfinished).slice(0, maxLine) : unfinished;
      return parts.map(cleaned).filter(Boolean);
    },
    end() {
      const last = cleaned(rest);
      rest = '';
      return last ? [last] : [];
    },
  };
}

/** As it is to be read, e.g. of a status that the Engine sends. */
export function cleaned(line: string): string {
  return lastForm(stripVTControlCharacters(line.replace(/\r$/, ''))).trimEnd();
}

/** A progress bar redraws itself with carriage returns: only its last form counts. */
function lastForm(text: string): string {
  return text.slice(text.lastIndexOf('\r') + 1);
}
