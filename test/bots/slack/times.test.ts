import { describe, expect, it } from '@jest/globals';
import { renderReply } from '../../../src/bots/slack/render.ts';
import { validateSlackMessage } from '../../support/slack/validate.ts';

const text = 'Expires at 2026-11-30 08:00 UTC. <!date^1^{ago}|x>';
const shown = { timestamp: 1_796_025_600, format: '{date_short_pretty} {time}', fallback: '2026-11-30 08:00 UTC' };

describe('a time', () => {
  it('is the reader’s in the message and in what notifications show, and what people wrote like one is text', () => {
    const message = renderReply({
      tone: 'info',
      text,
      fields: [{ name: 'Frozen', value: 'until 2026-11-30 08:00 UTC' }],
    });
    const dates = [...JSON.stringify(message.blocks).matchAll(/\{"type":"date"[^}]*\}[^}]*\}[^}]*\}/g)];
    expect(dates.map(([date]) => JSON.parse(date) as object)).toEqual([
      { type: 'date', ...shown },
      { type: 'date', ...shown },
    ]);
    const mark = '<!date^1796025600^{date_short_pretty} {time}|2026-11-30 08:00 UTC>';
    expect(message.text).toBe(`● Expires at ${mark}. &lt;!date^1^{ago}|x&gt; · Frozen: until ${mark}`);
    expect(validateSlackMessage(message)).toEqual([]);
  });

  it('is text in logs and tables, where Slack takes nothing else', () => {
    const table = { columns: ['Next (UTC)', 'Job'], rows: [['2026-11-30 08:00', 'backup']] };
    const message = renderReply({ tone: 'info', table, code: 'at 2026-11-30 08:00 UTC' });
    expect(JSON.stringify(message.blocks)).not.toContain('"date"');
    expect(validateSlackMessage(message)).toEqual([]);
  });
});
