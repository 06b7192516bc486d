import { describe, expect, it } from '@jest/globals';
import { composeAside, createAside } from '../../src/compose/parse-aside.ts';
import { ComposeError, parseCompose } from '../../src/compose/parse.ts';
import { followTurns } from '../support/longest-turn.ts';

const never = new AbortController().signal;

function source(text: string, variables: Record<string, string> = {}) {
  return { file: 'compose.yaml', text, variables, profiles: [] };
}

describe('a compose file that is read in a thread', () => {
  it('is the same as one that is read here', async () => {
    const given = source('services: { web: { image: "nginx:${TAG}", command: run $MISSING } }', { TAG: '1.27' });
    await expect(composeAside.parse(given, never)).resolves.toEqual(parseCompose(given));
  });

  it('is refused with the same sentences', async () => {
    const given = source('services: { web: { privileged: true } }');
    await expect(composeAside.parse(given, never)).rejects.toThrow(ComposeError);
    await expect(composeAside.parse(given, never)).rejects.toThrow(
      '`compose.yaml` cannot be deployed.\nline 1: services.web.privileged is not supported: ' +
        'it gives access to the host, which other applications share',
    );
  });

  it('ends with the deployment', async () => {
    const cancel = new AbortController();
    const reading = composeAside.parse(source(`a: [${','.repeat(900_000)}]`), cancel.signal);
    cancel.abort(new Error('cancelled by ada'));
    await expect(reading).rejects.toThrow('cancelled by ada');
  });

  it('ends after its time, while everything else goes on', async () => {
    const longestTurn = followTurns();
    const { parse } = createAside({ timeMs: 3_000, memory: 256 });
    const reading = parse(source(`a: [${','.repeat(900_000)}]`), never);
    await expect(reading).rejects.toThrow(
      '`compose.yaml` cannot be deployed.\nline 1: reading it takes more than 3 seconds. Make it smaller',
    );
    expect(longestTurn()).toBeLessThan(1_000);
  });

  it('ends when its memory is used up', async () => {
    const given = source(`a: [${'a,'.repeat(400_000)}]`);
    const { parse } = createAside({ timeMs: 60_000, memory: 16 });
    await expect(parse(given, never)).rejects.toThrow(
      'line 1: reading it takes more than 16 MB of memory. Make it smaller',
    );
  });
});
