import { capitalised } from '../../word-lists.ts';
import type { PortCheck } from '../../usecases/domains/domain-checks.ts';
import type { Finding } from './finding.ts';

export function portFinding({ address, answer, listensHere, port, secure }: PortCheck): Finding {
  const where = `port ${port} of \`${address}\``;
  const found = (state: Finding['state'], text: string): Finding => ({ part: 'Port', state, text });
  if (answer === 'ours') return found('good', `The ingress answers at ${where}${secure ? ' by HTTPS' : ''}.`);
  if (answer === 'hidden') {
    return found(
      'wrong',
      `The ingress does not answer at ${where}. That address is on a private network: whether anything listens there ` +
        'has to be looked at from within.',
    );
  }
  if (answer === 'other') {
    return found(
      'wrong',
      `Another server responds at ${where}. Stop it, or point DNS to the ingress; a proxy that stands before the ` +
        'ingress has to pass every request on.',
    );
  }
  if (answer === 'no-tls') {
    return found(
      'wrong',
      `${capitalised(where)} does not speak HTTPS for this host. If it is the ingress, it takes the certificate within a ` +
        'minute; otherwise stop what listens there.',
    );
  }
  const what = answer === 'refused' ? 'refuses connections' : 'does not answer within 3 s';
  if (listensHere) {
    return found(
      'wrong',
      `${capitalised(where)} ${what}, although the ingress listens on this host. Open the port in the firewall and forward ` +
        'it to this host; some routers do not let a host reach its own public address, then try from outside.',
    );
  }
  return found(
    'wrong',
    `${capitalised(where)} ${what}, and the ingress does not listen on this host either. It starts with the first ` +
      'application that has a port and is deployed; `status` shows which are.',
  );
}

export function unreachableFinding(address: string): Finding {
  const text = `No visitor reaches \`${address}\`, which no network leads to. Point DNS to the ingress.`;
  return { part: 'Port', state: 'wrong', text };
}
