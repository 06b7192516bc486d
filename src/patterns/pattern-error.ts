/** A pattern that is not understood. The message is for people, to be put behind the name of a setting or file. */
export class PatternError extends Error {
  override name = 'PatternError' as const;
}
