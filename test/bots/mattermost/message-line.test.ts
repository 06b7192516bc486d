import { describe, expect, it } from '@jest/globals';
import { lineOfDirect, lineOfMention, withChannelIds } from '../../../src/bots/mattermost/message-line.ts';

describe('a mention', () => {
  it.each([
    ['@shipmate status', 'status'],
    ['  @Shipmate: deploy shop/api', 'deploy shop/api'],
    ['@shipmate, help', 'help'],
    ['@shipmate', ''],
    ['@shipmate.', ''],
    ['@shipmates status', undefined],
    ['@ship status', undefined],
    ['ask @shipmate status', undefined],
  ])('has the line that follows the name: %s', (text, line) => {
    expect(lineOfMention(text, 'shipmate')).toBe(line);
  });

  it('may be left out where nobody else reads along', () => {
    expect([lineOfDirect(' status ', 'shipmate'), lineOfDirect('@shipmate status', 'shipmate')]).toEqual([
      'status',
      'status',
    ]);
  });
});

it('writes channels as their ids, of at most five names', async () => {
  const asked: string[] = [];
  const idOf = (name: string) => {
    asked.push(name);
    return name === 'unknown' ? undefined : `id-of-${name}`;
  };
  await expect(withChannelIds('notify add shop failed ~deploys ~unknown a~b', idOf)).resolves.toBe(
    'notify add shop failed mattermost:id-of-deploys ~unknown a~b',
  );
  asked.length = 0;
  await withChannelIds('~a '.repeat(100), idOf);
  expect(asked).toHaveLength(5);
});
