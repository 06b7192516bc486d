/** What is run, by its column: suites in test/integration; the demo has none. */
export const parts: Record<string, readonly string[]> = {
  demo: [],
  build: [
    'swarm-build',
    'swarm-build-contexts',
    'swarm-build-later-engine',
    'swarm-build-reported',
    'swarm-builders',
    'swarm-planners',
    'swarm-classic-build',
    'swarm-build-cache',
  ],
  'roll-out': ['swarm-update', 'swarm-service', 'swarm-first-rollout', 'swarm-health-check', 'emptied-settings'],
  deployments: ['deployment', 'deployment-sources'],
  ingress: ['ingress', 'ingress-kernel'],
  databases: ['databases', 'one-shots', 'swarm-volume'],
  backups: ['backups-postgresql', 'backups-redis', 'backups-snapshots'],
  compose: ['compose', 'compose-tasks'],
  retention: ['swarm-images'],
};

/** e.g. `ok (12)` or `2 of 12 failed`, by part. */
export type Results = Record<string, string>;

/** Versions by column; the first ones name the Engine. */
export interface EngineRow {
  Engine: string;
  'image store': string;
  API: string;
  runc: string;
  caddy: string;
  restic: string;
}

const start = '<!-- results: npm run engines -->';
const end = '<!-- /results -->';
const notRun = '';

/** The page with the row of this Engine made or changed; results of parts that were not run stay. */
export function withRow(page: string, engine: EngineRow, results: Results): string {
  const [before, rest = ''] = page.split(start);
  const [table = '', after] = rest.split(end);
  if (after === undefined) throw new Error(`the page has no ${start} and ${end}`);
  const head = [...Object.keys(engine), ...Object.keys(parts)];
  const rows = table
    .split('\n')
    .flatMap((line) => cellsOf(line))
    .slice(2);
  const isThis = (cells: string[]) => cells[0] === engine.Engine && cells[1] === engine['image store'];
  const older = rows.find(isThis);
  const row = [
    ...Object.values(engine),
    ...Object.keys(parts).map((name) => results[name] ?? older?.[head.indexOf(name)] ?? notRun),
  ];
  const all = [...rows.filter((cells) => !isThis(cells)), row].sort(byVersion);
  const lines = [head, head.map(() => '---'), ...all].map((cells) => `| ${cells.join(' | ')} |`);
  return `${before}${start}\n\n${lines.join('\n')}\n\n${end}${after}`;
}

function cellsOf(line: string): string[][] {
  if (!line.startsWith('|')) return [];
  return [
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  ];
}

function byVersion([one = '', oneStore = '']: string[], [other = '', otherStore = '']: string[]): number {
  return one.localeCompare(other, 'en', { numeric: true }) || (oneStore < otherStore ? 1 : -1);
}
