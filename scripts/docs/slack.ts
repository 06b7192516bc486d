import { Document, isMap, isScalar, isSeq, type Node } from 'yaml';
import { appManifest } from '../../src/bots/slack/app-manifest.ts';
import { scopes } from '../../src/bots/slack/scopes.ts';
import { table } from './table.ts';

const marks = { start: '<!-- scopes: npm run docs -->', end: '<!-- /scopes -->' };

/** What stands above the entries of the manifest. */
const comments: [path: (string | number)[], comment: string][] = [
  [['features', 'app_home', 'home_tab_enabled'], 'Each person’s projects and running deployments.'],
  [['features', 'app_home', 'messages_tab_enabled'], 'Commands can be sent as direct messages.'],
  [['features', 'agent_view'], 'Suggested prompts where people write to Shipmate.'],
  [
    ['features', 'slash_commands', 0, 'should_escape'],
    'Mentioned channels and people arrive as ids, which do not change.',
  ],
  [
    ['features', 'unfurl_domains'],
    'Host name of your Shipmate (SHIPMATE_PUBLIC_URL), so that links to its pages unfurl.',
  ],
  [['features', 'rich_previews'], 'Those links open beside the conversation, with buttons.'],
  [['settings', 'interactivity', 'is_enabled'], 'Buttons and modals, and the lists in them.'],
];

/** `slack-manifest.yaml` */
export function slackManifest(): string {
  const manifest = new Document(appManifest({ host: 'ship.example.com' }));
  manifest.commentBefore = [
    ' The Slack app of Shipmate, for https://api.slack.com/apps → Create New App → From a manifest; `shipmate slack app',
    ' create` makes the app from the same. Step by step: docs/slack.md. This is for Socket Mode: Shipmate connects to',
    ' Slack and needs no public address.',
  ].join('\n');
  for (const [path, comment] of comments) above(manifest, path, comment);
  for (const [at, { why }] of scopes.entries()) {
    const entry = ['oauth_config', 'scopes', 'bot', at];
    above(manifest, entry, why);
    // Slack's own reader has refused plain words with colons.
    const scope = manifest.getIn(entry, true);
    if (isScalar(scope)) scope.type = 'QUOTE_SINGLE';
  }
  return manifest.toString({ lineWidth: 0, singleQuote: true });
}

function above(manifest: Document, path: (string | number)[], comment: string): void {
  const parent = manifest.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  const node = isMap(parent) ? parent.items.find(({ key: one }) => isScalar(one) && one.value === key)?.key : undefined;
  const found = isSeq(parent) ? parent.items[Number(key)] : node;
  if (found === undefined) throw new Error(`the manifest has no ${path.join('.')}`);
  (found as Node).commentBefore = ` ${comment}`;
}

/** The table of scopes in docs/slack.md. */
export function withScopes(document: string): string {
  const rows = [
    ...scopes.map(({ name, why }) => [`\`${name}\``, why]),
    ['`connections:write`', 'Socket Mode; on the app-level token only'],
  ];
  const start = document.indexOf(marks.start);
  const end = document.indexOf(marks.end);
  if (start === -1 || end === -1) throw new Error(`docs/slack.md has no ${marks.start} … ${marks.end}.`);
  const head = document.slice(0, start + marks.start.length);
  return `${head}\n\n${table([['scope', 'why'], ...rows])}\n\n${document.slice(end)}`;
}
