const loginWords =
  /no basic auth|authentication required|unauthorized|denied|authorization failed|insufficient_scope|\b40[13]\b/i;

const causes = [
  {
    words: /toomanyrequests|too many requests|rate limit|\b429\b/i,
    tell: 'its registry allows no more pulls for now. Wait, or log in there, which raises the limit.',
    login: true,
  },
  {
    words: loginWords,
    tell: 'its registry wants a login, or has no such image. Check the name, and log in if it is private.',
    login: true,
  },
  {
    words: /no match for platform|no matching manifest|does not (match|provide) the specified platform/i,
    tell: 'its registry has it for other platforms only. Choose an image for the platform of your nodes.',
  },
  {
    words: /manifest unknown|not found|does not exist|\b404\b/i,
    tell: 'there is no such image. Check its name and its tag.',
  },
  {
    words:
      /no such host|connection refused|i\/o timeout|network is unreachable|server misbehaving|dial tcp|TLS handshake|x509/i,
    tell: 'its registry cannot be reached. Check the name, and the connection from the host of the Docker Engine.',
  },
];

/** A sentence to add to another. */
export const howToLogIn =
  ' For a login: `SHIPMATE_REGISTRY_USERNAME` and `SHIPMATE_REGISTRY_PASSWORD`, ' +
  'or `docker login` as the user that Shipmate runs as.';

/** Why an image cannot be pulled, by the words of the Engine or the registry, with what to do; undefined when they say something else. */
export function explainPull(failure: string): string | undefined {
  const cause = causes.find(({ words }) => words.test(failure));
  return cause && cause.tell + (cause.login ? howToLogIn : '');
}

export function isAboutLogin(failure: string): boolean {
  return loginWords.test(failure);
}
