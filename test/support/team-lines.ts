import type { Class } from './team-worlds.ts';

/**
 * The least role in the team that each line needs, written down apart from the policies. `supervisor` is an admin of
 * the team, or a member who is an admin on the platform; `project owner` is whom the project belongs to. A `!` stands
 * before a line that can be run once.
 */
export const linesByRole = {
  viewer: [
    'app dockerfile {p}/api',
    'app list {p}',
    'app show {p}/api',
    'cert show {p}.example.com',
    'cron list {p}/api',
    'cron show {cron}',
    'db backups {p}/orders',
    'db logs {p}/orders',
    'db show {p}/orders',
    'diff {p}/api',
    'digest now {p}',
    'domain check {p}.example.com',
    'env history {p}/api',
    'env list {p}/api',
    'freeze list {p}',
    'history {p}/api',
    'logs {p}/api',
    'metrics {p}/api',
    'open {p}/api',
    'preview list {p}/api',
    'project show {p}',
    'shared history {p}',
    'shared list {p}',
    'status {p}/api',
    '!team leave {t}',
    'team show {t}',
    'volume list {p}/api',
    'why {p}/api',
  ],
  member: [
    'app set {p}/api port=81',
    '!cancel {p}/api',
    'cert remove {p}.example.com',
    'cert renew {p}.example.com',
    'cert upload {p}.example.com --certificate --key',
    'db attach {p}/orders {p}/api',
    'db backup {p}/orders',
    'db detach {p}/orders {p}/api',
    'db restart {p}/orders',
    'db restore {p}/orders latest',
    'db set {p}/orders --memory 1G',
    'db start {p}/orders',
    'db stop {p}/orders',
    'db verify {p}/orders',
    'deploy {p}/api',
    'domain add www-{p}.example.com {p}/api --port 3000',
    '!domain remove {p}.example.com',
    'domain set {p}.example.com --max-body 50m',
    'env import {p}/api A=1',
    'env rollback {p}/api',
    'env set {p}/api A=1',
    'env unset {p}/api A',
    '!lock {p}/api a migration runs',
    '!preview close {p}/api 1',
    'preview open {p}/api 2',
    'preview pin {p}/api 2',
    'promote {p}/api {p}/live',
    'redeploy {p}/api',
    'restart {p}/api',
    'rollback {p}/api',
    'scale {p}/api 2',
    'shared rollback {p}',
    'shared set {p} A=1',
    'shared unset {p} A',
    'here set {p}/api',
    'start {p}/api',
    'stop {p}/api',
    'unlock {p}/api',
    'volume create more-{p} {p}/api /more',
  ],
  supervisor: [
    '!approve {deployment}',
    '!deny {deployment} not today',
    'freeze add {p} "0 16 * * FRI" 64h',
    '!freeze remove {p} {freeze}',
    'notify add {p} failed slack:C0123ABCD',
    '!notify remove {route}',
    'cron add {p}/api "0 3 * * *" -- id',
    'cron disable {cron}',
    'cron enable {cron}',
    '!cron remove {cron}',
    '!cron run {cron}',
    'run {p}/api -- id',
  ],
  admin: [
    '!app archive {p}/live',
    'app connect {p}/api',
    'app create {p}/new --image nginx:1',
    'app create {p}/templated --template umami',
    '!app restore {p}/old',
    '!app delete {p}/old',
    'db create {p}/new --type redis',
    '!db delete {p}/orders --data',
    'db key {p}/orders',
    'team invite {t} {invitee} --role viewer',
    '!team remove {t} {bystander}',
    'team role {t} {bystander} viewer',
    'volume pin {p}-data host-1',
    '!volume remove {p}-data',
    'project delete {p}',
  ],
  owner: ['!team delete {t}'],
  'project owner': ['!project team {p} none', '!project transfer {p} {bystander}'],
} as const;

export type Needed = keyof typeof linesByRole;

/** Lists, which leave out what is not for the person. */
export const lists = [
  'cert list',
  'db list',
  'domain list',
  'freeze list',
  'notify list',
  'project list',
  'status',
  'team list',
  'volume list',
] as const;

/** Commands that are about the person, the platform or something new, where a team's roles say nothing. */
export const aboutNoTeam = [
  'audit',
  'github app create',
  'github app delete',
  'github app list',
  'github app repos',
  'github app show',
  'help',
  'here clear',
  'here show',
  'keys rotate',
  'keys show',
  'link',
  'login',
  'node list',
  'project create',
  'schedule list',
  'schedule run',
  'schedule show',
  'team create',
  'template list',
  'template show',
  'token create',
  'token list',
  'token revoke',
  'user create',
  'user delete',
  'user list',
  'user password',
  'user role',
  'user show',
  'user timezone',
  'whoami',
] as const;

/** What comes of it when somebody asks. */
export type Outcome = 'done' | 'refused' | 'unknown';

const mayDo: Record<Needed, readonly Class[]> = {
  viewer: ['owner', 'admin', 'member', 'developer', 'viewer'],
  member: ['owner', 'admin', 'member', 'developer'],
  supervisor: ['owner', 'admin', 'member'],
  admin: ['owner', 'admin'],
  owner: ['owner'],
  'project owner': ['owner'],
};

/** To whom the team's things do not exist. */
const strangers: readonly Class[] = ['elsewhere', 'nobody'];

export function outcomeFor(needed: Needed, who: Class): Outcome {
  if (strangers.includes(who)) return 'unknown';
  return mayDo[needed].includes(who) ? 'done' : 'refused';
}

/** How a bot words a refusal for want of a role, in the team or on the platform. */
export const refusal = / needs the role |Only (the|an|those|members) |: only they or a super_admin /;
