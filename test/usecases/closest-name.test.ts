import { describe, expect, it } from '@jest/globals';
import { closestName } from '../../src/usecases/closest-name.ts';

const names = ['deploy', 'status', 'ps', 'app create'];

describe('closestName', () => {
  it.each([
    ['deploy', 'deploy'],
    ['Deply', 'deploy'],
    ['dpeloy', 'deploy'],
    ['yolped', 'deploy'],
    ['statuses', 'status'],
    ['statuss3s', undefined],
    ['px', 'ps'],
    ['xx', undefined],
    ['app craete', 'app create'],
  ])('takes %j for %j', (word, name) => {
    expect(closestName(word, names)).toBe(name);
  });

  it('compares a word with none of the names that are more than two letters shorter or longer', () => {
    const compared: string[] = [];
    const watched = names.map((name) => ({
      length: name.length,
      toLowerCase: () => {
        compared.push(name);
        return name;
      },
    }));
    closestName('a'.repeat(200_000), watched as unknown as string[]);
    closestName('stat', watched as unknown as string[]);
    expect(compared).toEqual(['deploy', 'status', 'ps']);
  });
});
