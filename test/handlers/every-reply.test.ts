import { beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { readRequest } from '../../src/handlers/command-request.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { everyLine } from '../support/every-line.ts';
import { everyReply } from '../support/every-reply.ts';

let replies: { line: string; reply: Reply }[];
beforeAll(async () => {
  replies = await everyReply();
});

describe('who sees an answer', () => {
  const audience = (line: string) => readRequest(commands, { line }).answers;
  const given = () => replies.filter(({ line }) => !line.startsWith('the live message'));

  it('is the person alone where the answer holds a secret', () => {
    const secrets = given().filter(({ reply }) => reply.private);
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets.filter(({ line }) => audience(line) !== 'person')).toEqual([]);
  });

  it('is declared as a live message wherever one follows', () => {
    const followed = given().filter(({ reply }) => reply.deploymentId !== undefined);
    expect(followed.length).toBeGreaterThan(2);
    expect(followed.filter(({ line }) => audience(line) !== 'live-message')).toEqual([]);
  });
});

describe('the lines that make every command answer', () => {
  it.each(commands.map(({ name }) => name))('have one of `%s`', (name) => {
    expect(everyLine.some(({ line }) => line === name || line.startsWith(`${name} `))).toBe(true);
  });

  it('are understood', () => {
    const bad = replies.filter(({ reply }) => /Usage|Something went wrong/.test(reply.text ?? ''));
    expect(bad).toEqual([]);
    const refused = replies.filter(({ reply }) => reply.tone === 'danger').map(({ line }) => line);
    expect(refused).toEqual([
      'status nothing/at-all',
      'promote shop/api shop/api-live',
      'approve 3f2c1ab4',
      'deny 3f2c1ab4 not today',
      'deploy shop/api',
      'freeze remove shop 3f2c1ab4',
      'notify remove 3f2c1ab4',
      // There is none.
      'github app show',
      'github app repos --page 2',
      'github app delete nothing',
      // It has no such request.
      'preview open shop/api 42',
      'preview pin shop/api 42',
      'preview close shop/api 42',
      'cron show 3f2c1ab4',
      'cron run 3f2c1ab4',
      'cron disable 3f2c1ab4',
      'cron enable 3f2c1ab4',
      'cron remove 3f2c1ab4',
      'cert upload shop.example.com',
      'cert remove shop.example.com',
      // It is not up yet: nothing is there to read or to back up.
      'db logs shop/orders',
      'db backup shop/orders',
      'db restore shop/orders latest',
      'db verify shop/orders',
      'db key shop/orders',
      'schedule run refresh-application-stat',
      'user delete ada',
      'login ada --password',
      'the live message, failed',
    ]);
  });
});
