import { describe, expect, it } from '@jest/globals';
import { formatThread, parseThread } from '../../../src/bots/slack/thread-ref.ts';

describe('a thread', () => {
  it.each(['C1', 'C1/1700000000.000100'])('%s is read as it was written', (text) => {
    expect(formatThread(parseThread(text))).toBe(text);
  });
});
