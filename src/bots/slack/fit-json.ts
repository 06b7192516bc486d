import { markdown } from './rich-text.ts';

/** The longest cut whose JSON fits: line breaks and quotes take two characters there, and each format a whole element. */
export function fitJson(
  text: string,
  room: number,
  cut: (text: string, limit: number) => string,
  measure: (text: string) => number = jsonSize,
): string {
  let limit = room;
  for (;;) {
    const fitting = cut(text, limit);
    const size = measure(fitting);
    if (size <= room || limit <= 1) return fitting;
    limit = Math.max(1, Math.floor((limit * room) / size) - 1);
  }
}

/** What text takes as elements; a few of them are in the room that is left beside it. */
export function marked(text: string): number {
  return Math.max(jsonSize(text), jsonLength(markdown(text)) / 2);
}

export function jsonSize(text: string): number {
  return JSON.stringify(text).length;
}

export function jsonLength(value: unknown): number {
  return JSON.stringify(value).length + 1;
}
