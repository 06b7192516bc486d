import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/console/render.ts';
import { harmlessJson } from '../../../src/harmless-text.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { everyReply } from '../../support/every-reply.ts';

let replies: { line: string; reply: Reply }[];
beforeAll(async () => {
  replies = await everyReply();
});

/** What a terminal obeys, or shows elsewhere than where it is. */
const powers = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** Colours and weights, which Shipmate writes itself. */
const styles = /\u001B\[\d{1,2}m/g;

function told(render: (reply: Reply) => string): string[] {
  return replies.filter(({ reply }) => powers.test(render(reply))).map(({ line }) => line);
}

describe('every reply, whatever people wrote,', () => {
  it('holds nothing that a terminal obeys', () => {
    expect(replies.length).toBeGreaterThan(100);
    expect(told((reply) => renderReply(reply, { color: false, width: 80 }).join('\n'))).toEqual([]);
  });

  it('has only its own colours on a terminal', () => {
    const render = (reply: Reply) => renderReply(reply, { color: true, width: 80 }).join('\n');
    expect(told((reply) => render(reply).replaceAll(styles, ''))).toEqual([]);
    // Nobody else's, though the same: what others wrote has none left.
    const link = replies.filter(({ reply }) => render(reply).includes('\u001B]'));
    expect(link.map(({ line }) => line)).toEqual([]);
  });

  it('is the same JSON without anything that a terminal obeys', () => {
    expect(told(({ data }) => harmlessJson(data ?? null))).toEqual([]);
    for (const { reply } of replies) {
      expect(JSON.parse(harmlessJson(reply.data ?? null))).toEqual(JSON.parse(JSON.stringify(reply.data ?? null)));
    }
  });
});
