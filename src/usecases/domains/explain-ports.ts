import type { Answer, Endpoint } from './probe-port.ts';
import type { Finding } from './finding.ts';

/**
 * One finding for each door that was knocked at. `discreet`: of who else is there, and whether anybody is, nothing is
 * said, as a domain may lead anywhere.
 */
export function explainPort(door: Endpoint, answer: Answer, hostAnswers: boolean, discreet = false): Finding {
  const { address, port, secure } = door;
  const where = `port ${port} of \`${address}\``;
  const found = (state: Finding['state'], text: string): Finding => ({ part: 'Port', state, text });
  if (answer.kind === 'ours') return found('good', `The ingress answers at ${where}${secure ? ' by HTTPS' : ''}.`);
  if (discreet) {
    return found(
      'wrong',
      `The ingress does not answer at ${where}. That is an address of a private network: whether anything listens there ` +
        'has to be looked at from within.',
    );
  }
  if (answer.kind === 'other') {
    return found(
      'wrong',
      `Another server answers at ${where}. Stop it, or point DNS to the ingress; a proxy that stands before the ` +
        'ingress has to pass every request on.',
    );
  }
  if (answer.kind === 'no-tls') {
    return found(
      'wrong',
      `${capital(where)} does not speak HTTPS for this host. If it is the ingress, it takes the certificate within a ` +
        'minute; otherwise stop what listens there.',
    );
  }
  const what = answer.kind === 'refused' ? 'refuses connections' : 'does not answer within 3 s';
  if (hostAnswers) {
    return found(
      'wrong',
      `${capital(where)} ${what}, although the ingress listens on this host. Open the port in the firewall and forward ` +
        'it to this host; some routers do not let a host reach its own public address, then try from outside.',
    );
  }
  return found(
    'wrong',
    `${capital(where)} ${what}, and the ingress does not listen on this host either. It starts with the first ` +
      'application that has a port and is deployed; `status` shows which are.',
  );
}

/** Nobody is asked there. */
export function explainUnreachable(address: string): Finding {
  const text = `No visitor reaches \`${address}\`, which no network leads to. Point DNS to the ingress.`;
  return { part: 'Port', state: 'wrong', text };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
