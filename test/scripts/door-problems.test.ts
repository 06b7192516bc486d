import { describe, expect, it } from '@jest/globals';
import { doorProblems } from '../../scripts/door-problems.mjs';

const architecture = `# Architecture

| folder | reason |
| --- | --- |
| \`pg\` | not the table |

| package          | door          | reason |
| ---------------- | ------------- | ------ |
| \`pg\`             | database      | rows   |
| \`@aws/s3\`, \`zod\` | archive, jobs | keeps  |

Only for development: \`jest\`.
`;
const house = {
  architecture,
  doors: {
    pg: ['src/database', 'test'],
    '@aws': ['src/archive', 'src/jobs'],
    zod: ['src/archive', 'src/jobs/queue.ts'],
  },
  manifest: { dependencies: { pg: '1.0.0', '@aws/s3': '1.0.0', zod: '1.0.0' }, devDependencies: { jest: '30.0.0' } },
};

describe('doors', () => {
  it('agree with the dependencies and with the table', () => {
    expect(doorProblems(house)).toEqual([]);
    expect(doorProblems({ ...house, doors: { ...house.doors, jest: ['test'] } })).toEqual([]);
  });

  it('are missed when a dependency has none', () => {
    const { pg: _, ...doors } = house.doors;
    expect(doorProblems({ ...house, doors })).toEqual(['pg has no door in .dependency-cruiser.mjs.']);
  });

  it('are refused when they lead to no package', () => {
    const doors = { ...house.doors, lodash: ['src'], '@slack': ['src/bots'] };
    expect(doorProblems({ ...house, doors })).toEqual([
      'The door to lodash leads nowhere: package.json has no such package.',
      'The door to @slack leads nowhere: package.json has no such package.',
    ]);
  });

  it('have their line in the table', () => {
    const without = architecture.replace(/^\| `pg` +\| database.*\n/m, '');
    expect(doorProblems({ ...house, architecture: without })).toEqual([
      'pg has no line in the table of ARCHITECTURE.md.',
    ]);
    expect(doorProblems({ ...house, architecture: '' })).toHaveLength(3);
  });

  it('are where the table says', () => {
    const doors = { ...house.doors, pg: ['src/database', 'src/queue'], zod: ['src/archive'] };
    expect(doorProblems({ ...house, doors })).toEqual([
      'pg may be imported by src/queue, which ARCHITECTURE.md does not say.',
      'zod has no door in src/jobs, although ARCHITECTURE.md says so.',
    ]);
  });

  it('are of packages that are still there', () => {
    const { zod: _, ...dependencies } = house.manifest.dependencies;
    expect(doorProblems({ ...house, manifest: { ...house.manifest, dependencies } })).toEqual([
      'The door to zod leads nowhere: package.json has no such package.',
      'The table in ARCHITECTURE.md names zod, which is not a dependency.',
    ]);
  });

  it('of this repository agree', async () => {
    // The rules refuse to load otherwise.
    const { default: rules } = await import('../../.dependency-cruiser.mjs');
    expect(rules.forbidden?.map(({ name }: { name?: string }) => name)).toContain('one-door-to-zod');
  });
});
