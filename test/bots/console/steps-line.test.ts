import { describe, expect, it } from '@jest/globals';
import { spinMs, stepsLine } from '../../../src/bots/console/steps-line.ts';
import { painter } from '../../../src/bots/console/terminal-text.ts';
import type { Steps } from '../../../src/replies/reply.ts';

const steps: Steps = {
  title: 'building (step 3 of 7)',
  steps: [
    { id: 'queue', title: 'Queue', state: 'done', detail: '2 s' },
    { id: 'clone', title: 'Clone', state: 'skipped' },
    { id: 'build', title: 'Build', state: 'current', detail: 'step 3 of 7' },
    { id: 'roll_out', title: 'Roll\u001b[2J out', state: 'waiting' },
    { id: 'x', title: 'X', state: 'failed' },
  ],
};

describe('the steps of a deployment on a terminal', () => {
  it('are one line, in which the mark of the current one turns', () => {
    const at = (now: number) => stepsLine(steps, painter(false), now);
    expect(at(0)).toBe('✔ Queue 2 s  – Clone  ◐ Build step 3 of 7  ○ Roll out  ✖ X');
    expect([at(spinMs), at(4 * spinMs)].map((line) => line.includes('◓ Build'))).toEqual([true, false]);
  });
});
