import { inspect } from 'node:util';
import { columnsOf, type Piece, piecesOf } from './columns.ts';

/** What ends each style, e.g. `22` for `1`. */
const ends = new Map(Object.values(inspect.colors).map(([start, end] = [0, 0]) => [styled(start), styled(end)]));

/**
 * Breaks one line into lines of at most `width` columns, between words where there are any. The blanks at the
 * breaks go, unless they are to be kept. Takes linear time.
 */
export function wrap(line: string, width: number, { keepBlanks = false } = {}): string[] {
  const spaced = line.replaceAll('\t', '    ');
  if (columnsOf(spaced) <= width) return [spaced];
  const rows = breakRows(piecesOf(spaced), width, keepBlanks);
  return eachStyled(keepBlanks ? rows : rows.map(withoutOuterBlanks));
}

/** Cuts to `width` columns; an ellipsis says so. */
export function fit(line: string, width: number): string {
  if (columnsOf(line) <= width) return line;
  const kept: Piece[] = [];
  let used = 0;
  for (const piece of piecesOf(line)) {
    used += piece.width;
    if (used > width - 1) break;
    kept.push(piece);
  }
  return `${eachStyled([kept]).join('')}…`;
}

function breakRows(pieces: Iterable<Piece>, width: number, keepBlanks: boolean): Piece[][] {
  const rows: Piece[][] = [];
  let row: Piece[] = [];
  let used = 0;
  /** Where the newest word begins in the row; 0 for the first one, also after an indentation. */
  let word = 0;
  let seen = false;
  for (const piece of pieces) {
    const overflows = () => used > 0 && piece.width > 0 && used + piece.width > width;
    while (overflows() && (keepBlanks || !isBlank(piece))) {
      const end = isBlank(piece) || word === 0 ? row.length : word;
      rows.push(row.slice(0, end));
      row = row.slice(end);
      used = row.reduce((sum, one) => sum + one.width, 0);
      word = 0;
      seen = row.length > 0;
    }
    row.push(piece);
    used += piece.width;
    seen ||= isSeen(piece);
    if (seen && isBlank(piece)) word = row.length;
  }
  return [...rows, row];
}

function isBlank({ text }: Piece): boolean {
  return text === ' ';
}

function isSeen({ text, width }: Piece): boolean {
  return width > 0 && text !== ' ';
}

function withoutOuterBlanks(row: Piece[]): Piece[] {
  const first = row.findIndex(isSeen);
  const last = row.findLastIndex(isSeen);
  return row.filter((piece, at) => !isBlank(piece) || (at > first && at < last));
}

/** Styles end with each row and begin again in the next one. */
function eachStyled(rows: Piece[][]): string[] {
  let open: string[] = [];
  return rows.map((row) => {
    const before = open.join('');
    for (const { text } of row) {
      if (ends.has(text)) open.push(text);
      else if (text.startsWith('\u001b')) open = open.filter((one) => ends.get(one) !== text);
    }
    const after = open.toReversed().map((one) => ends.get(one));
    return [before, ...row.map(({ text }) => text), ...after].join('');
  });
}

function styled(code: number): string {
  return `\u001b[${code}m`;
}
