/** zstd takes less than this for nothing. */
const leastBytes = 8;
/** What begins with it would be read as a trained dictionary instead of as it is. */
const trained = 0xec30a437;

/** Whether zstd takes a part of the reference as raw content. */
export function isRaw(part: Buffer): boolean {
  return part.length >= leastBytes && part.readUInt32LE(0) !== trained;
}
