import { describe, expect, it } from '@jest/globals';
import { readBuildOutput } from '../../../src/swarm/images/build-output.ts';
import { until } from '../../support/until.ts';
import type { EngineMessage } from '../../../src/swarm/images/json-lines.ts';

function read(messages: EngineMessage[]) {
  const steps: string[] = [];
  const lines: string[] = [];
  const output = readBuildOutput({
    onStep: (step, of, text) => steps.push(`${step}/${of} ${text}`),
    onLine: (text) => lines.push(text),
  });
  for (const message of messages) void output.add(message);
  return { output, steps, lines };
}

describe('readBuildOutput', () => {
  it('finds the steps', () => {
    const { steps } = read([
      { stream: 'Step 1/2 : FROM node:24' },
      { stream: '\n' },
      { stream: ' ---> 3f2c\nStep 2/2 : RUN npm ci\n' },
    ]);
    expect(steps).toEqual(['1/2 FROM node:24', '2/2 RUN npm ci']);
  });

  it.each([
    ['lines that come in pieces', [{ stream: 'hel' }, { stream: 'lo\nwor' }, { stream: 'ld\n' }], ['hello', 'world']],
    ['colours', [{ stream: '\u001B[31mred\u001B[0m\n' }], ['red']],
    ['a bar that redraws itself', [{ stream: '10%\r50%\r100%\n' }], ['100%']],
    ['Windows line ends', [{ stream: 'one\r\ntwo\r\n' }], ['one', 'two']],
    ['empty lines', [{ stream: '\n\n' }], []],
    [
      'layers of a base image',
      [
        { status: 'Pulling', id: 'a' },
        { status: 'Down', id: 'a', progress: '[=>]' },
      ],
      ['a: Pulling'],
    ],
  ])('reads %s', (_, messages, lines) => {
    expect(read(messages).lines).toEqual(lines);
  });

  it('tells the failing step with its own output only', () => {
    const { output } = read([
      { stream: 'Step 1/2 : RUN one\n ---> Running in 1\nfine\nRemoving intermediate container 1\n' },
      { stream: 'Step 2/2 : RUN two\n ---> Running in 2\nbad\nwor' },
    ]);
    expect(output.describeFailure('returned a non-zero code: 1\n')).toBe(
      'Step 2/2 failed: RUN two\nbad\nwor\nreturned a non-zero code: 1',
    );
  });

  it('tells what to do when the disk is full', () => {
    const { output } = read([{ stream: 'Step 1/1 : RUN x\nwrite error: No space left on device\n' }]);
    expect(output.describeFailure('returned a non-zero code: 1')).toBe(
      'Step 1/1 failed: RUN x\nwrite error: No space left on device\nreturned a non-zero code: 1\n' +
        'The disk of the Docker host is full. Free space there (`docker system df`), then deploy again.',
    );
  });

  it('quotes the last lines of a long output', () => {
    const { output } = read([
      { stream: 'Step 1/1 : RUN x\n' },
      { stream: Array.from({ length: 99 }, (_, n) => `${n}\n`).join('') },
    ]);
    const quoted = output.describeFailure('failed').split('\n');
    expect(quoted).toHaveLength(32);
    expect(quoted.at(1)).toBe('69');
  });

  it('waits for whoever hears of the lines', async () => {
    const heard: string[] = [];
    let ready = () => {};
    const output = readBuildOutput({
      onStep: () => {},
      onLine(text) {
        heard.push(text);
        return new Promise<void>((resolve) => (ready = resolve));
      },
    });
    const added = output.add({ stream: 'one\ntwo\n' });
    expect(heard).toEqual(['one']);
    ready();
    await until('the second line', () => heard.length === 2);
    ready();
    await added;
  });

  it('keeps 64 KiB of a line that does not end, and goes on after it', () => {
    const { lines } = read([
      ...Array.from({ length: 100 }, () => ({ stream: 'x'.repeat(10_000) })),
      { stream: '\nnext\n' },
    ]);
    expect(lines.map(({ length }) => length)).toEqual([64 * 1024, 4]);
    expect(lines[1]).toBe('next');
  });

  it('keeps the last form of a bar that never ends its line', () => {
    const { lines } = read([
      ...Array.from({ length: 20_000 }, (_, at) => ({ stream: `\r[=====>     ] ${at}` })),
      { stream: '\n' },
    ]);
    expect(lines).toEqual(['[=====>     ] 19999']);
  });

  it('quotes 4,000 characters of a line', () => {
    const { output } = read([{ stream: `Step 1/1 : RUN x\n${'x'.repeat(10_000)}\n` }]);
    expect(output.describeFailure('failed')).toBe(`Step 1/1 failed: RUN x\n${'x'.repeat(4_000)}\nfailed`);
  });
});
