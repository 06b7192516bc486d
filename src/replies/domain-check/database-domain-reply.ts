import type { DatabaseDomainChecks, GatewayCheck } from '../../usecases/domains/check-database-domain.ts';
import { allOf } from '../../word-lists.ts';
import type { Reply } from '../reply.ts';
import { certificateFinding } from './certificate-finding.ts';
import { dnsFinding } from './dns-finding.ts';
import { findingsReply } from './domain-check-reply.ts';
import type { Finding } from './finding.ts';
import { unreachableFinding } from './port-findings.ts';

export function databaseDomainReply(checks: DatabaseDomainChecks): Reply {
  return findingsReply(checks.domain.domain, databaseDomainFindings(checks), 'clients');
}

/** In the order in which they have to be right. */
export function databaseDomainFindings(checks: DatabaseDomainChecks): Finding[] {
  const { certificate, dns, domain, gateway, unreachable } = checks;
  const certified = certificate.kind !== 'missing';
  return [
    databaseFinding(checks),
    dnsFinding(dns),
    ...unreachable.map(unreachableFinding),
    certified ? certificateFinding(domain.domain, certificate) : noCertificate,
    ...(certified ? [portFinding(gateway), accessFinding(gateway)] : []),
  ];
}

const noCertificate: Finding = {
  part: 'Certificate',
  state: 'wrong',
  text:
    'There is none yet, and nothing listens before there is one. Shipmate requests it by itself once DNS and port 80 ' +
    'are right.',
};

function databaseFinding({ database: { name, reason, status } }: DatabaseDomainChecks): Finding {
  if (status === 'running') return { part: 'Database', state: 'good', text: `\`${name}\` runs.` };
  const next = status === 'stopped' ? `: \`db start ${name}\`` : `${reason ? ` (${reason})` : ''}: \`db logs ${name}\``;
  return { part: 'Database', state: 'wrong', text: `\`${name}\` is ${status}${next}.` };
}

/** Another program at the port accepts connections too: the gateway's own word counts where it can be had. */
function portFinding({ answer, nodes, port, problem }: GatewayCheck): Finding {
  const found = (state: Finding['state'], text: string): Finding => ({ part: 'Port', state, text });
  const closed = nodes.filter(({ accepts }) => !accepts).map(({ address, hostname }) => `\`${hostname}\` (${address})`);
  const look = `\`docker service ps shipmate-gateway-${port} --no-trunc\` on a manager shows why.`;
  if (!answer && closed.length === nodes.length) {
    return found('wrong', `Nothing listens at port ${port}. Another program may have it: ${look}`);
  }
  if (!answer) {
    return found(
      'wrong',
      `The gateway does not answer on Shipmate’s node; another program may have port ${port}. ${look}`,
    );
  }
  if (closed.length > 0) {
    return found('warning', `Port ${port} takes no connections on ${allOf(closed)}. ${look}`);
  }
  if (problem !== undefined) return found('warning', problem);
  const where = nodes.length === 1 ? 'the node' : `all ${nodes.length} nodes`;
  return found('good', `The gateway listens at port ${port} of ${where}; open it in the firewall for these networks.`);
}

function accessFinding({ allow, answer }: GatewayCheck): Finding {
  const told = [`Open to ${allow.join(', ')}.`];
  if (answer) {
    told.push(`${counted(answer.sessions, 'session')} open on Shipmate’s node.`);
    if (answer.lastRefused !== undefined) {
      told.push(`${counted(answer.refused, 'connection')} refused, the last from ${answer.lastRefused}.`);
    }
    if (answer.hidden > 0) {
      told.push(
        `${counted(answer.hidden, 'connection')} refused because the Engine hid the address: at 127.0.0.1 of the node, or ` +
          'by IPv6 (`docs/databases.md`).',
      );
    }
    if (answer.lastFailure !== undefined) told.push(`The last session that did not open: ${answer.lastFailure}.`);
  }
  return { part: 'Access', state: 'good', text: told.join(' ') };
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
