import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { longestLine } from '../../handlers/longest-line.ts';

/** Asks the terminal to mark what is pasted. @see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, bracketed paste */
export const [marksOn, marksOff] = ['\u001b[?2004h', '\u001b[?2004l'];
const [begin, end] = ['\u001b[200~', '\u001b[201~'];

/** Longer pastes stand aside even in one line: readline measures the whole line at each character. */
const mostTyped = 1_000;

export interface Pastes {
  /** What readline reads: keys, with what was pasted as a note such as `[pasted 3 lines]`. */
  input: NodeJS.ReadableStream;
  /** The line with the pasted text in place of its notes. */
  fill(line: string): string;
  /** Whether the line has a note of what was pasted. */
  stands(line: string): boolean;
  close(): void;
}

/**
 * Keeps what is pasted in several lines aside, so that its lines are not taken for commands one by one. It is shown as a
 * note. A paste of one line is as if it were typed.
 * @param isTyped Whether pastes are passed on as they are now, as for a secret.
 */
export function separatePastes(keys: NodeJS.ReadableStream, isTyped: () => boolean): Pastes {
  const kept = new Map<string, string>();
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let pasted: string | undefined;

  function noteOf(text: string): string {
    const lines = text.split('\n').length;
    const what = lines > 1 ? `${lines} lines` : `${text.length} characters`;
    const number = kept.size === 0 ? '' : ` #${kept.size + 1}`;
    const note = text.length > longestLine ? `[too long to paste${number}]` : `[pasted ${what}${number}]`;
    kept.set(note, text.length > longestLine ? '' : text);
    return note;
  }

  function whole(paste: string): string {
    if (isTyped()) return paste;
    const text = paste.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '');
    return text.includes('\n') || text.length > mostTyped ? noteOf(text) : text;
  }

  function read(text: string): string {
    let out = '';
    for (rest += text; rest !== '';) {
      const mark = pasted === undefined ? begin : end;
      const at = rest.indexOf(mark);
      const until = at === -1 ? rest.length - heldBack(rest, mark, pasted === undefined ? 2 : 1) : at;
      if (pasted === undefined) out += rest.slice(0, until);
      else if (pasted.length <= longestLine) pasted += rest.slice(0, until);
      rest = rest.slice(until);
      if (at === -1) break;
      rest = rest.slice(mark.length);
      if (pasted !== undefined) out += whole(pasted);
      pasted = pasted === undefined ? '' : undefined;
    }
    return out;
  }

  const input = new Transform({
    transform(chunk: Buffer | string, _encoding, done) {
      done(null, read(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
    },
  });
  return {
    // Readline switches the terminal itself to single keys.
    input: Object.assign(keys.pipe(input), 'isTTY' in keys && { isTTY: true, setRawMode: rawModeOf(keys) }),
    fill: (line) => [...kept].reduce((text, [note, paste]) => text.replaceAll(note, () => paste), line),
    stands: (line) => [...kept.keys()].some((note) => line.includes(note)),
    close() {
      keys.unpipe(input);
      keys.pause();
    },
  };
}

/** How much at the end may be the beginning of the mark. A key of its own, Escape, is one character and is not held back. */
function heldBack(text: string, mark: string, least: number): number {
  for (let length = Math.min(mark.length - 1, text.length); length >= least; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

function rawModeOf(keys: object): (on: boolean) => void {
  return (on) => {
    if ('setRawMode' in keys && typeof keys.setRawMode === 'function') keys.setRawMode(on);
  };
}
