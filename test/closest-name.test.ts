import { describe, expect, it } from '@jest/globals';
import { closestName, nearestFirst } from '../src/closest-name.ts';

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

describe('nearestFirst', () => {
  it.each([
    ['mian', ['develop', 'main', 'maintenance'], ['main', 'develop', 'maintenance']],
    [
      'feature/cart',
      ['main', 'feature/cart-2', 'cart', 'feature/card'],
      ['feature/card', 'feature/cart-2', 'cart', 'main'],
    ],
    ['zzz', ['main', 'b', 'a'], ['main', 'b', 'a']],
  ])('sorts for %j', (word, branches, sorted) => {
    expect(nearestFirst(word, branches)).toEqual(sorted);
  });

  it('keeps every name of a long list', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `b${at}`);
    expect(nearestFirst('b7', many).slice(0, 2)).toEqual(['b7', 'b0']);
    expect(new Set(nearestFirst('b7', many)).size).toBe(20_000);
  });
});
