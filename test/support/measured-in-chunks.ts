import { expect } from '@jest/globals';
import type { Manifest, Measure } from '../../src/database-engines/dump-tool.ts';

/** In chunks of every size: what is looked for may be cut anywhere. */
export function measuredInChunks(make: () => Measure, dump: Buffer): Manifest {
  const whole = make();
  whole.add(dump);
  const found = whole.end();
  const structure = whole.structure?.();
  for (const size of [1, 2, 3, 7, 64]) {
    const cut = make();
    for (let at = 0; at < dump.length; at += size) cut.add(dump.subarray(at, at + size));
    expect(cut.end()).toEqual(found);
    expect(cut.structure?.()).toEqual(structure);
  }
  return found;
}
