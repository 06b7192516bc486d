import stringWidth from 'string-width';

/** A character as people see it, or a style, which has no width. */
export interface Piece {
  text: string;
  /** Columns. */
  width: number;
}

const graphemes = new Intl.Segmenter();
const style = /(\u001b\[\d+m)/;
const printable = /^[ -~]*$/;

/** Measuring an emoji takes ten times as long as finding it, and texts repeat their characters. */
const widths = new Map<string, number>();
const mostWidths = 5_000;
/** Characters with more marks than this are not remembered, UTF-16 units. */
const longestRemembered = 32;

/** The characters of a line and the styles between them, one after another. */
export function* piecesOf(line: string): Generator<Piece> {
  for (const [at, part] of line.split(style).entries()) {
    if (at % 2 === 1) yield { text: part, width: 0 };
    else if (printable.test(part)) for (const text of part) yield { text, width: 1 };
    else for (const { segment } of graphemes.segment(part)) yield { text: segment, width: widthOf(segment) };
  }
}

/** How many columns of a terminal a line takes, without its styles. */
export function columnsOf(line: string): number {
  if (printable.test(line)) return line.length;
  let columns = 0;
  for (const { width } of piecesOf(line)) columns += width;
  return columns;
}

function widthOf(grapheme: string): number {
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  const width = stringWidth(grapheme);
  if (widths.size >= mostWidths) widths.clear();
  if (grapheme.length <= longestRemembered) widths.set(grapheme, width);
  return width;
}
