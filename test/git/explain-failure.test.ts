import { describe, expect, it } from '@jest/globals';
import { explain, wantsAnotherToken } from '../../src/git/explain-failure.ts';

const url = 'https://github.com/acme/api.git';
const sso = `remote: The \`acme' organization has enabled or enforced SAML SSO.
remote: To access this repository, you must re-authorize the OAuth Application.
fatal: unable to access '${url}/': The requested URL returned error: 403`;
const gone = `fatal: unable to access '${url}/': The requested URL returned error: 410`;

describe('what git wrote', () => {
  it.each([
    ['of single sign-on', sso, 'the organization requires single sign-on. Whose token it is authorizes it'],
    ['of retired app passwords', gone, 'does not take this kind of credentials any more, such as app passwords'],
    ['of anything else that is refused', 'error: 403', 'refused the credentials'],
  ])('%s is explained', (_what, output, sentence) => {
    expect(explain(url, output, '/tmp')?.message).toContain(sentence);
  });

  it.each([
    ['remote: Repository not found.', true],
    ['fatal: Authentication failed', true],
    ['fatal: unable to access: Could not resolve host: github.com', false],
    ['fatal: couldn’t find remote ref refs/heads/main', false],
  ])('%s may be mended by another token: %s', (output, may) => {
    expect(wantsAnotherToken(output)).toBe(may);
  });
});
