import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { tellFillingDisks } from '../../src/bots/tell-filling-disks.ts';
import type { Reply } from '../../src/replies/reply.ts';
import type { FillingDisk } from '../../src/usecases/concerns/filling-disks.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { until } from '../support/until.ts';

function disk(level: FillingDisk['level'], why: string): FillingDisk {
  return { host: 'h1', name: 'data', path: '/data', level, usedPercent: 80, isSoon: false, why };
}

it('says at the console that a disk fills, once for each level, and that it has space again', async () => {
  const said: Reply[] = [];
  const logged: string[] = [];
  let looks = 0;
  let seen: FillingDisk[] | Error = [];
  const logger = pino({}, { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) });
  const stop = tellFillingDisks({ logger } as Pick<Deps, 'database' | 'logger'>, (reply) => void said.push(reply), {
    everyMs: 5,
    async look() {
      looks += 1;
      if (seen instanceof Error) throw seen;
      return seen;
    },
  });
  const after = async (next: typeof seen) => {
    seen = next;
    const before = looks;
    await until('more looks', () => looks >= before + 3);
    return said.splice(0);
  };
  expect(await after([])).toEqual([]);
  const hint = '`schedule run retention` removes what is no longer needed.';
  expect(await after([disk('warning', 'It is 80 % full.')])).toEqual([
    { tone: 'warning', title: 'The disk of h1 is filling up', text: `It is 80 % full. ${hint}` },
  ]);
  expect(await after([disk('warning', 'It is 81 % full.')])).toEqual([]);
  expect(await after([disk('danger', 'It is 90 % full.')])).toMatchObject([{ tone: 'danger' }]);
  expect(await after([disk('warning', 'It is 86 % full.')])).toEqual([]);
  expect(await after(new Error('away'))).toEqual([]);
  expect(logged).toContain('could not look how full the disks are');
  expect(await after([])).toEqual([
    { tone: 'success', title: 'The disk of h1 has space again', text: 'That is the one of `/data`.' },
  ]);
  stop();
});
